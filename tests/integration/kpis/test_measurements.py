"""Measurements by hand: one per period, corrections as revisions with a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.models import KPI, Measurement, ScorecardRun, Tree
from kpis.operations.measurements import record_measurement
from kpis.queries.measurements import current_list, with_revisions
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import RATE, make_kpi

MARCH = date(2026, 3, 1)


@pytest.fixture
def rate(tree: Tree, owner: Actor) -> KPI:
    return make_kpi(tree=tree, by=owner, name="納期遵守率", **RATE)


@pytest.fixture
def count(tree: Tree, owner: Actor) -> KPI:
    return make_kpi(tree=tree, by=owner, name="問い合わせ件数")


def record(kpi: KPI, by: Actor, day: date = MARCH, /, **numbers: Any) -> Measurement:
    fields: dict[str, Any] = {
        name: Decimal(number) if isinstance(number, int) and name != "revision" else number
        for name, number in numbers.items()
    }
    return record_measurement(kpi=kpi, period_start=day, by=by, at=NOW, **fields)


def test_any_day_of_the_month_is_the_month(count: KPI, owner: Actor) -> None:
    assert record(count, owner, date(2026, 3, 17), value=12).period_start == MARCH


def test_a_quarter_follows_the_clients_fiscal_year(tree: Tree, owner: Actor) -> None:
    tree.client.fiscal_year_first_month = 2
    tree.client.save()
    kpi = make_kpi(tree=tree, by=owner, name="利益", frequency="quarter")

    assert record(kpi, owner, date(2026, 3, 17), value=12).period_start == date(2026, 2, 1)


def test_a_correction_is_a_new_revision_and_the_old_one_stays(count: KPI, owner: Actor) -> None:
    record(count, owner, value=12)

    record(count, owner, value=13, reason="集計もれ", revision=1)

    (row,) = with_revisions(count, list(current_list(count)))
    assert (row.current.value, row.current.revision, row.current.reason) == (13, 2, "集計もれ")
    assert [one.value for one in row.earlier] == [12]
    assert row.label == "2026年3月"


def test_a_correction_says_why(count: KPI, owner: Actor) -> None:
    record(count, owner, value=12)

    with pytest.raises(Denied, match="訂正の理由"):
        record(count, owner, value=13, reason=" ", revision=1)


def test_the_same_numbers_again_change_nothing(rate: KPI, owner: Actor) -> None:
    first = record(rate, owner, numerator=9, denominator=10)
    runs, events = ScorecardRun.objects.count(), AuditEvent.objects.count()

    again = record(rate, owner, numerator=9, denominator=10)

    assert again == first
    assert (ScorecardRun.objects.count(), AuditEvent.objects.count()) == (runs, events)


def test_a_correction_of_what_somebody_else_corrected_is_refused(
    count: KPI, owner: Actor, colleague: Actor
) -> None:
    record(count, owner, value=12)
    record(count, colleague, value=13, reason="集計もれ", revision=1)

    with pytest.raises(Denied, match="実績を記録しました") as denied:
        record(count, owner, value=14, reason="入力ミス", revision=1)

    assert denied.value.refusal.status == 409
    assert Measurement.objects.current().get(kpi=count).value == 13


def test_a_new_entry_does_not_overwrite_a_period_that_has_one(count: KPI, owner: Actor) -> None:
    record(count, owner, value=12)

    with pytest.raises(Denied, match="訂正」から"):
        record(count, owner, value=13, reason="x", revision=0)


@pytest.mark.parametrize(
    "numbers",
    [{"value": 90}, {"numerator": 9}, {"value": 90, "numerator": 9, "denominator": 10}, {}],
)
def test_a_ratio_is_entered_as_its_parts(rate: KPI, owner: Actor, numbers: dict[str, Any]) -> None:
    with pytest.raises(Denied, match="分子と分母"):
        record(rate, owner, **numbers)


def test_a_ratio_of_nothing_is_kept_and_a_negative_one_is_refused(rate: KPI, owner: Actor) -> None:
    assert record(rate, owner, numerator=0, denominator=0).denominator == 0
    with pytest.raises(Denied, match="0以上"):
        record(rate, owner, date(2026, 2, 1), numerator=1, denominator=-1)


@pytest.mark.parametrize("numbers", [{}, {"numerator": 9, "denominator": 10}])
def test_other_kpis_are_entered_as_one_value(
    count: KPI, owner: Actor, numbers: dict[str, Any]
) -> None:
    with pytest.raises(Denied, match="実績値"):
        record(count, owner, **numbers)


def test_a_period_that_has_not_begun_has_no_actuals(count: KPI, owner: Actor) -> None:
    record(count, owner, date(2026, 4, 30), value=1)  # the month of NOW has begun

    with pytest.raises(Denied, match="まだ始まっていない"):
        record(count, owner, date(2026, 5, 1), value=1)


@pytest.mark.parametrize("frequency", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(1, 1, 1), "西暦4桁"),
        (date(26, 4, 1), "西暦4桁"),
        (date(2028, 1, 1), "まだ始まっていない"),
        (date(9999, 12, 31), "まだ始まっていない"),
    ],
)
def test_a_mistyped_year_is_refused(
    tree: Tree, owner: Actor, frequency: str, day: date, reason: str
) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="問い合わせ件数", frequency=frequency)

    with pytest.raises(Denied, match=reason) as denied:
        record(kpi, owner, day, value=1)

    assert denied.value.refusal.status == 422
    assert not Measurement.objects.filter(kpi=kpi).exists()


@pytest.mark.parametrize("period", ["9999-12-31", "0001-01-01", "9999-99-99", "いつか"])
def test_an_address_with_an_impossible_period_shows_an_empty_form(
    count: KPI, owner: Actor, period: str
) -> None:
    KPI.objects.filter(pk=count.pk).update(frequency="year")
    client = Client()
    client.force_login(user_of(owner))
    address = reverse("kpis:measurement-record", kwargs={"kpi_pk": count.pk})

    page = client.get(address, {"period": period})

    assert page.status_code == 200
    assert page.context["known"] is None


def test_a_kpi_that_is_the_sum_of_others_takes_no_values(tree: Tree, owner: Actor) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="合計", value_source="children")

    with pytest.raises(Denied, match="子のKPI"):
        record(kpi, owner, value=1)


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_others_record_nothing(count: KPI, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Denied) as denied:
        record(count, request.getfixturevalue(who), value=1)

    assert denied.value.refusal.status == 403
    assert not Measurement.objects.filter(kpi=count).exists()

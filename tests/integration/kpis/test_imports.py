"""Files become measurements: the real deliveries with their known answers, and what must not happen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from dashboards.demo.deliveries import FILE_NAME, file_content
from kpis.domain.imports.ledger import ProblemRow
from kpis.domain.imports.mapping import LongMapping
from kpis.domain.imports.messages import FileRefused
from kpis.models import KPI, Import, Measurement, Tree
from kpis.operations import imports
from kpis.queries import imports as queries
from tests.factories.accounts import NOW, make_actor, make_organization, user_of
from tests.factories.kpis import (
    RATE,
    compute_scorecards,
    make_kpi,
    make_measurement,
    make_tree,
)

# On time and all deliveries per vendor, counted from the public records by other means.
KNOWN = {
    "SCMS from RDC": (4477, 5404),
    "Orgenics, Ltd": (656, 754),
    "Aurobindo Pharma Limited": (574, 668),
    "CIPLA LIMITED": (152, 175),
    "HETERO LABS LIMITED": (275, 277),
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Actor:
    return make_actor(organization=make_organization(kind=OrganizationKind.CLIENT))


@pytest.fixture
def tree(client: Actor) -> Tree:
    return make_tree(by=client, name="調達", **RATE)


def upload(tree: Tree, by: Actor, content: bytes | None = None, name: str = FILE_NAME) -> Import:
    return imports.upload_file(
        tree=tree, file_name=name, content=content or file_content(), by=by, at=NOW
    )


def choose(source: Import, by: Actor, destination: str, *names: str) -> Import:
    chosen = {
        one.name: destination for one in queries.reading_of(source).names if one.name in names
    }
    return imports.choose_destinations(source=source, destinations=chosen, by=by, at=NOW)


def problem_rows(source: Import) -> tuple[ProblemRow, ...]:
    result = queries.reading_of(source).result
    assert result is not None
    return result.problems


def sums(kpi: KPI) -> tuple[Decimal | None, Decimal | None]:
    totals = (
        Measurement.objects.current()
        .filter(kpi=kpi)
        .aggregate(on_time=Sum("numerator"), due=Sum("denominator"))
    )
    return totals["on_time"], totals["due"]


def test_the_real_deliveries_give_the_known_answers(tree: Tree, client: Actor) -> None:
    source = choose(upload(tree, client), client, queries.NEW, *KNOWN)

    source = imports.confirm_import(source=source, by=client, at=NOW)

    kpis = {
        kpi.responsible_label: kpi for kpi in KPI.objects.filter(tree=tree).exclude(parent=None)
    }
    assert {name: sums(kpi) for name, kpi in kpis.items()} == KNOWN
    assert (source.rows_read, source.rows_skipped) == (10_324, 0)


def test_the_same_file_again_adds_nothing(tree: Tree, client: Actor) -> None:
    first = choose(upload(tree, client), client, queries.NEW, *KNOWN)
    first = imports.confirm_import(source=first, by=client, at=NOW)
    before = Measurement.objects.count()

    again = imports.confirm_import(source=upload(tree, client), by=client, at=NOW)

    assert (again.measurements_added, again.measurements_changed) == (0, 0)
    assert again.measurements_same == first.measurements_added
    assert Measurement.objects.count() == before


def test_nothing_is_measured_before_the_confirmation(tree: Tree, client: Actor) -> None:
    source = choose(upload(tree, client), client, queries.NEW, *KNOWN)

    imports.discard_import(source=source, by=client, at=NOW)

    assert not Measurement.objects.exists()
    assert KPI.objects.filter(tree=tree).count() == 1
    with pytest.raises(Denied):
        imports.confirm_import(source=source, by=client, at=NOW)


def test_a_failing_confirmation_leaves_nothing_half_done(tree: Tree, client: Actor) -> None:
    rows = "日付,KPI,分子,分母\n2026-04-01,納期遵守率,9,10\n2026-04-15,納期遵守率,8,10\n"
    kpi = make_kpi(tree=tree, by=client, name="納期遵守率", **RATE)
    source = upload(tree, client, rows.encode(), "rates.csv")

    with pytest.raises(Denied, match="二つ"):
        imports.confirm_import(source=source, by=client, at=NOW)

    source.refresh_from_db()
    assert source.status == Import.Status.UPLOADED
    assert sums(kpi) == (None, None)


def test_a_correction_in_a_file_is_a_revision(tree: Tree, client: Actor) -> None:
    kpi = make_kpi(tree=tree, by=client, name="納期遵守率", **RATE)
    for number in (8, 9):
        rows = f"日付,KPI,分子,分母\n2026-04-01,納期遵守率,{number},10\n"
        source = upload(tree, client, rows.encode("cp932"), "rates.csv")
        imports.confirm_import(source=source, by=client, at=NOW)

    revisions = Measurement.objects.filter(kpi=kpi).order_by("revision")
    assert [(one.revision, one.numerator, one.is_current) for one in revisions] == [
        (1, 8, False),
        (2, 9, True),
    ]


def test_a_file_that_is_no_table_is_refused_with_a_sentence(tree: Tree, client: Actor) -> None:
    with pytest.raises(FileRefused, match="空"):
        imports.upload_file(tree=tree, file_name="a.csv", content=b"", by=client, at=NOW)
    assert not Import.objects.exists()


def test_another_client_cannot_confirm(tree: Tree, client: Actor) -> None:
    source = choose(upload(tree, client), client, queries.NEW, *KNOWN)
    stranger = make_actor(organization=make_organization(kind=OrganizationKind.CLIENT))

    with pytest.raises(Denied):
        imports.confirm_import(source=source, by=stranger, at=NOW)

    assert not Import.objects.visible_to(stranger).exists()
    assert not Measurement.objects.exists()


def test_a_destination_of_another_tree_is_refused(tree: Tree, client: Actor) -> None:
    other = make_kpi(tree=make_tree(by=client), by=client, **RATE)
    source = upload(tree, client)

    with pytest.raises(Denied, match="選べない"):
        choose(source, client, str(other.pk), "Orgenics, Ltd")


def test_the_choice_is_remembered_for_the_next_file(tree: Tree, client: Actor) -> None:
    first = choose(upload(tree, client), client, queries.NEW, "Orgenics, Ltd")
    imports.confirm_import(source=first, by=client, at=NOW)

    names = {one.name: one.destination for one in queries.reading_of(upload(tree, client)).names}

    assert names["CIPLA LIMITED"] == queries.SKIP
    assert KPI.objects.get(pk=names["Orgenics, Ltd"]).responsible_label == "Orgenics, Ltd"


def test_confirming_is_one_audit_event_and_asks_for_scorecards(tree: Tree, client: Actor) -> None:
    source = choose(upload(tree, client), client, queries.NEW, "Orgenics, Ltd")

    imports.confirm_import(source=source, by=client, at=NOW)

    assert AuditEvent.objects.filter(event="kpis.import_confirmed").count() == 1
    run = compute_scorecards(tree=tree, by=client)
    assert run.status == run.Status.DONE
    assert run.months_done == run.months_total > 0


def test_what_is_still_to_come_is_no_miss(tree: Tree, client: Actor) -> None:
    """Lists of deliveries name open orders, too: they fall due after the day of the upload."""
    rows = [
        "外注先,納期,納品日",
        "甲社,2026-04-10,2026-04-10",
        "甲社,2026-04-30,",
        "甲社,2026-05-29,",
    ]
    content = "\n".join(rows).encode()
    source = choose(upload(tree, client, content, "納品.csv"), client, queries.NEW, "甲社")

    imports.confirm_import(source=source, by=client, at=NOW)

    kpi = KPI.objects.get(tree=tree, responsible_label="甲社")
    assert sums(kpi) == (1, 1)
    assert Measurement.objects.current().get(kpi=kpi).period_start.isoformat() == "2026-04-01"


def test_actuals_of_days_to_come_are_left_out(tree: Tree, client: Actor) -> None:
    count = make_kpi(tree=tree, by=client, name="問い合わせ件数")
    rows = ["日付,KPI,値", "2026-03-01,問い合わせ件数,120", "2062-03-01,問い合わせ件数,130"]
    source = upload(tree, client, "\n".join(rows).encode(), "実績.csv")

    problems = [str(one.message) for one in problem_rows(source)]
    imports.confirm_import(source=source, by=client, at=NOW)

    assert problems == ["まだ来ていない日付です"]
    measured = Measurement.objects.current().filter(kpi=count)
    assert [one.period_start.year for one in measured] == [2026]


def test_what_would_be_replaced_is_shown_before(tree: Tree, client: Actor) -> None:
    """A file with a part of a month must not lower the month's count unseen."""
    browser = Client()
    browser.force_login(user_of(client))
    head = "外注先,納期,納品日"
    whole = [
        head,
        "甲社,2026-03-02,2026-03-02",
        "甲社,2026-03-09,2026-03-10",
        "甲社,2026-02-02,2026-02-02",
    ]
    source = upload(tree, client, "\n".join(whole).encode(), "全部.csv")
    imports.confirm_import(source=choose(source, client, queries.NEW, "甲社"), by=client, at=NOW)
    part = [
        head,
        "甲社,2026-03-02,2026-03-02",
        "甲社,2026-02-02,2026-02-02",
        "甲社,2026-04-01,2026-04-01",
    ]
    again = upload(tree, client, "\n".join(part).encode(), "一部.csv")

    page = browser.get(reverse("kpis:import-detail", args=[again.pk]))

    effect = page.context["effect"]
    assert (effect.added, effect.changed, effect.same) == (1, 1, 1)
    assert "50.0%（1/2）" in page.content.decode()
    assert "100.0%（1/1）" in page.content.decode()
    done = imports.confirm_import(source=again, by=client, at=NOW)
    assert (done.measurements_added, done.measurements_changed, done.measurements_same) == (1, 1, 1)


def test_two_values_for_one_month_are_told_before(tree: Tree, client: Actor) -> None:
    make_kpi(tree=tree, by=client, name="問い合わせ件数")
    browser = Client()
    browser.force_login(user_of(client))
    rows = ["日付,KPI,値", "2026-03-01,問い合わせ件数,120", "2026-03-15,問い合わせ件数,130"]
    source = upload(tree, client, "\n".join(rows).encode(), "実績.csv")

    page = browser.get(reverse("kpis:import-detail", args=[source.pk]))

    assert "3行目：「問い合わせ件数」" in page.content.decode()
    with pytest.raises(Denied, match="値が二つあります"):
        imports.confirm_import(source=source, by=client, at=NOW)


def test_quarters_of_a_file_follow_the_clients_year(tree: Tree, client: Actor) -> None:
    Organization.objects.filter(pk=tree.client_id).update(fiscal_year_first_month=3)
    kpi = make_kpi(tree=tree, by=client, name="四半期売上", unit="yen", frequency="quarter")
    kpi = KPI.objects.select_related("tree__client").get(pk=kpi.pk)
    make_measurement(kpi=kpi, by=client, period_start=date(2026, 3, 15), value=100)
    rows = ["日付,KPI,値", "2026-03-15,四半期売上,100", "2026-02-28,四半期売上,90"]
    source = upload(tree, client, "\n".join(rows).encode(), "実績.csv")

    imports.confirm_import(source=source, by=client, at=NOW)

    stored = Measurement.objects.current().filter(kpi=kpi).order_by("period_start")
    assert [(one.period_start.isoformat(), one.value) for one in stored] == [
        ("2025-12-01", 90),
        ("2026-03-01", 100),
    ]


@pytest.mark.parametrize(
    ("settings", "rows", "says"),
    [
        ({}, ["日付,KPI,分子,分母", "2026-03-01,件数,9,10"], "値を入れるKPI"),
        (RATE, ["日付,KPI,値", "2026-03-01,件数,90"], "比率のKPI"),
    ],
)
def test_rows_that_do_not_fit_their_kpi_are_refused(
    tree: Tree, client: Actor, settings: dict[str, Any], rows: list[str], says: str
) -> None:
    make_kpi(tree=tree, by=client, name="件数", **settings)
    source = upload(tree, client, "\n".join(rows).encode(), "実績.csv")

    with pytest.raises(Denied, match=says):
        imports.confirm_import(source=source, by=client, at=NOW)
    assert not Measurement.objects.filter(kpi__tree=tree).exists()


def test_only_deliveries_make_new_kpis(tree: Tree, client: Actor) -> None:
    rows = ["日付,KPI,値", "2026-03-01,売上,90"]
    source = upload(tree, client, "\n".join(rows).encode(), "実績.csv")

    with pytest.raises(Denied):
        choose(source, client, queries.NEW, "売上")


def test_a_form_from_before_the_mapping_changed_chooses_nothing(tree: Tree, client: Actor) -> None:
    kpis = [make_kpi(tree=tree, by=client, name=name) for name in ("甲", "乙")]
    rows = ["日付,KPI,担当,値", "2026-03-01,K1,T9,1", "2026-02-01,K2,T8,2"]
    source = upload(tree, client, "\n".join(rows).encode(), "実績.csv")
    browser = Client()
    browser.force_login(user_of(client))
    mapping = LongMapping(date="日付", kpi="担当", value="値")
    imports.map_columns(source=source, mapping=mapping, by=client, at=NOW)

    answer = browser.post(
        reverse("kpis:import-destinations", args=[source.pk]),
        {
            "name-0": "K1",
            "destination-0": str(kpis[0].pk),
            "name-1": "K2",
            "destination-1": str(kpis[1].pk),
        },
    )

    assert answer.status_code == 409
    source.refresh_from_db()
    assert set(source.mapping["destinations"].values()) == {queries.SKIP}

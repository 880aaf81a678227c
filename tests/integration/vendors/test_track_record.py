"""What became of promises: only signed ones, only in their time, only what was scored."""

from datetime import date
from decimal import Decimal

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kpis.models import KPI, Score, Scorecard, Tree
from tests.factories import accounts
from tests.factories.vendors import make_active, make_proposed
from tests.integration.vendors.conftest import Stage
from vendors.models import Vendor
from vendors.queries.directory import track_record


def score(
    tree: Tree, kpi: KPI, month: date, *, value: int, points: int, is_reference: bool = False
) -> None:
    scorecard, _new = Scorecard.objects.get_or_create(
        tree=tree,
        period_start=month,
        defaults={"tree_version": 1, "input_version": 1, "computed_at": accounts.NOW},
    )
    Score.objects.create(
        scorecard=scorecard,
        kpi=kpi,
        value=value,
        own_score=points,
        score=points,
        status="met" if points >= 100 else "missed",
        weight=1,
        coverage=100,
        is_reference=is_reference,
    )


def test_only_months_of_the_engagement_count(stage: Stage) -> None:
    make_active(
        vendor=stage.vendor,
        tree=stage.tree,
        kpis=[stage.on_time],
        by=stage.owner,
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 4, 1),
    )
    score(stage.tree, stage.on_time, date(2026, 3, 1), value=99, points=100)  # before
    score(stage.tree, stage.on_time, date(2026, 4, 1), value=96, points=100)
    score(stage.tree, stage.on_time, date(2026, 5, 1), value=85, points=33)
    score(stage.tree, stage.on_time, date(2026, 6, 1), value=99, points=100, is_reference=True)
    score(stage.tree, stage.cost, date(2026, 5, 1), value=1, points=100)  # not promised

    [record] = track_record(Vendor.objects.get(client=stage.client), stage.owner)

    [kept] = record.promises
    assert kept.latest is not None
    assert (kept.latest.value, kept.month) == (Decimal(85), date(2026, 5, 1))
    assert (kept.months_met, kept.months_scored) == (1, 2)


def test_two_engagements_on_the_same_kpi_keep_their_own_months(stage: Stage) -> None:
    for title, starts_on, ends_on in (
        ("前期", date(2025, 4, 1), date(2026, 4, 1)),
        ("今期", date(2026, 4, 1), date(2027, 4, 1)),
    ):
        make_active(
            vendor=stage.vendor,
            tree=stage.tree,
            kpis=[stage.on_time],
            by=stage.owner,
            title=title,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    score(stage.tree, stage.on_time, date(2026, 3, 1), value=80, points=0)
    score(stage.tree, stage.on_time, date(2026, 4, 1), value=96, points=100)

    records = track_record(Vendor.objects.get(client=stage.client), stage.owner)

    found = {one.engagement.title: one.promises[0] for one in records}
    assert (found["前期"].months_met, found["前期"].months_scored) == (0, 1)
    assert (found["今期"].months_met, found["今期"].months_scored) == (1, 1)


def test_an_unsigned_promise_has_no_record(stage: Stage) -> None:
    make_proposed(
        vendor=stage.vendor_organization, tree=stage.tree, kpis=[stage.on_time], by=stage.owner
    )
    score(stage.tree, stage.on_time, date(2026, 4, 1), value=96, points=100)

    [record] = track_record(Vendor.objects.get(client=stage.client), stage.owner)

    assert (record.promises[0].latest, record.promises[0].months_scored) == (None, 0)


def test_the_lists_ask_the_same_number_of_queries_however_long(
    stage: Stage, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        make_proposed(
            vendor=stage.vendor_organization,
            tree=stage.tree,
            kpis=[stage.on_time],
            by=stage.owner,
            title=f"契約{number}",
        )
    client.force_login(accounts.user_of(stage.owner))
    vendor = Vendor.objects.get(client=stage.client)

    with django_assert_max_num_queries(16):
        assert "契約11" in client.get(reverse("vendors:engagement-list")).content.decode()
    with django_assert_max_num_queries(18):
        page = client.get(reverse("vendors:vendor-detail", args=[vendor.pk]))
    assert "契約11" in page.content.decode()

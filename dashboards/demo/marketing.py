"""The marketing case: invented throughout, on the example tree, for the twelve months before today."""

from datetime import date, datetime
from decimal import Decimal

from accounts.models import Organization
from core import tenancy
from core.domain.periods import add_months
from core.tenancy import Actor
from dashboards.demo import people
from dashboards.demo.procurement import Cast
from kpis.models import KPI, Tree
from kpis.models.choices import RationaleKind, ResponsibleSide
from kpis.models.objectives import Confidence
from kpis.operations import measurements, objectives, targets, trees
from kpis.operations.promises import add_promise
from kpis.operations.tree_commands import update_kpi
from kpis.queries.objectives import KeyResultDraft
from kpis.queries.templates import example_tree
from kpis.queries.trees import goal_of
from reviews.operations import cycles
from vendors import operations as vendors
from vendors.domain.promises import Promise
from vendors.operations.agreements import sign_agreement
from vendors.queries.agreements import latest_agreement

MONTHS = 12
# KPI -> target, worst, and twelve months: values, or pairs of numerator and denominator.
Series = tuple[int | str, int | str, list[int] | list[tuple[int, int]]]
NUMBERS: dict[str, Series] = {
    "新規顧客を増やす": (40, 15, [22, 24, 23, 27, 29, 28, 31, 34, 33, 37, 39, 41]),
    "リード獲得数": (400, 200, [240, 255, 250, 280, 300, 310, 335, 350, 345, 372, 390, 410]),
    "リード獲得単価": (
        8000,
        14000,
        [
            *((2_760_000, 240), (2_805_000, 255), (2_700_000, 250), (2_912_000, 280)),
            *((2_940_000, 300), (2_945_000, 310), (3_015_000, 335), (3_080_000, 350)),
            *((2_967_000, 345), (3_088_000, 372), (3_120_000, 390), (3_198_000, 410)),
        ],
    ),
    "広告のクリック率": (
        "1.5",
        "0.5",
        [(2_700 + 180 * place, 240_000 + 6_000 * place) for place in range(MONTHS)],
    ),
    "納期遵守率": (
        95,
        70,
        [
            (9, 12),
            (10, 12),
            (11, 13),
            (11, 12),
            (12, 13),
            (13, 14),
            *[(13, 14)] * 3,
            (14, 14),
            (13, 14),
            (15, 15),
        ],
    ),
    "1件あたりの修正回数": (
        "1.5",
        4,
        [
            (40, 12),
            (38, 12),
            (39, 13),
            (34, 12),
            (33, 13),
            (32, 14),
            (30, 14),
            (28, 14),
            (27, 14),
            (24, 14),
            (23, 14),
            (21, 15),
        ],
    ),
    "ページの転換率": (
        "2.5",
        1,
        [(150 + 12 * place, 11_000 + 250 * place) for place in range(MONTHS)],
    ),
    "商談化率": (30, 15, [(50 + 6 * place, 240 + 15 * place) for place in range(MONTHS)]),
    "受注率": (35, 20, [(15 + 2 * place, 55 + 5 * place) for place in range(MONTHS)]),
    "初回応答までの時間": (24, 72, [48, 46, 40, 41, 36, 33, 30, 31, 28, 26, 25, 23]),
}
PARTS = {
    "株式会社みらい広告（例）": (
        "見込み客を集める",
        ("リード獲得数", "リード獲得単価", "広告のクリック率"),
    ),
    "ことのは制作合同会社（例）": ("伝わる制作物をつくる", ("納期遵守率", "1件あたりの修正回数")),
}
REASON = "昨年度の実績と協議から（デモのために置いた値です）"


def load(cast: Cast, *, at: datetime) -> Tree:
    """Make the tree, the two engagements, the numbers and the running review cycle."""
    first = add_months(at.date().replace(day=1), -MONTHS)
    by = cast.client
    with tenancy.acting(by):
        tree = trees.create_from_template(
            template=example_tree(),
            client_id=cast.organization.pk,
            name="新規顧客を増やす（例）",
            targets_from=first,
            by=by,
            at=at,
        )
        kpis = {kpi.name: kpi for kpi in KPI.objects.living().filter(tree=tree)}
        _targets(kpis, first, by=by, at=at)
        update_kpi(
            kpi=goal_of(tree),
            version=tree.version,
            fields={"deadline_on": add_months(first, 2 * MONTHS)},
            by=by,
            at=at,
        )
    for place, name in enumerate(PARTS):
        with tenancy.acting(by):
            organization, vendor = people.vendor(
                name,
                f"marketing{place + 1}@example.com",
                "担当者",
                client=by,
                organization=cast.organization,
                at=at,
            )
        _engage(cast, tree, kpis, name, organization, vendor, first, at=at)
    with tenancy.acting(by):
        _objective(tree, kpis, first, by=by, at=at)
        _measure(kpis, first, by=by, at=at)
        cycles.create_cycle(
            client=cast.organization,
            tree=tree,
            engagement=None,
            name="マーケティングの月次振り返り",
            business_day=5,
            remind_days_before=2,
            starts_on=add_months(at.date().replace(day=1), -1),
            by=by,
            at=at,
        )
    return tree


def _targets(kpis: dict[str, KPI], first: date, *, by: Actor, at: datetime) -> None:
    promised = {name for _group, names in PARTS.values() for name in names}
    for name, (target, worst, _numbers) in NUMBERS.items():
        if name not in promised:
            targets.set_target(
                kpi=kpis[name],
                valid_from=first,
                value=Decimal(target),
                worst=Decimal(worst),
                rationale_kind=RationaleKind.HISTORY,
                rationale=REASON,
                by=by,
                at=at,
            )


def _engage(
    cast: Cast,
    tree: Tree,
    kpis: dict[str, KPI],
    name: str,
    organization: Organization,
    vendor: Actor,
    first: date,
    *,
    at: datetime,
) -> None:
    group, names = PARTS[name]
    with tenancy.acting(cast.client):
        if names[0] == "納期遵守率":
            add_promise(
                tree=tree,
                text="仕様を変えるときは、作業を始める前に双方で話し合う（例）",
                kpi=kpis[names[0]],
                side=ResponsibleSide.SHARED,
                organization_id=organization.pk,
                by=cast.client,
                at=at,
            )
        engagement = vendors.propose_engagement(
            client_id=cast.organization.pk,
            vendor_id=organization.pk,
            tree=tree,
            rfq_id=None,
            title=f"{group}（{name}）",
            starts_on=first,
            ends_on=add_months(first, 2 * MONTHS),
            amount=Decimal(3_600_000),
            currency="JPY",
            promises=[
                Promise(kpis[one].pk, Decimal(NUMBERS[one][0]), Decimal(NUMBERS[one][1]))
                for one in names
            ],
            by=cast.client,
            at=at,
        )
    for actor in (cast.client, vendor):
        with tenancy.acting(actor):
            seen = latest_agreement(engagement).sha256
            sign_agreement(engagement=engagement, seen_sha256=seen, by=actor, at=at)


def _objective(tree: Tree, kpis: dict[str, KPI], first: date, *, by: Actor, at: datetime) -> None:
    ends_on = add_months(first, 2 * MONTHS)
    objective = objectives.create_objective(
        tree=tree,
        title="見込み客から最初に相談される会社になる（例）",
        description="早く、ていねいに応えることで選ばれることをめざします。",
        starts_on=first,
        ends_on=ends_on,
        owner="マーケティング部 佐藤",
        key_results=[
            KeyResultDraft(kpis["初回応答までの時間"].pk, Decimal(48), Decimal(12), ends_on),
            KeyResultDraft(kpis["商談化率"].pk, Decimal(20), Decimal(35), ends_on),
        ],
        by=by,
        at=at,
    )
    objective = objectives.activate_objective(
        objective=objective, version=objective.version, by=by, at=at
    )
    objectives.check_in(
        objective=objective,
        on=at.date(),
        confidence=Confidence.MEDIUM,
        note="応答は早くなりました。商談化率は資料の見直しを待っています。",
        by=by,
        at=at,
    )


def _measure(kpis: dict[str, KPI], first: date, *, by: Actor, at: datetime) -> None:
    for name, (_target, _worst, numbers) in NUMBERS.items():
        for place, number in enumerate(numbers):
            parts = number if isinstance(number, tuple) else None
            measurements.record_measurement(
                kpi=kpis[name],
                period_start=add_months(first, place),
                value=Decimal(number) if isinstance(number, int) else None,
                numerator=Decimal(parts[0]) if parts else None,
                denominator=Decimal(parts[1]) if parts else None,
                by=by,
                at=at,
            )

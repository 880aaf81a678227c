"""Real deliveries with a quote round around them: price alone, or what leads to the goal.

Prices are the vendors' real median pack prices, the on-time record is real. The request, its
weights and the promised levels are not in the public records: they are set here, and say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Organization
from core import tenancy
from core.tenancy import Actor
from dashboards.demo.deliveries import FILE_NAME, PRODUCT, facts, file_content
from kpis.domain.imports.mapping import DeliveryMapping, RowFilter
from kpis.models import KPI, ScorecardRun, Tree
from kpis.models.choices import RationaleKind
from kpis.operations import imports, targets, trees
from kpis.operations.recompute import recompute_scorecards
from kpis.queries.imports import reading_of
from kpis.queries.trees import goal_of
from quotes import operations as quotes
from quotes.domain.drafts import (
    CriterionDraft,
    LineDraft,
    PriceDraft,
    PromiseDraft,
    QuoteDraft,
    RequestDraft,
)
from quotes.models import RFQ
from reviews.models import Review
from reviews.operations import actions, agendas, cycles, meetings, scheduling
from vendors import operations as vendors
from vendors.domain.promises import Promise
from vendors.models import Engagement
from vendors.operations.agreements import sign_agreement
from vendors.operations.engagements import end_engagement
from vendors.queries.agreements import latest_agreement

TOKYO = ZoneInfo("Asia/Tokyo")
WINNER = "HETERO LABS LIMITED"
DEPOT = "SCMS from RDC"
# Levels that the demo lets vendors promise, in percent on time; not in the public records.
PROMISES = {
    "MICRO LABS LIMITED": 88,
    "STRIDES ARCOLAB LIMITED": 90,
    "CIPLA LIMITED": 90,
    WINNER: 98,
    "Aurobindo Pharma Limited": 80,
}
NOTE = "（この水準はデモのために置いた値です）"
RATE = {
    "unit": "percent",
    "decimals": 1,
    "aggregation": "ratio",
    "perspective": "process",
    "definition": "納期までに納品された件数÷その月に納期が来た件数（未納を含む）",
    "data_source": "USAID SCMS Delivery History（米国政府オープンデータ）",
}


def moment(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """Return a time of day in Tokyo."""
    return datetime(year, month, day, hour, tzinfo=TOKYO)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: the client, its advisor, and the vendors by name."""

    client: Actor
    organization: Organization
    advisor: Actor
    vendors: Mapping[str, tuple[Organization, Actor]]


def load(cast: Cast) -> Tree:
    """Play the whole procurement case: goal, round, order, ten years of deliveries, reviews."""
    with tenancy.acting(cast.client):
        tree = _tree(cast)
        product = _kpi(tree, f"納期遵守率（{PRODUCT}）", cast.client, at=moment(2013, 5, 7))
    rfq = _round(cast, product)
    engagement = _sign(cast, Engagement.objects.get(rfq_id=rfq.pk), at=moment(2013, 6, 28))
    with tenancy.acting(cast.client):
        _deliveries(cast, tree, product)
    compute(tree, by=cast.client, at=moment(2015, 10, 5))
    _reviews(cast, engagement)
    with tenancy.acting(cast.client):
        for one in Engagement.objects.filter(tree=tree):
            end_engagement(
                engagement=one, reason="契約期間の満了", by=cast.client, at=moment(2016, 1, 4)
            )
    return tree


def compute(tree: Tree, *, by: Actor, at: datetime) -> None:
    """Compute the scorecards now: nobody delivers jobs while the demo is loaded."""
    with tenancy.acting(by):
        run = ScorecardRun.objects.filter(tree=tree).latest("input_version")
    recompute_scorecards(run_id=str(run.pk), by=by, at=at)


def _kpi(tree: Tree, name: str, by: Actor, *, at: datetime, **fields: object) -> KPI:
    tree.refresh_from_db()
    command = trees.add_command(tree, goal_of(tree).pk, {**RATE, "name": name, **fields})
    trees.change_tree(tree=tree, command=command, version=tree.version, by=by, at=at)
    return KPI.objects.living().filter(tree=tree, name=name).get()


def _tree(cast: Cast) -> Tree:
    at = moment(2006, 1, 10)
    tree = trees.create_tree(
        client_id=cast.organization.pk,
        name="医薬品を切らさず届ける",
        kgi={
            **RATE,
            "name": "全体の納期遵守率",
            "value_source": "children",
            "perspective": "customer",
            "importance": 5,
            "baseline": Decimal(60),
            "deadline_on": date(2015, 12, 31),
        },
        by=cast.client,
        at=at,
    )
    targets.set_target(
        kpi=goal_of(tree),
        valid_from=date(2006, 1, 1),
        value=Decimal(90),
        worst=Decimal(60),
        rationale_kind=RationaleKind.NEGOTIATION,
        rationale=f"供給を切らさないために必要な水準{NOTE}",
        by=cast.client,
        at=at,
    )
    depot = _kpi(
        tree, DEPOT, cast.client, at=at, responsible_label="地域配送センター", weight=Decimal(3)
    )
    targets.set_target(
        kpi=depot,
        valid_from=date(2006, 1, 1),
        value=Decimal(90),
        worst=Decimal(60),
        rationale_kind=RationaleKind.HISTORY,
        rationale=f"開始当初の実績の平均から{NOTE}",
        by=cast.client,
        at=at,
    )
    for name, (organization, actor) in cast.vendors.items():
        kpi = _kpi(tree, f"納期遵守率（{name}）", cast.client, at=at, responsible_side="vendor")
        _standing_contract(cast, tree, kpi, organization, actor)
    return tree


def _standing_contract(
    cast: Cast, tree: Tree, kpi: KPI, vendor: Organization, actor: Actor
) -> None:
    at = moment(2006, 1, 12)
    engagement = vendors.propose_engagement(
        client_id=cast.organization.pk,
        vendor_id=vendor.pk,
        tree=tree,
        rfq_id=None,
        title=f"継続供給契約（{vendor.name}）",
        starts_on=date(2006, 2, 1),
        ends_on=date(2016, 1, 1),
        amount=None,
        currency="USD",
        promises=[Promise(kpi.pk, Decimal(95), Decimal(70))],
        by=cast.client,
        at=at,
    )
    _sign(
        Cast(cast.client, cast.organization, cast.advisor, {vendor.name: (vendor, actor)}),
        engagement,
        at=at,
    )


def _sign(cast: Cast, engagement: Engagement, *, at: datetime) -> Engagement:
    _organization, vendor = cast.vendors[engagement.vendor.name]
    for actor in (cast.client, vendor):
        with tenancy.acting(actor):
            seen = latest_agreement(engagement).sha256
            sign_agreement(engagement=engagement, seen_sha256=seen, by=actor, at=at)
    engagement.refresh_from_db()
    return engagement


def _round(cast: Cast, product: KPI) -> RFQ:
    deadline = moment(2013, 6, 14, 17)
    asked = [cast.vendors[name][0].pk for name in PROMISES]
    with tenancy.acting(cast.advisor):
        at = moment(2013, 5, 13)
        rfq = quotes.create_rfq(
            branch=product,
            title=f"{PRODUCT} の年間供給",
            starts_on=date(2013, 7, 1),
            ends_on=date(2015, 12, 31),
            deadline_at=deadline,
            by=cast.advisor,
            at=at,
        )
        draft = RequestDraft(
            title=rfq.title,
            branch_id=product.pk,
            scope=f"各国への年間の供給。数量は見積をそろえるための想定です{NOTE}",
            deliverables="納品書、ロットの試験成績書",
            terms="検収月の翌月末払い、指定国渡し",
            starts_on=rfq.starts_on,
            ends_on=rfq.ends_on,
            deadline_at=deadline,
            currency="USD",
            ceiling=Decimal(600_000),
            price_method="ceiling",
            price_weight=Decimal(60),
            lines=[LineDraft(name=PRODUCT, quantity=Decimal(100_000), unit="パック")],
            criteria=[
                CriterionDraft(
                    name="納期遵守率",
                    weight=Decimal(40),
                    kpi_id=product.pk,
                    definition=product.definition,
                    required_minimum=Decimal(85),
                    desired_level=Decimal(98),
                )
            ],
            vendor_ids=asked,
        )
        rfq = quotes.save_rfq(rfq=rfq, version=rfq.version, draft=draft, by=cast.advisor, at=at)
        rfq = quotes.send_rfq(rfq=rfq, version=rfq.version, by=cast.advisor, at=at)
    prices = facts()
    for place, (name, level) in enumerate(PROMISES.items()):
        _quote(rfq, cast.vendors[name][1], prices[name].pack_price, level, day=20 + place)
    with tenancy.acting(cast.advisor):
        quotes.open_round(rfq=rfq, by=cast.advisor, at=moment(2013, 6, 17))
    with tenancy.acting(cast.client):
        quotes.decide(
            rfq=rfq,
            vendor_id=cast.vendors[WINNER][0].pk,
            reason="単価は最安ではありませんが、供給を切らさないという目標に最もつながる約束と実績があるため。",
            explains_rank=True,
            by=cast.client,
            at=moment(2013, 6, 24),
        )
    return rfq


def _quote(rfq: RFQ, vendor: Actor, price: Decimal, level: int, *, day: int) -> None:
    at = moment(2013, 5, day)
    with tenancy.acting(vendor):
        line, criterion = rfq.lines.get(), rfq.criteria.get(kind="commitment")
        draft = QuoteDraft(
            valid_until=date(2013, 9, 30),
            payment_terms="検収月の翌月末払い",
            delivery_terms="発注から90日以内",
            lines=[PriceDraft(unit_price=price, tax_rate=Decimal(0), rfq_line_id=line.pk)],
            promises=[
                PromiseDraft(criterion.pk, Decimal(level), note=f"過去の実績を踏まえて{NOTE}")
            ],
        )
        quote = quotes.save_quote(rfq=rfq, version=0, draft=draft, by=vendor, at=at)
        quotes.submit_quote(rfq=rfq, version=quote.version, by=vendor, at=at)


def _deliveries(cast: Cast, tree: Tree, product: KPI) -> None:
    """Take the public file in twice: all vendors, and the product alone."""
    at, by = moment(2015, 10, 5), cast.client
    kpis = {kpi.name: kpi for kpi in KPI.objects.living().filter(tree=tree)}
    everything = imports.upload_file(
        tree=tree, file_name=FILE_NAME, content=file_content(), by=by, at=at
    )
    chosen = {name: str(kpis[f"納期遵守率（{name}）"].pk) for name in cast.vendors}
    chosen[DEPOT] = str(kpis[DEPOT].pk)
    imports.choose_destinations(source=everything, destinations=chosen, by=by, at=at)
    imports.confirm_import(source=everything, by=by, at=at)
    product_only = imports.upload_file(
        tree=tree, file_name=FILE_NAME, content=file_content(), by=by, at=at
    )
    mapping = reading_of(product_only).mapping
    assert isinstance(mapping, DeliveryMapping)  # noqa: S101 - the file is ours
    narrowed = DeliveryMapping(
        vendor=mapping.vendor,
        scheduled=mapping.scheduled,
        delivered=mapping.delivered,
        row_filter=RowFilter("Item Description", PRODUCT),
    )
    imports.map_columns(source=product_only, mapping=narrowed, by=by, at=at)
    imports.choose_destinations(
        source=product_only, destinations={WINNER: str(product.pk)}, by=by, at=at
    )
    imports.confirm_import(source=product_only, by=by, at=at)


def _reviews(cast: Cast, engagement: Engagement) -> None:
    """Hold two monthly reviews at the end of the records, and stop the cycle there."""
    by = cast.client
    with tenancy.acting(by):
        cycle = cycles.create_cycle(
            client=cast.organization,
            tree=engagement.tree,
            engagement=None,
            name="供給の月次振り返り",
            business_day=5,
            remind_days_before=2,
            starts_on=date(2015, 5, 1),
            by=by,
            at=moment(2015, 6, 1),
        )
        for month, day in ((5, moment(2015, 6, 5)), (6, moment(2015, 7, 7))):
            review = scheduling.review_now(cycle=cycle, month=date(2015, month, 1), by=by, at=day)
            agendas.make_agenda(review=review, by=by, at=day)
            review.refresh_from_db()
            _write_up(cast, review, at=day)
        cycle.refresh_from_db()
        cycles.deactivate_cycle(cycle=cycle, by=by, at=moment(2015, 12, 31))


def _write_up(cast: Cast, review: Review, *, at: datetime) -> None:
    by = cast.client
    review = meetings.save_minutes(
        review=review,
        version=review.version,
        minutes="地域配送センターの遅れの主な原因は通関書類の不備。提出前の確認を手順に加える。",
        by=by,
        at=at,
    )
    action = actions.add_action(
        review=review,
        title="通関書類の事前確認を手順に加える",
        owner_organization=cast.organization,
        owner=None,
        due_on=at.date().replace(day=28),
        expected_effect="納期遵守率 +3ポイント",
        kpi=None,
        by=by,
        at=at,
    )
    done_at = at + timedelta(days=20)
    actions.finish_action(action=action, result="確認表を手順に加えた。", by=by, at=done_at)
    review.refresh_from_db()
    meetings.close_review(review=review, version=review.version, by=by, at=at)

"""Rounds in every state that the operations can reach."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from accounts.models import Organization
from core import tenancy
from core.tenancy import Actor
from kpis.models import KPI
from quotes import operations
from quotes.domain.drafts import (
    CriterionDraft,
    LineDraft,
    PriceDraft,
    PromiseDraft,
    QuoteDraft,
    RequestDraft,
)
from quotes.models import RFQ, Criterion, Decision, QuoteRevision

ROUND = timedelta(days=7)
LINES = (
    LineDraft(name="運用代行", quantity=Decimal(12), unit="か月"),
    LineDraft(name="初期設定", quantity=Decimal(1), unit="式", note="アカウントの構築を含む"),
)


def request_draft(
    *,
    branch: KPI,
    kpis: Sequence[KPI],
    vendors: Sequence[Organization],
    deadline_at: datetime,
    title: str = "広告運用の見積依頼",
    lines: Sequence[LineDraft] = LINES,
    ceiling: Decimal | None = Decimal(5_000_000),
    few_vendors_reason: str = "対応できる会社が限られるため",
) -> RequestDraft:
    """Return a request that can be sent: price 40 points, each KPI 30 points from 80 to 98."""
    return RequestDraft(
        title=title,
        branch_id=branch.pk,
        scope="検索広告とSNS広告の運用",
        deliverables="月次レポート",
        terms="月末締め翌月末払い",
        starts_on=date(2026, 6, 1),
        ends_on=date(2027, 6, 1),
        deadline_at=deadline_at,
        ceiling=ceiling,
        price_weight=Decimal(40),
        few_vendors_reason=few_vendors_reason,
        lines=lines,
        criteria=[
            CriterionDraft(
                name=kpi.name,
                weight=Decimal(30),
                kpi_id=kpi.pk,
                definition=kpi.definition or "毎月の実績で測ります",
                required_minimum=Decimal(80),
                desired_level=Decimal(98),
            )
            for kpi in kpis
        ],
        vendor_ids=[one.pk for one in vendors],
    )


def make_draft(
    *,
    branch: KPI,
    kpis: Sequence[KPI],
    vendors: Sequence[Organization],
    by: Actor,
    at: datetime,
    draft: RequestDraft | None = None,
) -> RFQ:
    """Return a request that waits to be sent."""
    draft = draft or request_draft(
        branch=branch, kpis=kpis, vendors=vendors, deadline_at=at + ROUND
    )
    with tenancy.acting(by):
        rfq = operations.create_rfq(
            branch=branch,
            title=draft.title,
            starts_on=draft.starts_on,
            ends_on=draft.ends_on,
            deadline_at=draft.deadline_at,
            by=by,
            at=at,
        )
        return operations.save_rfq(rfq=rfq, version=1, draft=draft, by=by, at=at)


def make_sent(
    *,
    branch: KPI,
    kpis: Sequence[KPI],
    vendors: Sequence[Organization],
    by: Actor,
    at: datetime,
    draft: RequestDraft | None = None,
) -> RFQ:
    """Return a request that vendors may answer; its deadline is seven days after `at`."""
    rfq = make_draft(branch=branch, kpis=kpis, vendors=vendors, by=by, at=at, draft=draft)
    with tenancy.acting(by):
        return operations.send_rfq(rfq=rfq, version=rfq.version, by=by, at=at)


def quote_draft(
    rfq: RFQ,
    *,
    prices: Sequence[int | Decimal] = (200_000, 300_000),
    promises: Sequence[int | Decimal] = (95,),
    tax_rates: Sequence[int] = (),
    extra: Sequence[PriceDraft] = (),
    note: str = "",
    discount: Decimal = Decimal(0),
) -> QuoteDraft:
    """Return a complete quote: one price for each line in order, one level for each promise."""
    lines = list(rfq.lines.order_by("position", "id"))
    rates = list(tax_rates) or [10] * len(lines)
    criteria = rfq.criteria.filter(kind=Criterion.Kind.COMMITMENT).order_by("position", "id")
    return QuoteDraft(
        discount=discount,
        valid_until=rfq.deadline_at.date() + timedelta(days=60),
        payment_terms="月末締め翌月末払い",
        delivery_terms="契約後10営業日で開始",
        assumptions=note,
        exclusions="広告費（媒体費）",
        lines=[
            *(
                PriceDraft(
                    rfq_line_id=line.pk,
                    unit_price=Decimal(price),
                    tax_rate=Decimal(rate),
                    note=note,
                )
                for line, price, rate in zip(lines, prices, rates, strict=True)
            ),
            *extra,
        ],
        promises=[
            PromiseDraft(criterion_id=one.pk, value=Decimal(level), note=note)
            for one, level in zip(criteria, promises, strict=False)
        ],
    )


def make_quote(
    rfq: RFQ, *, by: Actor, at: datetime, draft: QuoteDraft | None = None, version: int = 0
) -> QuoteRevision:
    """Save a quote as the vendor and submit it; `version` is that of its draft so far."""
    with tenancy.acting(by):
        quote = operations.save_quote(
            rfq=rfq, version=version, draft=draft or quote_draft(rfq), by=by, at=at
        )
        return operations.submit_quote(rfq=rfq, version=quote.version, by=by, at=at)


def make_opened(
    *,
    branch: KPI,
    kpis: Sequence[KPI],
    quotes: Mapping[Actor, Sequence[int]],
    vendors: Sequence[Organization],
    by: Actor,
    at: datetime,
) -> RFQ:
    """Return an opened round: each vendor quotes its prices for the two lines."""
    rfq = make_sent(branch=branch, kpis=kpis, vendors=vendors, by=by, at=at)
    for vendor, prices in quotes.items():
        with tenancy.acting(vendor):
            draft = quote_draft(rfq, prices=prices, promises=[95] * len(kpis))
        make_quote(rfq, by=vendor, at=at + timedelta(days=1), draft=draft)
    with tenancy.acting(by):
        return operations.open_round(rfq=rfq, by=by, at=rfq.deadline_at)


def make_decision(
    rfq: RFQ, *, vendor_id: UUID, by: Actor, at: datetime, explains_rank: bool = True
) -> Decision:
    """Decide an opened round for this vendor."""
    with tenancy.acting(by):
        return operations.decide(
            rfq=rfq,
            vendor_id=vendor_id,
            reason="品質の約束と価格の釣り合いが最も良いため",
            explains_rank=explains_rank,
            by=by,
            at=at,
        )

"""The answering side: write a quote, submit it, decline."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from quotes.domain.states import RfqState, takes_quotes
from quotes.domain.totals import InvalidTotals
from quotes.models import RFQ, Commitment, Criterion, LineItem, Quote, QuoteRevision, RFQInvitation
from quotes.queries.content import quote_content
from quotes.queries.totals import totals_of


def why_not_answer(rfq: RFQ, invitation: RFQInvitation, by: Actor, at: datetime) -> Refusal | None:
    """Why the actor may not answer a request at this time, by a quote or by declining."""
    if not by.is_vendor or invitation.vendor_id != by.organization_id:
        return Refusal("quotes.not_asked", _("この見積依頼の宛先ではありません。"), status=404)
    if not by.can_edit:
        return Refusal("quotes.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    if rfq.status == RfqState.CANCELLED:
        return Refusal("quotes.cancelled", _("この見積依頼は取りやめになりました。"), status=409)
    if not takes_quotes(RfqState(rfq.status), rfq.deadline_at, at):
        return Refusal(
            "quotes.late", _("提出期限を過ぎたため、見積は受け付けられません。"), status=409
        )
    if invitation.status == RFQInvitation.Status.DECLINED:
        return Refusal("quotes.declined", _("この見積依頼は辞退済みです。"), status=409)
    return None


def why_not_decline(rfq: RFQ, invitation: RFQInvitation, by: Actor, at: datetime) -> Refusal | None:
    """Why the actor may not decline: a submitted quote stands."""
    if (refusal := why_not_answer(rfq, invitation, by, at)) is not None:
        return refusal
    if QuoteRevision.objects.visible_to(by).filter(rfq=rfq).exists():
        return Refusal("quotes.submitted", _("見積を提出した後は辞退できません。"), status=409)
    return None


def why_not_again(quote: Quote, earlier: QuoteRevision | None) -> Refusal | None:
    """Going back and sending again makes no second revision of the same content."""
    if earlier is None or quote_content(quote, number=earlier.number) != earlier.content:
        return None
    return Refusal(
        "quotes.same",
        _("第%(number)d版と同じ内容です。提出は済んでいます。") % {"number": earlier.number},
        status=409,
    )


def findings(
    quote: Quote,
    *,
    criteria: Collection[Criterion],
    asked_lines: Collection[UUID],
    deadline_on: date,
) -> list[Refusal]:
    """Return everything that must be put right before the draft can be submitted."""
    lines = list(quote.line_items.all())
    promised = {one.criterion_id: one for one in quote.commitments.all()}
    found = [
        *_line_findings(quote, lines, asked_lines),
        *_promise_findings(criteria, promised),
        (
            quote.valid_until is None,
            "no_validity",
            _("見積の有効期限を入力してください。"),
        ),
        (
            quote.valid_until is not None and quote.valid_until < deadline_on,
            "validity_short",
            _("見積の有効期限は、提出期限より後の日にしてください。"),
        ),
        (
            not quote.payment_terms.strip(),
            "no_payment_terms",
            _("支払条件を入力してください。"),
        ),
    ]
    return [
        Refusal(f"quotes.{code}", text, status=409) for is_wrong, code, text in found if is_wrong
    ]


def _line_findings(
    quote: Quote, lines: Collection[LineItem], asked_lines: Collection[UUID]
) -> list[tuple[bool, str, str]]:
    unpriced = [
        one.name for one in lines if one.rfq_line_id in asked_lines and one.unit_price is None
    ]
    missing = len(set(asked_lines) - {one.rfq_line_id for one in lines})
    try:
        is_free = totals_of(quote, lines).subtotal <= 0
        broken = ""
    except InvalidTotals:
        is_free = False
        broken = _("値引きが明細の合計を超えているか、通貨の最小単位より細かい端数があります。")
    return [
        (
            bool(unpriced) or missing > 0,
            "unpriced",
            _("単価が空の品目があります。含めて無償とする場合は0を入力してください。"),
        ),
        (bool(broken), "discount", broken),
        (is_free and not unpriced, "free", _("見積の合計が0です。単価を確認してください。")),
    ]


def _promise_findings(
    criteria: Collection[Criterion], promised: dict[UUID, Commitment]
) -> list[tuple[bool, str, str]]:
    silent = [
        one.name
        for one in criteria
        if one.kind == Criterion.Kind.COMMITMENT
        and (one.pk not in promised or promised[one.pk].value is None)
    ]
    return [
        (
            bool(silent),
            "no_commitment",
            _("「%(names)s」の約束する水準を入力してください。") % {"names": "」「".join(silent)},
        )
    ]

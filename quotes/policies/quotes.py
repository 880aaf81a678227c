"""The answering side: write a quote, submit it, decline."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.domain.rounding import RoundingRule
from core.tenancy import Actor
from quotes.domain.drafts import PromiseDraft, QuoteDraft
from quotes.domain.states import RfqState, takes_quotes
from quotes.domain.totals import InvalidTotals
from quotes.models import RFQ, Criterion, Quote, QuoteRevision, RFQInvitation, RFQLine
from quotes.queries.content import quote_content, totals_of, written_lines
from quotes.queries.sealed import authors_envelope, draft_of


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
    if earlier is None:
        return None
    if quote_content(quote, number=earlier.number) != authors_envelope(earlier).content:
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
    asked_lines: Collection[RFQLine],
    deadline_on: date,
) -> list[Refusal]:
    """Return everything that must be put right before the draft can be submitted."""
    draft = draft_of(quote)
    promised = {one.criterion_id: one for one in draft.promises}
    found = [
        *_line_findings(quote, draft, asked_lines),
        *_promise_findings(criteria, promised),
        (
            draft.valid_until is None,
            "no_validity",
            _("見積の有効期限を入力してください。"),
        ),
        (
            draft.valid_until is not None and draft.valid_until < deadline_on,
            "validity_short",
            _("見積の有効期限は、提出期限より後の日にしてください。"),
        ),
        (
            not draft.payment_terms.strip(),
            "no_payment_terms",
            _("支払条件を入力してください。"),
        ),
    ]
    return [
        Refusal(f"quotes.{code}", text, status=409) for is_wrong, code, text in found if is_wrong
    ]


def _line_findings(
    quote: Quote, draft: QuoteDraft, asked_lines: Collection[RFQLine]
) -> list[tuple[bool, str, str]]:
    lines = written_lines(asked_lines, draft)
    is_unpriced = any(one.unit_price is None for one in lines)
    rounding = RoundingRule(quote.vendor.tax_rounding)
    try:
        sums = totals_of(draft.discount, lines, rounding=rounding, currency=quote.rfq.currency)
        is_free = sums.subtotal <= 0
        broken = ""
    except InvalidTotals:
        is_free = False
        broken = _("値引きが明細の合計を超えているか、通貨の最小単位より細かい端数があります。")
    return [
        (
            is_unpriced,
            "unpriced",
            _("単価が空の品目があります。含めて無償とする場合は0を入力してください。"),
        ),
        (bool(broken), "discount", broken),
        (is_free and not is_unpriced, "free", _("見積の合計が0です。単価を確認してください。")),
    ]


def _promise_findings(
    criteria: Collection[Criterion], promised: dict[UUID, PromiseDraft]
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

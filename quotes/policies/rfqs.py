"""The asking side: write a request, send it, open the quotes, give up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from quotes.domain.states import RFQ_TRANSITIONS, RfqState, is_closed
from quotes.models import RFQ, Criterion

ENOUGH_VENDORS = 3


def why_not_work_for(client_id: UUID, actor: Actor) -> Refusal | None:
    """Why the actor may not change the requests of this client."""
    if client_id not in actor.client_ids:
        return Refusal("quotes.other_client", _("この発注者の見積依頼は扱えません。"))
    if not actor.can_edit:
        return Refusal("quotes.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_start(actor: Actor) -> Refusal | None:
    """Why the actor may not start a request for any client."""
    if actor.is_vendor or not actor.client_ids:
        return Refusal("quotes.no_client", _("見積依頼を作成できるのは、発注者とその相談室です。"))
    if not actor.can_edit:
        return Refusal("quotes.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_compare(rfq: RFQ) -> Refusal | None:
    """Why there is nothing to compare."""
    if rfq.opened_at is None:
        return Refusal(
            "quotes.sealed", _("見積は封をされています。開封すると比較できます。"), status=409
        )
    return None


def why_not_edit(rfq: RFQ, by: Actor) -> Refusal | None:
    """Why a request may not be changed: only a draft may."""
    if (refusal := why_not_work_for(rfq.client_id, by)) is not None:
        return refusal
    if rfq.status != RfqState.DRAFT:
        return Refusal(
            "quotes.frozen",
            _(
                "送付した見積依頼は変更できません。条件を変えるときは、取りやめて作り直してください。"
            ),
            status=409,
        )
    return None


def why_not_edit_version(current: int, seen: int) -> Refusal | None:
    """Why a form that was made from an older state is refused."""
    if current == seen:
        return None
    return Refusal(
        "quotes.stale",
        _("この画面を開いたあとに、内容が変更されました。変更の内容を確かめてください。"),
        status=409,
    )


def findings(rfq: RFQ, at: datetime) -> list[Refusal]:
    """Return everything that must be put right before the request can be sent."""
    criteria = list(rfq.criteria.all())
    vendors = len(rfq.invitations.all())
    found = [
        (not rfq.scope.strip(), "no_scope", _("依頼の範囲を入力してください。")),
        (not list(rfq.lines.all()), "no_lines", _("見積を求める品目を1つ以上入力してください。")),
        *_criteria_findings(rfq, criteria),
        (at >= rfq.deadline_at, "deadline_past", _("提出期限を、これからの日時にしてください。")),
        (vendors == 0, "no_vendor", _("見積を依頼する外注先を選んでください。")),
        (
            0 < vendors < ENOUGH_VENDORS and not rfq.few_vendors_reason.strip(),
            "few_vendors",
            _("依頼先が3社に満たない理由を入力してください。"),
        ),
    ]
    return [
        Refusal(f"quotes.{code}", text, status=409) for is_wrong, code, text in found if is_wrong
    ]


def _criteria_findings(rfq: RFQ, criteria: Sequence[Criterion]) -> list[tuple[bool, str, str]]:
    prices = [one for one in criteria if one.kind == Criterion.Kind.PRICE]
    promises = [one for one in criteria if one.kind == Criterion.Kind.COMMITMENT]
    flat = [one.name for one in promises if one.required_minimum == one.desired_level]
    undefined = [one.name for one in promises if not one.definition.strip()]
    is_divided = rfq.method == RFQ.Method.DIVISION
    is_weightless = len(prices) != 1 or (prices[0].weight <= 0 and not is_divided)
    return [
        (is_weightless, "no_price", _("価格の配点を1以上にしてください。")),
        (
            not any(one.kpi_id and one.weight > 0 for one in promises),
            "no_quality",
            _("品質をみる評価項目がありません。KPIツリーから1つ以上選び、配点を付けてください。"),
        ),
        (
            bool(flat),
            "levels_equal",
            _("「%(names)s」の最低水準と望ましい水準が同じです。違う値にしてください。")
            % {"names": "」「".join(flat)},
        ),
        (
            bool(undefined),
            "no_definition",
            _("「%(names)s」の測り方を入力してください。約束を同じ物差しで測るために必要です。")
            % {"names": "」「".join(undefined)},
        ),
        (
            rfq.method == RFQ.Method.ADDITIVE
            and rfq.price_method == RFQ.PriceMethod.CEILING
            and rfq.ceiling is None,
            "no_ceiling",
            _("予定価格方式では、予定価格を入力してください。"),
        ),
    ]


def why_not_send(rfq: RFQ, by: Actor, at: datetime) -> Refusal | None:
    """Why a request may not be sent; also explains the disabled button."""
    if (refusal := why_not_edit(rfq, by)) is not None:
        return refusal
    return next(iter(findings(rfq, at)), None)


def why_not_open(rfq: RFQ, by: Actor, at: datetime) -> Refusal | None:
    """Why the quotes may not be opened: never before the deadline, and only once."""
    if (refusal := why_not_work_for(rfq.client_id, by)) is not None:
        return refusal
    if rfq.status != RfqState.OPEN:
        return Refusal("quotes.not_open", _("見積を受け付けた依頼だけを開封できます。"), status=409)
    if not is_closed(RfqState(rfq.status), rfq.deadline_at, at):
        return Refusal(
            "quotes.too_early",
            _("提出期限が来るまで開封できません。それまで見積の内容はだれにも見えません。"),
            status=409,
        )
    return None


def why_not_cancel(rfq: RFQ, by: Actor) -> Refusal | None:
    """Why a request may not be given up."""
    if (refusal := why_not_work_for(rfq.client_id, by)) is not None:
        return refusal
    if not RFQ_TRANSITIONS.allows(RfqState(rfq.status), RfqState.CANCELLED):
        return Refusal("quotes.final", _("この見積依頼はすでに終わっています。"), status=409)
    return None


def why_not_decide(rfq: RFQ, by: Actor) -> Refusal | None:
    """Why the actor may not choose the vendor: advisors recommend, the client decides."""
    if by.organization_id != rfq.client_id:
        return Refusal("quotes.client_decides", _("発注先を決めるのは発注者です。"))
    if (refusal := why_not_work_for(rfq.client_id, by)) is not None:
        return refusal
    if rfq.status == RfqState.DECIDED:
        return Refusal("quotes.decided", _("発注先はすでに決まっています。"), status=409)
    if rfq.status != RfqState.OPENED:
        return Refusal("quotes.not_opened", _("見積を開封してから決めてください。"), status=409)
    return None

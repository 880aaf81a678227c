"""Write a request for quotation and send it; what is sent is frozen."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from core import audit, vault
from core.domain.fingerprint import fingerprint
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI
from kpis.models.choices import Direction
from quotes.domain.drafts import CriterionDraft, LineDraft, RequestDraft
from quotes.domain.sealing import new_round_key
from quotes.models import RFQ, Criterion, RFQInvitation, RFQLine, RoundKey
from quotes.models.rfqs import RFQStatus
from quotes.operations.letters import tell_invited
from quotes.policies import rfqs as policies
from quotes.queries.content import request_content
from quotes.queries.held import held_for_change
from quotes.queries.sealed import key_label
from vendors.models import Vendor

PRICE_WEIGHT = Decimal(50)
PLAIN_FIELDS = (
    "title",
    "branch_id",
    "scope",
    "deliverables",
    "terms",
    "starts_on",
    "ends_on",
    "currency",
    "deadline_at",
    "ceiling",
    "is_ceiling_shown",
    "method",
    "division_base",
    "price_method",
    "few_vendors_reason",
)
SCORABLE = (Direction.HIGHER, Direction.LOWER)


@transaction.atomic
def create_rfq(
    *,
    branch: KPI,
    title: str,
    starts_on: date,
    ends_on: date,
    deadline_at: datetime,
    by: Actor,
    at: datetime,
) -> RFQ:
    """Start a request for a branch of a tree: a draft that only the client's side sees."""
    client_id = branch.tree.client_id
    require(policies.why_not_work_for(client_id, by))
    rfq = RFQ.objects.create(
        client_id=client_id,
        tree=branch.tree,
        branch=branch,
        title=title,
        scope="",
        starts_on=starts_on,
        ends_on=ends_on,
        deadline_at=deadline_at,
        created_at=at,
        created_by_id=by.user_id,
    )
    Criterion.objects.create(
        rfq=rfq, kind=Criterion.Kind.PRICE, name=_("価格"), weight=PRICE_WEIGHT
    )
    audit.record(
        event="quotes.rfq_created",
        target=rfq,
        by=by,
        at=at,
        organization_id=client_id,
        summary=f"見積依頼「{title}」の下書きを作成しました。",
    )
    return rfq


@transaction.atomic
def save_rfq(*, rfq: RFQ, version: int, draft: RequestDraft, by: Actor, at: datetime) -> RFQ:
    """Replace a draft by what the form says; refused when somebody else saved in between."""
    rfq = held_for_change(rfq)
    require(policies.why_not_edit(rfq, by))
    require(policies.why_not_edit_version(rfq.version, version))
    kpis = {one.pk: one for one in _choosable_kpis(rfq)}
    require(_why_not_these(draft, kpis))
    changed = [_label(name) for name in PLAIN_FIELDS if getattr(rfq, name) != getattr(draft, name)]
    for name in PLAIN_FIELDS:
        setattr(rfq, name, getattr(draft, name))
    rfq.version += 1
    rfq.save(update_fields=[*PLAIN_FIELDS, "version"])
    changed += [_("品目")] if _replace_lines(rfq, draft.lines) else []
    changed += [_("評価項目")] if _replace_criteria(rfq, draft, kpis) else []
    changed += [_("依頼先")] if _replace_vendors(rfq, draft, by) else []
    audit.record(
        event="quotes.rfq_saved",
        target=rfq,
        by=by,
        at=at,
        organization_id=rfq.client_id,
        summary=f"見積依頼「{rfq.title}」の下書きを変更しました。",
        data={"version": rfq.version, "changed": changed},
    )
    return rfq


def _label(name: str) -> str:
    field = RFQ._meta.get_field(name.removesuffix("_id"))
    return str(field.verbose_name) if isinstance(field, Field) else name


def _choosable_kpis(rfq: RFQ) -> Sequence[KPI]:
    return list(KPI.objects.living().filter(tree=rfq.tree)) if rfq.tree else []


def _why_not_these(draft: RequestDraft, kpis: dict[Any, KPI]) -> Refusal | None:
    """Why the draft's branch or criteria do not fit: KPIs are of the tree, each named once."""
    named = [one.kpi_id for one in draft.criteria if one.kpi_id is not None]
    if draft.branch_id not in kpis or not set(named) <= kpis.keys():
        text = _("このKPIツリーにあるKPIを選んでください。")
        return Refusal("quotes.kpi_elsewhere", text, status=409)
    if len(set(named)) != len(named):
        text = _("同じKPIを2つの評価項目に使うことはできません。")
        return Refusal("quotes.kpi_twice", text, status=409)
    if any(kpis[one].direction not in SCORABLE for one in named):
        text = _("範囲や監視のKPIは、評価項目に選べません。")
        return Refusal("quotes.kpi_without_line", text, status=409)
    return None


def _replace_lines(rfq: RFQ, drafts: Sequence[LineDraft]) -> bool:
    before = list(
        rfq.lines.order_by("position", "id").values_list("name", "quantity", "unit", "note")
    )
    after = [(one.name, one.quantity, one.unit, one.note) for one in drafts]
    if before == after:
        return False
    rfq.lines.all().delete()
    RFQLine.objects.bulk_create(
        RFQLine(rfq=rfq, position=place, name=name, quantity=quantity, unit=unit, note=note)
        for place, (name, quantity, unit, note) in enumerate(after)
    )
    return True


def _criterion(rfq: RFQ, place: int, draft: CriterionDraft, kpi: KPI | None) -> Criterion:
    """Make a criterion; with a KPI its unit and direction are copied, and its definition."""
    return Criterion(
        rfq=rfq,
        position=place,
        kind=Criterion.Kind.COMMITMENT,
        name=draft.name or (kpi.name if kpi else ""),
        weight=draft.weight,
        kpi=kpi,
        definition=draft.definition or (kpi.definition if kpi else ""),
        unit=kpi.unit if kpi else draft.unit,
        direction=kpi.direction if kpi else draft.direction,
        required_minimum=draft.required_minimum,
        desired_level=draft.desired_level,
    )


def _replace_criteria(rfq: RFQ, draft: RequestDraft, kpis: dict[Any, KPI]) -> bool:
    def facts(one: Criterion) -> tuple[object, ...]:
        return (
            one.name,
            one.weight,
            one.kpi_id,
            one.definition,
            one.unit,
            one.direction,
            one.required_minimum,
            one.desired_level,
        )

    price = rfq.criteria.get(kind=Criterion.Kind.PRICE)
    before = [facts(one) for one in rfq.criteria.exclude(pk=price.pk).order_by("position", "id")]
    after = [
        _criterion(rfq, place, one, kpis.get(one.kpi_id))
        for place, one in enumerate(draft.criteria, start=1)
    ]
    is_same_price = price.weight == draft.price_weight
    if is_same_price and before == [facts(one) for one in after]:
        return False
    rfq.criteria.exclude(pk=price.pk).delete()
    Criterion.objects.bulk_create(after)
    price.weight = draft.price_weight
    price.save(update_fields=["weight"])
    return True


def _replace_vendors(rfq: RFQ, draft: RequestDraft, by: Actor) -> bool:
    """Keep who is still chosen; an id that is not in the client's directory chooses nobody."""
    directory = Vendor.objects.visible_to(by).filter(client_id=rfq.client_id)
    chosen = {
        one.organization_id: one.contact_email
        for one in directory.filter(organization_id__in=draft.vendor_ids)
    }
    before = set(rfq.invitations.values_list("vendor_id", flat=True))
    rfq.invitations.exclude(vendor_id__in=chosen).delete()
    RFQInvitation.objects.bulk_create(
        RFQInvitation(rfq=rfq, client_id=rfq.client_id, vendor_id=vendor_id, email=email)
        for vendor_id, email in chosen.items()
        if vendor_id not in before
    )
    return before != chosen.keys()


@transaction.atomic
def send_rfq(*, rfq: RFQ, version: int, by: Actor, at: datetime) -> RFQ:
    """Freeze the request with its hash, let the vendors see it and ask them by mail."""
    rfq = held_for_change(rfq)
    require(policies.why_not_edit(rfq, by))
    require(policies.why_not_edit_version(rfq.version, version))
    require(policies.why_not_send(rfq, by, at))
    rfq.status = RFQStatus.OPEN
    rfq.sent_at, rfq.sent_by_id = at, by.user_id
    rfq.sent_sha256 = fingerprint(request_content(rfq))
    rfq.sealing_key = _make_key(rfq)
    rfq.version += 1
    rfq.save(
        update_fields=["status", "sent_at", "sent_by", "sent_sha256", "sealing_key", "version"]
    )
    rfq.invitations.update(invited_at=at)
    invitations = list(rfq.invitations.select_related("vendor").order_by("id"))
    for invitation in invitations:
        tell_invited(rfq, invitation, at=at)
    audit.record(
        event="quotes.rfq_sent",
        target=rfq,
        by=by,
        at=at,
        organization_id=rfq.client_id,
        summary=f"見積依頼「{rfq.title}」を{len(invitations)}社に送付しました。",
        data={
            "sha256": rfq.sent_sha256,
            "vendors": [str(one.vendor_id) for one in invitations],
            "few_vendors_reason": rfq.few_vendors_reason,
        },
    )
    return rfq


def _make_key(rfq: RFQ) -> bytes:
    """Make the round's key; the private half is locked away until the opening."""
    pair = new_round_key()
    key = RoundKey(rfq=rfq, client_id=rfq.client_id)
    key.locked_key = vault.lock(pair.private, label=key_label(key))
    key.save(force_insert=True)
    return pair.public

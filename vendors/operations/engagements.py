"""Start and end engagements."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization, OrganizationKind
from core import audit
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, Tree
from vendors import letters, policies
from vendors.domain.promises import Promise
from vendors.domain.states import ENGAGEMENT_TRANSITIONS, EngagementState
from vendors.models import Engagement, EngagementStatus
from vendors.operations.versions import write_version
from vendors.queries.terms import promises_in_words, terms_for


@transaction.atomic
def propose_engagement(
    *,
    client_id: UUID,
    vendor_id: UUID,
    tree: Tree,
    rfq_id: UUID | None,
    title: str,
    starts_on: date,
    ends_on: date,
    amount: Decimal | None,
    currency: str,
    promises: Sequence[Promise],
    by: Actor,
    at: datetime,
) -> Engagement:
    """Make an order with its first agreement, to be signed by both sides.

    `vendor_id` is the vendor's organization. `rfq_id` says which round it comes from; a contract
    that was there before has none.
    """
    require(policies.why_not_work_for(client_id, by))
    vendor = Organization.objects.get(pk=vendor_id)
    require(_why_not_between(client_id, vendor, tree))
    require(policies.why_not_dates(starts_on, ends_on))
    kpis = KPI.objects.in_bulk([promise.kpi_id for promise in promises])
    require(policies.why_not_these_promises(promises, kpis, tree_id=tree.pk))
    engagement = Engagement(client_id=client_id, vendor=vendor, tree=tree, rfq_id=rfq_id)
    engagement.title, engagement.amount, engagement.currency = title, amount, currency
    engagement.starts_on, engagement.ends_on, engagement.created_at = starts_on, ends_on, at
    engagement.save(force_insert=True)
    terms = terms_for(
        engagement,
        promises,
        kpis,
        version=1,
        valid_from=starts_on,
        reason="",
        in_words=promises_in_words(engagement, kpi_ids=kpis),
    )
    agreement = write_version(engagement=engagement, terms=terms, by=by, at=at)
    letters.tell_proposed(agreement, engagement, by=by, at=at)
    _record(
        "proposed",
        f"「{vendor.name}」との契約「{title}」の合意書を提案しました。",
        engagement,
        {"rfq": str(rfq_id) if rfq_id else None, "sha256": agreement.sha256},
        by=by,
        at=at,
    )
    return engagement


def _why_not_between(client_id: UUID, vendor: Organization, tree: Tree) -> Refusal | None:
    if vendor.kind != OrganizationKind.VENDOR:
        return Refusal("vendors.no_vendor", _("外注先として登録できない組織です。"), status=409)
    if tree.client_id != client_id:
        return Refusal("vendors.other_tree", _("ほかの発注者のKPIツリーは使えません。"))
    return None


@transaction.atomic
def end_engagement(*, engagement: Engagement, reason: str, by: Actor, at: datetime) -> Engagement:
    """End an engagement, or take back a proposal that was not signed; its record stays."""
    engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    require(policies.why_not_end(engagement, by))
    was_proposed = engagement.status == EngagementStatus.PROPOSED
    ENGAGEMENT_TRANSITIONS.check(EngagementState(engagement.status), EngagementState.ENDED)
    engagement.status = EngagementStatus.ENDED
    engagement.ended_on = timezone.localtime(at, engagement.client.zone).date()
    engagement.save(update_fields=["status", "ended_on"])
    if was_proposed:  # nothing was agreed: the texts stay, the promises do not
        engagement.agreed_kpis.all().delete()
    act = "取り下げました" if was_proposed else "終了しました"
    _record(
        "ended",
        f"契約「{engagement.title}」を{act}。",
        engagement,
        {"reason": reason, "was_proposed": was_proposed},
        by=by,
        at=at,
    )
    return engagement


def _record(
    act: str, summary: str, engagement: Engagement, data: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    audit.record(
        event=f"vendors.engagement_{act}",
        target=engagement,
        by=by,
        at=at,
        organization_id=engagement.client_id,
        summary=summary,
        data=data,
    )

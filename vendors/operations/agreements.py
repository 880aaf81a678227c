"""Propose, sign and put in force what both sides agree on; the old versions stay."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import Organization, User
from core import audit
from core.domain.fingerprint import fingerprint
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI
from vendors import policies
from vendors.domain.agreement import Line, Party, Terms, content_of
from vendors.domain.promises import Promise
from vendors.models import Agreement, Engagement, EngagementStatus, Signature
from vendors.operations.force import apply_terms, put_in_force
from vendors.operations.letters import tell_in_force, tell_proposed, tell_signed
from vendors.queries import agreements as queries


def write_version(
    engagement: Engagement,
    terms_of_order: Terms,
    *,
    by: Actor,
    at: datetime,
) -> Agreement:
    """Freeze the terms as the engagement's next version; the calling operation audits it."""
    content = content_of(terms_of_order)
    return Agreement.objects.create(
        engagement=engagement,
        version=terms_of_order.version,
        content=content,
        sha256=fingerprint(content),
        proposed_by_id=by.user_id,
        proposed_at=at,
    )


def terms_for(
    engagement: Engagement,
    promises: Sequence[Promise],
    kpis: Mapping[UUID, KPI],
    *,
    version: int,
    valid_from: date,
    reason: str,
) -> Terms:
    """Put what is to be agreed into words and numbers, as the tree says it today."""
    client, vendor = engagement.client, engagement.vendor
    return Terms(
        engagement_id=str(engagement.pk),
        version=version,
        title=engagement.title,
        client=_party(client),
        vendor=_party(vendor),
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        valid_from=valid_from,
        amount=engagement.amount,
        currency=engagement.currency,
        reason=reason,
        lines=[_line(promise, kpis[promise.kpi_id], client, vendor) for promise in promises],
    )


def _party(organization: Organization) -> Party:
    return Party(
        id=str(organization.pk),
        name=organization.name,
        registration_number=organization.registration_number,
    )


def _line(promise: Promise, kpi: KPI, client: Organization, vendor: Organization) -> Line:
    return Line(
        kpi_id=str(kpi.pk),
        key=kpi.key,
        name=kpi.name,
        definition=kpi.definition,
        unit=kpi.unit,
        decimals=kpi.decimals,
        direction=kpi.direction,
        frequency=kpi.frequency,
        target=promise.target,
        required_minimum=promise.required_minimum,
        measured_by=promise.measured_by or client.name,
        reported_by=promise.reported_by or vendor.name,
        acted_by=promise.acted_by or vendor.name,
    )


@transaction.atomic
def propose_change(
    *,
    engagement: Engagement,
    seen_sha256: str,
    title: str,
    starts_on: date,
    ends_on: date,
    valid_from: date,
    amount: Decimal | None,
    promises: Sequence[Promise],
    reason: str,
    by: Actor,
    at: datetime,
) -> Agreement:
    """Put a new version on the table; it counts once both sides have signed it.

    Either side may propose (a counter-proposal is the same act). Until then the version in force
    stays in force; an earlier proposal that nobody signed through is overtaken.
    """
    engagement = _locked(engagement)
    latest = queries.version_of(queries.latest_agreement(engagement))
    is_active = engagement.status == EngagementStatus.ACTIVE
    require(policies.why_not_propose_change(engagement, by))
    require(policies.why_not_stale(latest, seen_sha256=seen_sha256))
    proposal = _as_proposed(engagement, title, starts_on, ends_on, amount)
    valid_from = valid_from if is_active else starts_on
    today = at.astimezone(engagement.client.zone).date()
    require(policies.why_not_from(valid_from, proposal, today=today))
    kpis = _kpis(promises)
    require(policies.why_not_these_promises(promises, kpis, tree_id=engagement.tree_id))
    require(policies.why_not_foreign_kpis(promises, latest, by))
    terms = terms_for(
        proposal,
        promises,
        kpis,
        version=latest.terms.version + 1,
        valid_from=valid_from,
        reason=reason,
    )
    agreement = write_version(engagement, terms, by=by, at=at)
    if not is_active:
        apply_terms(engagement, terms)
    tell_proposed(agreement, engagement, by=by, at=at)
    audit.record(
        event="vendors.agreement_proposed",
        target=engagement,
        by=by,
        at=at,
        organization_id=engagement.client_id,
        summary=f"「{engagement.title}」の合意書 第{terms.version}版を提案しました。",
        data={"version": terms.version, "sha256": agreement.sha256, "reason": reason},
    )
    return agreement


def _as_proposed(
    engagement: Engagement, title: str, starts_on: date, ends_on: date, amount: Decimal | None
) -> Engagement:
    """Return the engagement as it would read, unsaved."""
    return Engagement(
        id=engagement.pk,
        client=engagement.client,
        vendor=engagement.vendor,
        tree_id=engagement.tree_id,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        amount=amount,
        currency=engagement.currency,
        status=engagement.status,
    )


def _kpis(promises: Sequence[Promise]) -> dict[UUID, KPI]:
    return KPI.objects.in_bulk([promise.kpi_id for promise in promises])


def _locked(engagement: Engagement) -> Engagement:
    """Hold the engagement, so that proposals and signatures come one after the other."""
    found = Engagement.objects.select_for_update(of=("self",)).select_related(
        "client", "vendor", "tree"
    )
    return found.get(pk=engagement.pk)


@transaction.atomic
def sign_agreement(
    *, engagement: Engagement, seen_sha256: str, by: Actor, at: datetime
) -> Signature:
    """Sign the newest version for the actor's side; the second signature puts it in force."""
    engagement = _locked(engagement)
    version = queries.version_of(queries.latest_agreement(engagement))
    require(policies.why_not_stale(version, seen_sha256=seen_sha256))
    require(policies.why_not_sign(engagement, version, by))
    signature = Signature.objects.create(
        agreement=version.agreement,
        side=str(queries.side_of(engagement, by)),
        sha256=version.agreement.sha256,
        signed_by=User.objects.get(pk=by.user_id),
        signed_name=by.user_label,
        signed_at=at,
    )
    is_complete = version.agreement.signatures.count() == queries.BOTH
    if is_complete:
        put_in_force(engagement, version.terms, at=at)
        tell_in_force(version.agreement, engagement, at=at)
    else:
        tell_signed(version.agreement, engagement, by=by, at=at)
    audit.record(
        event="vendors.agreement_signed",
        target=engagement,
        by=by,
        at=at,
        organization_id=engagement.client_id,
        summary=_summary(engagement, version, by, is_complete=is_complete),
        data={
            "version": version.terms.version,
            "sha256": version.agreement.sha256,
            "side": signature.side,
            "is_in_force": is_complete,
        },
    )
    return signature


def _summary(
    engagement: Engagement, version: queries.Version, by: Actor, *, is_complete: bool
) -> str:
    text = (
        f"「{engagement.title}」の合意書 第{version.terms.version}版に"
        f"{by.organization_name}の{by.user_label}さんが署名しました。"
    )
    return f"{text}双方の署名がそろい、合意が成立しました。" if is_complete else text

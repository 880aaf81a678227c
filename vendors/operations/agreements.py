"""Propose and sign what both sides agree on; the old versions stay."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.queries import system_actor_of
from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI
from vendors import letters, policies
from vendors.domain.promises import Promise
from vendors.models import Agreement, Engagement, EngagementStatus, Signature
from vendors.operations.versions import put_in_force, write_version
from vendors.queries import agreements as queries
from vendors.queries.terms import promises_in_words, terms_for


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
    stays in force; a proposal that only one side signed is overtaken.
    """
    engagement = _locked(engagement)
    latest = queries.version_of(queries.latest_agreement(engagement))
    require(policies.why_not_propose_change(engagement, by))
    require(policies.why_not_stale(latest, seen_sha256=seen_sha256))
    require(policies.why_not_foreign_kpis(promises, latest, by))
    if engagement.status == EngagementStatus.PROPOSED:
        valid_from = starts_on
    order = _order(engagement, title, starts_on, ends_on, amount)
    require(policies.why_not_period(order, valid_from, today=_today(engagement, at)))
    kpis = KPI.objects.in_bulk([promise.kpi_id for promise in promises])
    require(policies.why_not_these_promises(promises, kpis, tree_id=engagement.tree_id))
    version = latest.terms.version + 1
    terms = terms_for(
        order,
        promises,
        kpis,
        version=version,
        valid_from=valid_from,
        reason=reason,
        # A vendor answers what lies on the table; what the tree says since is not its to read.
        in_words=latest.terms.promises if by.is_vendor else promises_in_words(order, kpi_ids=kpis),
    )
    agreement = write_version(engagement=engagement, terms=terms, by=by, at=at)
    letters.tell_proposed(agreement, engagement, by=by, at=at)
    _record(
        "proposed",
        f"「{engagement.title}」の合意書 第{version}版を提案しました。",
        engagement,
        {"version": version, "sha256": agreement.sha256, "reason": reason},
        by=by,
        at=at,
    )
    return agreement


def _order(
    engagement: Engagement, title: str, starts_on: date, ends_on: date, amount: Decimal | None
) -> Engagement:
    """Return the engagement as it is proposed to read; it is not saved."""
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


def _today(engagement: Engagement, at: datetime) -> date:
    return at.astimezone(engagement.client.zone).date()


def _locked(engagement: Engagement) -> Engagement:
    """Hold the engagement, so that proposals and signatures come one after the other."""
    found = Engagement.objects.select_for_update(of=("self",)).select_related("client", "vendor")
    return found.get(pk=engagement.pk)


@transaction.atomic
def sign_agreement(
    *, engagement: Engagement, seen_sha256: str, by: Actor, at: datetime
) -> Signature:
    """Sign the newest version for the actor's side; the second signature puts it in force."""
    engagement = _locked(engagement)
    version = queries.version_of(queries.latest_agreement(engagement))
    require(policies.why_not_stale(version, seen_sha256=seen_sha256))
    require(policies.why_not_sign(engagement, version, by, today=_today(engagement, at)))
    signature = Signature.objects.create(
        agreement=version.agreement,
        side=str(queries.side_of(engagement, by)),
        sha256=version.agreement.sha256,
        signed_by=User.objects.get(pk=str(by.user_id)),
        signed_name=by.user_label,
        signed_at=at,
    )
    is_in_force = version.agreement.signatures.count() == queries.BOTH
    if is_in_force:
        system = system_actor_of(engagement.client)
        put_in_force(engagement=engagement, terms=version.terms, by=system, at=at)
        letters.tell_in_force(version.agreement, engagement, at=at)
    else:
        letters.tell_signed(version.agreement, engagement, by=by, at=at)
    _record(
        "signed",
        _summary(engagement, version, by, is_in_force=is_in_force),
        engagement,
        {
            "version": version.terms.version,
            "sha256": signature.sha256,
            "side": signature.side,
            "is_in_force": is_in_force,
        },
        by=by,
        at=at,
    )
    return signature


def _record(
    act: str, summary: str, engagement: Engagement, data: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    audit.record(
        event=f"vendors.agreement_{act}",
        target=engagement,
        by=by,
        at=at,
        organization_id=engagement.client_id,
        summary=summary,
        data=data,
    )


def _summary(
    engagement: Engagement, version: queries.Version, by: Actor, *, is_in_force: bool
) -> str:
    text = (
        f"「{engagement.title}」の合意書 第{version.terms.version}版に"
        f"{by.organization_name}の{by.user_label}さんが署名しました。"
    )
    return f"{text}双方の署名がそろい、合意が成立しました。" if is_in_force else text

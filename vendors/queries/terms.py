"""Put what is to be agreed into words and numbers, as organizations and tree say it today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from accounts.models import Organization
from kpis.models import KPI
from kpis.models.choices import ResponsibleSide
from kpis.queries.promises import promises_between
from vendors.domain.agreement import Line, Party, PromiseLine, Terms
from vendors.domain.promises import Promise
from vendors.models import Engagement


def terms_for(
    engagement: Engagement,
    promises: Sequence[Promise],
    kpis: Mapping[UUID, KPI],
    *,
    version: int,
    valid_from: date,
    reason: str,
    in_words: Sequence[PromiseLine] = (),
) -> Terms:
    """Return the terms of an engagement with these promises, in numbers and in words."""
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
        promises=in_words,
    )


def promises_in_words(
    engagement: Engagement, *, kpi_ids: Iterable[UUID]
) -> tuple[PromiseLine, ...]:
    """Return the qualitative promises of the engagement, as the tree says them today."""
    names = {
        ResponsibleSide.CLIENT.value: engagement.client.name,
        ResponsibleSide.VENDOR.value: engagement.vendor.name,
        ResponsibleSide.SHARED.value: f"{engagement.client.name}・{engagement.vendor.name}",
    }
    found = promises_between(engagement.tree_id, engagement.vendor_id, set(kpi_ids))
    return tuple(
        PromiseLine(
            promise_id=str(one.pk),
            text=one.text,
            kpi_name=one.kpi.name if one.kpi else "",
            responsible=names.get(one.side, engagement.client.name),
        )
        for one in found
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

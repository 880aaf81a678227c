"""Reads of agreements and their signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.fingerprint import fingerprint
from core.tenancy import Actor
from kpis.models import KPI
from vendors.domain.agreement import Change, PromiseLine, Terms, changes, terms_of
from vendors.models import Agreement, Engagement, Signature

BOTH = 2


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an agreement, read: its terms, and who signed them."""

    agreement: Agreement
    terms: Terms
    client_signature: Signature | None
    vendor_signature: Signature | None

    @property
    def is_signed(self) -> bool:
        """Whether both sides signed."""
        return self.client_signature is not None and self.vendor_signature is not None

    @property
    def is_intact(self) -> bool:
        """Whether the stored text still has the hash that was signed."""
        return fingerprint(self.agreement.content) == self.agreement.sha256


def latest_agreement(engagement: Engagement) -> Agreement:
    """Return the newest version, signed or not."""
    return engagement.agreements.order_by("-version")[:1].get()


def versions_of(engagement: Engagement) -> list[Version]:
    """Return all versions with their signatures, newest first."""
    agreements = engagement.agreements.select_related("proposed_by").prefetch_related(
        "signatures__signed_by"
    )
    return [version_of(agreement) for agreement in agreements.order_by("-version")]


def version_of(agreement: Agreement) -> Version:
    """Read one version."""
    sides = {signature.side: signature for signature in agreement.signatures.all()}
    return Version(
        agreement=agreement,
        terms=terms_of(agreement.content),
        client_signature=sides.get(Signature.Side.CLIENT),
        vendor_signature=sides.get(Signature.Side.VENDOR),
    )


def in_force(versions: Sequence[Version]) -> Version | None:
    """Return the newest version that both sides signed."""
    return next((one for one in versions if one.is_signed), None)


def changes_to(version: Version, versions: Sequence[Version]) -> list[Change]:
    """Return how a version differs from the one before it; nothing for the first."""
    earlier = [one for one in versions if one.terms.version == version.terms.version - 1]
    return changes(earlier[0].terms, version.terms) if earlier else []


def side_of(engagement: Engagement, actor: Actor) -> Signature.Side | None:
    """Return the side for which the actor's organization signs; an advisor's has none."""
    if actor.organization_id == engagement.client_id:
        return Signature.Side.CLIENT
    if actor.organization_id == engagement.vendor_id:
        return Signature.Side.VENDOR
    return None


def altered_kpis(terms: Terms) -> list[str]:
    """Name the KPIs whose meaning is no longer what the text says: deleted or redefined."""
    living = {str(one.pk): one for one in KPI.objects.living().filter(pk__in=_ids(terms))}
    return [
        line.name
        for line in terms.lines
        if line.kpi_id not in living
        or (line.unit, line.direction, line.frequency)
        != (
            living[line.kpi_id].unit,
            living[line.kpi_id].direction,
            living[line.kpi_id].frequency,
        )
    ]


def signed_terms(engagement: Engagement, *, before: date) -> Terms | None:
    """Return the newest terms that both sides signed and that count from an earlier day."""
    signed = [one.terms for one in versions_of(engagement) if one.is_signed]
    return next((one for one in signed if one.valid_from < before), None)


def promises_differ(terms: Terms, promises: Sequence[PromiseLine]) -> bool:
    """Tell whether the tree says promises in other words than the text."""
    return list(terms.promises) != list(promises)


def _ids(terms: Terms) -> list[str]:
    return [line.kpi_id for line in terms.lines]

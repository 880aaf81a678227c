"""Which vendor organizations a client may name as responsible: its own, never those of the site.

The client's directory stands on the vendor floor above, and imports go down only. So that floor
names its source here when it is ready (`VendorsConfig.ready`):

    from kpis.queries import responsible
    responsible.register_source(directory.organizations_of)   # (client_id) -> QuerySet of Organization

Without a source, only the organizations that the client's trees name already can be chosen.
"""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organization
from kpis.models import KPI

Source = Callable[[UUID], QuerySet[Organization]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Let a floor above say which vendor organizations a client is connected with."""
    if source not in _sources:
        _sources.append(source)


def choices_for(client_id: UUID) -> list[Organization]:
    """Return the organizations that this client may name, by name."""
    named = KPI.objects.living().filter(
        tree__client_id=client_id, responsible_organization__isnull=False
    )
    ids = set(named.values_list("responsible_organization_id", flat=True))
    for source in _sources:
        ids.update(source(client_id).values_list("pk", flat=True))
    return list(Organization.objects.filter(pk__in=ids).order_by("name", "pk"))

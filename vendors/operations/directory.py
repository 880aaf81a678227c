"""Write a client's directory of vendors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, OrganizationKind
from accounts.operations import register_vendor_organization
from core import audit
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor
from vendors import policies
from vendors.models import Vendor
from vendors.queries import directory as queries


@transaction.atomic
def add_vendor(
    *,
    client: Organization,
    by: Actor,
    at: datetime,
    organization: Organization | None = None,
    name: str = "",
    contact_email: str = "",
    contact_name: str = "",
    outsourcing_types: Sequence[str] = (),
    aliases: Sequence[str] = (),
    notes: str = "",
) -> Vendor:
    """Enter a vendor in the client's directory; one that is not on the site yet is invited.

    Without `organization` the vendor is found by the exact address of its owner, so that nobody
    can browse who else is on the site.
    """
    require(policies.why_not_work_for(client.pk, by))
    Organization.objects.select_for_update().get(pk=client.pk)  # one entry at a time
    vendor = organization or queries.organization_of(contact_email)
    require(_why_not_this_one(client, vendor, contact_email))
    if vendor is None:
        vendor = register_vendor_organization(name=name, contact_email=contact_email, by=by, at=at)
    entry = Vendor.objects.create(
        client=client,
        organization=vendor,
        contact_name=contact_name,
        contact_email=contact_email,
        outsourcing_types=list(outsourcing_types),
        aliases=list(aliases),
        notes=notes,
        created_at=at,
    )
    data = {"vendor": str(vendor.pk)}
    _record("added", f"外注先「{vendor.name}」を名簿に追加しました。", entry, data, by=by, at=at)
    return entry


def _record(
    act: str, summary: str, entry: Vendor, data: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    audit.record(
        event=f"vendors.vendor_{act}",
        target=entry,
        by=by,
        at=at,
        organization_id=entry.client_id,
        summary=summary,
        data=data,
    )


def _why_not_this_one(
    client: Organization, vendor: Organization | None, contact_email: str
) -> Refusal | None:
    known = Vendor.objects.filter(client=client)
    if vendor is None:
        is_known = (
            bool(contact_email) and known.filter(contact_email__iexact=contact_email).exists()
        )
    else:
        if vendor.kind != OrganizationKind.VENDOR:
            return Refusal("vendors.no_vendor", _("外注先として登録できない組織です。"), status=409)
        is_known = known.filter(organization=vendor).exists()
    if is_known:
        return Refusal("vendors.known", _("この外注先はすでに名簿にあります。"), status=409)
    return None


@transaction.atomic
def edit_vendor(
    *,
    vendor: Vendor,
    version: int,
    contact_name: str,
    contact_email: str,
    outsourcing_types: Sequence[str],
    aliases: Sequence[str],
    notes: str,
    by: Actor,
    at: datetime,
) -> Vendor:
    """Change the client's own notes about a vendor."""
    vendor = Vendor.objects.select_for_update(of=("self",)).get(pk=vendor.pk)
    require(policies.why_not_work_for(vendor.client_id, by))
    require(policies.why_not_edit_version(vendor.version, version))
    wanted = {
        "contact_name": contact_name,
        "contact_email": contact_email,
        "outsourcing_types": list(outsourcing_types),
        "aliases": list(aliases),
        "notes": notes,
    }
    changed = [name for name, value in wanted.items() if getattr(vendor, name) != value]
    for name in changed:
        setattr(vendor, name, wanted[name])
    vendor.version += 1
    vendor.save(update_fields=[*changed, "version"])
    data = {"fields": changed}
    _record("edited", f"外注先「{vendor}」の情報を変更しました。", vendor, data, by=by, at=at)
    return vendor

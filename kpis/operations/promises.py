"""Write qualitative promises; what both sides signed stays in their agreement until a new one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.policies import require
from core.tenancy import Actor
from kpis.models import KPI, Promise, Tree
from kpis.policies import promises as policies
from kpis.policies.objectives import why_not_version
from kpis.policies.trees import require_known, why_not_edit_tree
from kpis.wording import short


@transaction.atomic
def add_promise(
    *,
    tree: Tree,
    text: str,
    kpi: KPI | None,
    side: str,
    organization_id: UUID | None,
    by: Actor,
    at: datetime,
) -> Promise:
    """Add a promise to the tree, or beside one of its KPIs."""
    tree = Tree.objects.select_for_update(of=("self",)).get(pk=tree.pk)
    require(why_not_edit_tree(tree, by))
    require(
        policies.why_not_promise(
            tree, text=text, kpi=kpi, side=side, organization_id=organization_id
        )
    )
    require_known(tree.client_id, [organization_id] if organization_id else [])
    promise = Promise.objects.create(
        tree=tree,
        kpi=kpi,
        text=text,
        side=side,
        organization_id=organization_id,
        created_at=at,
        created_by_id=by.user_id,
    )
    _record(promise, "added", "を追加しました。", by=by, at=at)
    return promise


@transaction.atomic
def update_promise(
    *,
    promise: Promise,
    version: int,
    text: str,
    kpi: KPI | None,
    side: str,
    organization_id: UUID | None,
    by: Actor,
    at: datetime,
) -> Promise:
    """Change a promise; a signed agreement keeps its words until a new version is signed."""
    promise = _locked(promise)
    require(policies.why_not_edit_promise(promise, by))
    require(why_not_version(promise.version, version))
    require(
        policies.why_not_promise(
            promise.tree,
            text=text,
            kpi=kpi,
            side=side,
            organization_id=organization_id,
            but=promise,
        )
    )
    if organization_id != promise.organization_id:
        require_known(promise.tree.client_id, [organization_id] if organization_id else [])
    promise.text, promise.kpi, promise.side = text, kpi, side
    promise.organization_id = organization_id
    promise.version += 1
    promise.save()
    _record(promise, "updated", "に変更しました。", by=by, at=at)
    return promise


@transaction.atomic
def retire_promise(*, promise: Promise, by: Actor, at: datetime) -> Promise:
    """Take a promise out of the tree; agreements and reviews that hold it keep it."""
    promise = _locked(promise)
    require(policies.why_not_edit_promise(promise, by))
    promise.retired_at = at
    promise.save(update_fields=["retired_at"])
    _record(promise, "retired", "を取り下げました。", by=by, at=at)
    return promise


def _locked(promise: Promise) -> Promise:
    found = Promise.objects.select_for_update(of=("self",)).select_related("tree__client")
    return found.get(pk=promise.pk)


def _record(promise: Promise, act: str, what: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        event=f"kpis.promise_{act}",
        target=promise,
        by=by,
        at=at,
        organization_id=promise.tree.client_id,
        summary=f"定性的な約束{short(promise.text)}{what}",
        data={
            "version": promise.version,
            "text": promise.text,
            "side": promise.side,
            "kpi": str(promise.kpi_id) if promise.kpi_id else None,
            "organization": str(promise.organization_id) if promise.organization_id else None,
        },
    )

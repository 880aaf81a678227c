"""What may be written about qualitative promises, and by whom."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.models import KPI, Promise, Tree
from kpis.models.choices import ResponsibleSide
from kpis.policies.trees import why_not_edit_tree

PROMISING = (ResponsibleSide.CLIENT, ResponsibleSide.VENDOR, ResponsibleSide.SHARED)


def why_not_edit_promise(promise: Promise, actor: Actor) -> Refusal | None:
    """A retired promise stays as it is."""
    if refusal := why_not_edit_tree(promise.tree, actor):
        return refusal
    if promise.retired_at is not None:
        return Refusal("kpis.promise_retired", _("この約束は取り下げられています。"), 409)
    return None


def why_not_promise(
    tree: Tree,
    *,
    text: str,
    kpi: KPI | None,
    side: str,
    organization_id: UUID | None,
    but: Promise | None = None,
) -> Refusal | None:
    """It stands in the tree or at one of its KPIs, once, and says whose it is."""
    if kpi is not None and (kpi.tree_id != tree.pk or kpi.deleted_at is not None):
        return Refusal("kpis.promise_kpi", _("このツリーのKPIを選んでください。"), 422)
    if side not in PROMISING:
        return Refusal("kpis.promise_side", _("約束する側を選んでください。"), 422)
    if side == ResponsibleSide.VENDOR and organization_id is None and kpi is None:
        return Refusal("kpis.promise_vendor", _("約束する外注先かKPIを選んでください。"), 422)
    same = Promise.objects.standing().filter(tree=tree, text=text)
    same = same.filter(kpi=kpi) if kpi else same.filter(kpi__isnull=True)
    if organization_id is None:
        same = same.filter(organization__isnull=True)
    else:
        same = same.filter(organization_id=organization_id)
    if (same.exclude(pk=but.pk) if but else same).exists():
        return Refusal("kpis.promise_twice", _("同じ約束がすでにあります。"), 409)
    return None

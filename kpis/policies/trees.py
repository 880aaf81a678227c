"""Who may change a tree, and when."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.domain.tree import TreeProblem
from kpis.models import Tree
from kpis.models.choices import TreeStatus

PROBLEMS = {
    TreeProblem.INTO_OWN_SUBTREE: gettext_lazy("自分自身やその下には移動できません。"),
    TreeProblem.ROOT_STAYS_ROOT: gettext_lazy("KGIは一番上から動かせません。"),
    TreeProblem.UNKNOWN_NODE: gettext_lazy(
        "このKPIはすでに削除されています。画面を読み込み直してください。"
    ),
    TreeProblem.UNKNOWN_PARENT: gettext_lazy(
        "移動先のKPIはすでに削除されています。画面を読み込み直してください。"
    ),
}


def why_not_work_for(client_id: UUID, actor: Actor) -> Refusal | None:
    """Only editors of the client, or of its assigned advisory firm."""
    if client_id not in actor.client_ids or not actor.can_edit:
        return Refusal("kpis.viewer", _("KPIツリーの変更は編集者以上の役割の方が行えます。"))
    return None


def why_not_edit(tree: Tree, actor: Actor) -> Refusal | None:
    """An archived tree stays as it is."""
    if refusal := why_not_work_for(tree.client_id, actor):
        return refusal
    if tree.status == TreeStatus.ARCHIVED:
        return Refusal("kpis.archived", _("保管したツリーは変更できません。"), 409)
    return None


def problem(code: TreeProblem) -> Refusal:
    """The sentence for a change that does not fit the tree."""
    text = PROBLEMS.get(code) or (_("この変更はツリーに合いません。画面を読み込み直してください。"))
    return Refusal(f"kpis.{code.value}", str(text), 409)

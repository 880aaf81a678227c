"""Whose command can be undone or done again."""

from core.tenancy import Actor
from kpis.models import KPI, Tree, TreeCommand


def goal_of(tree: Tree) -> KPI:
    """Return the KGI of a tree."""
    return KPI.objects.living().get(tree=tree, parent=None)


def undoable(tree: Tree, actor: Actor) -> TreeCommand | None:
    """Return the actor's own newest command that is not undone."""
    own = TreeCommand.objects.filter(tree=tree, by_user_id=actor.user_id)
    return own.filter(undoes=None, undone_by=None).order_by("-version").first()


def redoable(tree: Tree, actor: Actor) -> TreeCommand | None:
    """Return the actor's own newest undo, if it made no other command since."""
    own = TreeCommand.objects.filter(tree=tree, by_user_id=actor.user_id)
    last = own.order_by("-version").first()
    if last is None or last.undoes_id is None or hasattr(last, "undone_by"):
        return None
    return last

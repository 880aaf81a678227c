"""Lines beside the tree: references and influences, drawn and taken away by commands of the log."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from core.tenancy import Actor
from kpis.domain import commands
from kpis.domain.tree import Link, LinkKind, TreeProblem
from kpis.models import Tree
from kpis.operations.tree_commands import do
from kpis.operations.tree_log import locked
from kpis.policies import trees as policies
from kpis.queries import trees as queries


@transaction.atomic
def link_kpis(
    *,
    tree: Tree,
    version: int,
    node_id: UUID,
    target_id: UUID,
    kind: LinkKind,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Link:
    """Say that a KPI also belongs below another one, or influences it; no score changes."""
    tree = locked(tree=tree, version=version, by=by)
    before = queries.shape_of(tree)
    link = Link(str(uuid4()), str(node_id), str(target_id), kind, note)
    if problem := before.why_not_link(link):
        raise policies.does_not_fit(problem)
    do(tree=tree, before=before, command=commands.link_nodes(link), by=by, at=at)
    return link


@transaction.atomic
def unlink_kpis(*, tree: Tree, version: int, link_id: UUID, by: Actor, at: datetime) -> None:
    """Take a line away."""
    tree = locked(tree=tree, version=version, by=by)
    before = queries.shape_of(tree)
    link = before.links.get(str(link_id))
    if link is None:
        raise policies.does_not_fit(TreeProblem.UNKNOWN_LINK)
    do(tree=tree, before=before, command=commands.unlink_nodes(link), by=by, at=at)

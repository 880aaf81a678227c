"""Commands on several KPIs at once: fields of many, and a branch copied, each undone in one step."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis import wording
from kpis.domain import commands
from kpis.domain.tree import Json, TreeNode, TreeProblem, position_at
from kpis.domain.tree import Tree as Shape
from kpis.models import KPI, Tree
from kpis.models.choices import ValueSource
from kpis.operations.tree_commands import do, new_key, update_command
from kpis.operations.tree_log import locked
from kpis.policies import trees as policies
from kpis.queries import responsible
from kpis.queries import trees as queries
from kpis.queries.formulas import stored, with_values

MOST = 2_000


@transaction.atomic
def update_kpis(
    *,
    tree: Tree,
    version: int,
    changes: Sequence[tuple[UUID, Mapping[str, Any]]],
    by: Actor,
    at: datetime,
) -> int:
    """Give fields of several KPIs new values, all or none. Returns how many KPIs changed."""
    tree = locked(tree=tree, version=version, by=by)
    before = queries.shape_of(tree)
    kpis = {one.pk: one for one in KPI.objects.living().filter(tree=tree).select_related("tree")}
    done = []
    for kpi_id, fields in changes:
        if kpi_id not in kpis:
            raise policies.does_not_fit(TreeProblem.UNKNOWN_NODE)
        command = _update(tree, before, kpis[kpi_id], fields, by)
        if command is not None:
            done.append(command)
    if done:
        do(tree=tree, before=before, command=commands.batch(done), by=by, at=at)
    return len(done)


def _update(
    tree: Tree, before: Shape, kpi: KPI, fields: Mapping[str, Any], actor: Actor
) -> commands.Command | None:
    """Make one update; a refusal names the KPI, because the author sees many."""
    try:
        return update_command(tree, before, kpi, fields, actor)
    except Denied as denied:
        refusal = denied.refusal
        reason = f"{wording.short(kpi.name)}：{refusal.reason}"
        raise Denied(Refusal(refusal.code, reason, refusal.status)) from denied


@transaction.atomic
def copy_branch(
    *,
    tree: Tree,
    version: int,
    source: KPI,
    parent_id: UUID,
    index: int | None = None,
    ids: Mapping[UUID, UUID] | None = None,
    by: Actor,
    at: datetime,
) -> KPI:
    """Copy a KPI with all below it, also out of another tree, without measurements and targets.

    Formulas name the copies where these were copied along; in another tree a formula that names
    what stayed behind is left out. `ids` may say which id each copy gets.
    """
    tree = locked(tree=tree, version=version, by=by)
    before = queries.shape_of(tree)
    origin = before if source.tree_id == tree.pk else queries.shape_of(source.tree)
    if str(source.pk) not in origin.nodes:
        raise policies.does_not_fit(TreeProblem.UNKNOWN_NODE)
    if str(parent_id) not in before.nodes:
        raise policies.does_not_fit(TreeProblem.UNKNOWN_PARENT)
    branch = origin.subtree(str(source.pk))
    if len(branch) > MOST:
        reason = _("一度に複写できるのは%(most)d件までです。") % {"most": MOST}
        raise Denied(Refusal("kpis.too_many", reason, 422))
    chosen = _chosen(branch, ids)
    siblings = before.children(str(parent_id))
    position, positions = position_at(siblings, len(siblings) if index is None else index)
    kept = {str(node.fields["key"]) for node in before.nodes.values()}
    nodes = _copies(tree, branch, chosen, kept)
    nodes[0] = TreeNode(nodes[0].id, str(parent_id), position, nodes[0].fields)
    top = wording.short(source.name)
    count = f"と下の{len(branch) - 1}件" if len(branch) > 1 else ""
    do(
        tree=tree,
        before=before,
        command=commands.add_nodes(nodes, positions),
        summary=f"{top}{count}を{wording.short(before.node(str(parent_id)).fields['name'])}の下に複写",
        by=by,
        at=at,
    )
    return KPI.objects.get(pk=chosen[str(source.pk)])


def _chosen(branch: Sequence[TreeNode], ids: Mapping[UUID, UUID] | None) -> dict[str, str]:
    """Return the id of each copy; an id in use already is refused."""
    wanted = {str(old): str(new) for old, new in (ids or {}).items()}
    for new in wanted.values():
        require(policies.why_not_id(UUID(new)))
    return {node.id: wanted.get(node.id) or str(uuid4()) for node in branch}


def _copies(
    tree: Tree, branch: Sequence[TreeNode], chosen: Mapping[str, str], kept: set[str]
) -> list[TreeNode]:
    keys = {str(node.fields["key"]): new_key() for node in branch}
    known = {str(one.pk) for one in responsible.choices_for(tree.client_id)}
    return [
        TreeNode(
            chosen[node.id],
            chosen.get(node.parent_id or ""),
            node.position,
            _copied(node.fields, keys, kept, known),
        )
        for node in branch
    ]


def _copied(
    fields: Mapping[str, Json], keys: Mapping[str, str], kept: set[str], known: set[str]
) -> dict[str, Json]:
    """Return the fields of a copy, which counts at once; a formula that names what is not here is left out."""
    copied = {**fields, "key": keys[str(fields["key"])], "counts_from": None, "retired_from": None}
    if copied["responsible_organization"] not in known:
        copied["responsible_organization"] = None
    if fields["value_source"] != ValueSource.FORMULA:
        return copied
    formula = stored(str(fields["formula"]))
    if formula is None or not formula.names <= keys.keys() | kept:
        return {**copied, "formula": "", "value_source": ValueSource.MEASURED.value}
    return {**copied, "formula": with_values(str(fields["formula"]), keys)}

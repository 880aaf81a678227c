"""Who may change a tree, and when; and whether the version that the author saw still stands."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Denied, Refusal
from core.tenancy import Actor
from kpis import wording
from kpis.domain.formulas.kpi_units import unit_from, unit_misfit
from kpis.domain.formulas.messages import FormulaError
from kpis.domain.formulas.units import Unit
from kpis.domain.states import TREE_TRANSITIONS, TreeState
from kpis.domain.tree import TreeProblem
from kpis.models import KPI, Tree
from kpis.models.choices import Aggregation, TreeStatus, ValueSource
from kpis.queries import responsible
from kpis.queries.formulas import Vocabulary, circle_through, parsed, vocabulary_of
from kpis.queries.targets import fits_all, standing_of
from kpis.queries.trees import Changes, changes_since

POOLABLE = {Aggregation.SUM, Aggregation.MEAN, Aggregation.MEDIAN, Aggregation.RATIO}


class StaleEdit(Denied):
    """A change that was made on an older version; says what others changed since."""

    def __init__(self, version: int, changes: Changes) -> None:
        self.version = version
        self.changes = changes
        super().__init__(
            Refusal(
                "kpis.stale",
                _(
                    "この画面を開いたあとに、ツリーが変更されました。変更の内容を確かめて、もう一度お試しください。"
                ),
                409,
            )
        )


class Collision(Denied):
    """An undo or redo that others' later changes stand in the way of; says which."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        super().__init__(
            Refusal(
                "kpis.collision",
                _("あとから同じ箇所が変更されているため、元に戻す・やり直すことはできません。"),
                409,
            )
        )


def require_version(tree: Tree, version: int) -> None:
    """Raise StaleEdit unless the author saw the tree as it is now."""
    if tree.version != version:
        raise StaleEdit(tree.version, changes_since(tree, version))


def require_known(client_id: UUID, organization_ids: Iterable[UUID]) -> None:
    """Raise Denied for an organization that the client is not connected with."""
    wanted = set(organization_ids)
    if wanted and not wanted <= {one.pk for one in responsible.choices_for(client_id)}:
        reason = _("担当にできるのは、外注先の一覧にある組織だけです。")
        raise Denied(Refusal("kpis.responsible_unknown", reason, 422))


def why_not_work_for(client_id: UUID, actor: Actor) -> Refusal | None:
    """Only editors of the client, or of an advisory firm that it assigned."""
    if client_id not in actor.client_ids:
        return Refusal("kpis.not_assigned", _("この発注者のKPIツリーは担当していません。"))
    return why_not_write(actor)


def why_not_write(actor: Actor) -> Refusal | None:
    """A viewer only reads."""
    if not actor.can_edit:
        return Refusal(
            "kpis.viewer", _("変更は編集者以上の役割の方が行えます（いまの役割は閲覧者です）。")
        )
    return None


def why_not_create_tree(actor: Actor) -> Refusal | None:
    """A tree belongs to a client that the actor works for."""
    if not actor.client_ids:
        return Refusal("kpis.no_client", _("担当している発注者がまだありません。"))
    return why_not_write(actor)


def why_not_edit_tree(tree: Tree, actor: Actor) -> Refusal | None:
    """An archived tree stays as it is."""
    if refusal := why_not_work_for(tree.client_id, actor):
        return refusal
    if tree.status == TreeStatus.ARCHIVED:
        return Refusal(
            "kpis.archived", _("保管したツリーは変更できません。先に運用に戻してください。"), 409
        )
    return None


def why_not_id(node_id: UUID | None) -> Refusal | None:
    """An id that an editor chooses is not in use, in whatever tree."""
    if node_id is not None and KPI.objects.filter(pk=node_id).exists():
        return Refusal("kpis.duplicate_node", _("このIDのKPIはすでにあります。"), 409)
    return None


def why_not_change_status(
    tree: Tree, status: TreeStatus, actor: Actor, *, coming_from: TreeStatus | None = None
) -> Refusal | None:
    """Only the moves that the life of a tree knows; some are named after where they begin."""
    if refusal := why_not_work_for(tree.client_id, actor):
        return refusal
    is_elsewhere = coming_from not in {None, tree.status}
    if is_elsewhere or not TREE_TRANSITIONS.allows(TreeState(tree.status), TreeState(status)):
        return Refusal(
            "kpis.tree_status",
            _("いまの状態（%(status)s）からは変更できません。")
            % {"status": tree.get_status_display()},
            409,
        )
    return None


def why_not_goal(kpi: KPI) -> Refusal | None:
    """The goal goes only with its tree."""
    if kpi.is_kgi:
        return Refusal(
            "kpis.goal_stays",
            _("KGIは削除できません。ツリーが不要なときは、ツリーを保管してください。"),
            409,
        )
    return None


def why_not_delete(kpi: KPI, actor: Actor) -> Refusal | None:
    """Editors delete any KPI but the goal."""
    return why_not_edit_tree(kpi.tree, actor) or why_not_goal(kpi)


# What a signed level means: another unit or another responsible makes it another promise.
SIGNED_FIELDS = (
    "unit",
    "unit_per",
    "direction",
    "aggregation",
    "frequency",
    "value_source",
    "formula",
    "definition",
    "responsible_side",
    "responsible_organization",
)


def why_not_redefine(kpi: KPI, changed: Iterable[str]) -> Refusal | None:
    """What both sides signed is changed by a new agreement, never by one side."""
    is_meant = any(name in SIGNED_FIELDS for name in changed)
    if not is_meant or not any(one.agreed_at for one in standing_of(kpi)):
        return None
    return Refusal(
        "kpis.signed_meaning",
        _(
            "双方が合意した目標があるため、単位・方向・定義・集計・担当は変更できません。新しいKPIを追加するか、契約を終了してから変更してください。"
        ),
        409,
    )


def why_not_these_fields(kpi: KPI) -> Refusal | None:
    """The fields must go together, also with the targets that were set already."""
    if kpi.value_source == ValueSource.CHILDREN and kpi.aggregation not in POOLABLE:
        return Refusal(
            "kpis.not_poolable",
            _("子のKPIを合算するときは、期間の集計を合計・平均・中央値・比率から選んでください。"),
            422,
        )
    if refusal := why_not_formula(kpi):
        return refusal
    if not fits_all(kpi, standing_of(kpi)):
        return Refusal(
            "kpis.direction_against_targets",
            _(
                "設定済みの目標が新しい方向に合いません。目標を取り下げてから方向を変えるか、新しいKPIを追加してください。"
            ),
            422,
        )
    return None


def why_not_formula(kpi: KPI) -> Refusal | None:
    """A formula names KPIs that are there, and no KPI needs its own value."""
    if kpi.value_source != ValueSource.FORMULA:
        return None
    vocabulary = vocabulary_of(kpi.tree, without=kpi)
    try:
        vocabulary.parse(kpi.formula)
    except FormulaError as error:
        return Refusal("kpis.formula", formula_problem(error), 422)
    if circle := circle_through(kpi, vocabulary):
        names = " → ".join(one.name for one in circle)
        return Refusal(
            "kpis.formula_circle",
            _("計算が循環しています：%(names)s。どこかの計算式を直してください。")
            % {"names": names},
            422,
        )
    return None


# What the units of a formula follow from.
COMPOSING = frozenset({"unit", "unit_per", "formula", "value_source"})


def why_not_units(kpi: KPI) -> Refusal | None:
    """The units of a formula give the unit of its KPI; and those of others that name it still do."""
    vocabulary = vocabulary_of(kpi.tree, without=kpi)
    units = {one.key: unit_from(one.unit, one.unit_per) for one in (*vocabulary.kpis, kpi)}
    problem = _misfit(kpi, vocabulary, units)
    if problem is not None:
        return Refusal("kpis.formula_units", problem, 422)
    before = KPI.objects.filter(pk=kpi.pk).first()
    if before is None:
        return None
    were = {**units, kpi.key: unit_from(before.unit, before.unit_per)}
    everybody = Vocabulary([*vocabulary.kpis, kpi])
    for one in vocabulary.kpis:
        problem = _misfit(one, everybody, units)
        if problem is not None and _misfit(one, everybody, were) is None:
            reason = _("「%(name)s」の計算式と合わなくなります。%(problem)s")
            told = reason % {"name": one.name, "problem": problem}
            return Refusal("kpis.formula_units", told, 422)
    return None


def _misfit(kpi: KPI, vocabulary: Vocabulary, units: Mapping[str, Unit]) -> str | None:
    formula = parsed(kpi, vocabulary)
    problem = formula and unit_misfit(formula, unit_from(kpi.unit, kpi.unit_per), units)
    return problem.text(_).replace("*", "×") if problem else None


def formula_problem(error: FormulaError) -> str:
    """Say what is wrong with a formula, and at which character."""
    place = _("%(place)d文字目：") % {"place": error.position + 1}
    return f"{place}{error.text(_)}"


def does_not_fit(problem: TreeProblem) -> Denied:
    """Return the refusal of a change that does not fit the tree."""
    return Denied(Refusal(f"kpis.{problem.value}", wording.tree_problem(problem), 409))

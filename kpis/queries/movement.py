"""Why a tree's number moved between two months: read from its scorecards, told in numbers and words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.domain.rounding import to_decimal
from core.templatetags.numbers import month as month_text
from core.templatetags.numbers import written
from kpis.domain.insight.bridge import NoBridge, Step, rounded
from kpis.domain.insight.explain import Member, Method, Movement, Reading
from kpis.domain.insight.rates import Effect
from kpis.domain.monthly import NodeSettings
from kpis.domain.rollup import children_of
from kpis.models import KPI, Scorecard, Tree
from kpis.models.choices import ResponsibleSide
from kpis.queries.formulas import stored
from kpis.queries.scorecards import latest_month_with_scores

SCORE_PLACES = 1
REASONS = {
    "no_value": _lazy("どちらかの月に値がないため、内訳を計算できません。"),
    "measured": _lazy("実績を直接入力しているKPIのため、下のKPIからの内訳はありません。"),
    "formula_changed": _lazy("2つの月で計算式が違うため、内訳を計算できません。"),
    "structure_changed": _lazy(
        "2つの月でツリーの形や集計のしかたが違うため、内訳を計算できません。"
    ),
    "no_value_between": _lazy("途中の組み合わせで割り算ができないため、内訳を計算できません。"),
    "too_many_factors": _lazy(
        "一度に動いたKPIが8件を超えるため、内訳を計算できません。途中のKPIに分けてください。"
    ),
    "unknown_name": _lazy("計算式のKPIが見つからないため、内訳を計算できません。"),
    "not_positive": _lazy("0以下の値があるため、対数による内訳を計算できません。"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A KPI's part in the change, at its depth below the KPI that is explained."""

    kpi: KPI
    depth: int
    contribution: Decimal
    has_below: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What one party, or one side, contributed."""

    label: str
    contribution: Decimal


@dataclass(frozen=True, slots=True)
class Bridge:
    """The change of one number between two months, with all that adds up to it."""

    kpi: KPI
    start: date
    end: date
    is_score: bool
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    lines: Sequence[Line]
    parties: Sequence[Share]
    sides: Sequence[Share]
    effects: Sequence[tuple[KPI, Decimal, Decimal]]
    reason: str

    @property
    def unit(self) -> str:
        """The unit of the contributions: that of the KPI, or points of the score."""
        if self.is_score:
            return _("点")
        return _("ポイント") if self.kpi.unit == "percent" else self.kpi.unit_text

    @property
    def places(self) -> int:
        """How many decimals are shown."""
        return SCORE_PLACES if self.is_score else self.kpi.decimals

    @property
    def own_unit(self) -> str:
        """The unit of the number itself."""
        return _("点") if self.is_score else self.kpi.unit_text

    @property
    def tops(self) -> Sequence[Line]:
        """The parts of the first level."""
        return [one for one in self.lines if one.depth == 1]

    @property
    def sentences(self) -> str:
        """The change told in words, from the numbers."""
        return _told(self)


def months_to_compare(tree: Tree) -> list[date]:
    """Return the months with scorecards, newest first."""
    cards = Scorecard.objects.filter(tree=tree).order_by("-period_start")
    return list(cards.values_list("period_start", flat=True))


def month_to_explain(tree: Tree, months: Sequence[date]) -> date | None:
    """Return the newest month with scores, or else the newest with any scorecard."""
    return latest_month_with_scores(tree) or next(iter(months), None)


def bridge(
    tree: Tree,
    kpi: KPI,
    start: date,
    end: date,
    *,
    is_score: bool | None = None,
    method: Method = Method.SHAPLEY,
) -> Bridge:
    """Explain how the KPI moved from one month to the other.

    By its value where that is computed from other KPIs, else by its score; `is_score` decides.
    """
    kpis = {
        one.pk: one
        for one in KPI.objects.filter(tree=tree).select_related("responsible_organization")
    }
    movement = movement_of(tree, start, end, method)
    if is_score is None:
        is_score = kpi.pk not in movement.members or movement.why_not(kpi.pk) is not None
    before, after = _numbers(movement, kpi.pk, is_score=is_score)
    places = SCORE_PLACES if is_score else kpi.decimals
    reason, top = _explained(movement, kpi.pk, is_score=is_score)
    lines = _lines(top, kpis, places) if top else []
    leaves = [] if top is None or not top.below else top.leaves
    effects = None if is_score or reason else movement.effects(kpi.pk)
    return Bridge(
        kpi=kpi,
        start=start,
        end=end,
        is_score=is_score,
        before=before,
        after=after,
        change=None if before is None or after is None else after - before,
        lines=lines,
        parties=_shares(leaves, {key: _party(one) for key, one in kpis.items()}, places),
        sides=_shares(leaves, {key: _side(one) for key, one in kpis.items()}, places),
        effects=_effects(effects, kpis),
        reason=str(REASONS.get(reason, "")) if reason else "",
    )


def movement_of(tree: Tree, start: date, end: date, method: Method = Method.SHAPLEY) -> Movement:
    """Read two months of a tree, with the structure of the later one."""
    cards = {
        one.period_start: one
        for one in Scorecard.objects.filter(tree=tree, period_start__in=[start, end])
        .select_related("settings")
        .prefetch_related("scores")
    }
    first, last = cards.get(start), cards.get(end)
    return Movement(
        _members(_settings(first, start), _settings(last, end)),
        _readings(first),
        _readings(last),
        method=method,
    )


def _settings(card: Scorecard | None, month: date) -> list[NodeSettings]:
    """Return the nodes that a month was scored with: those that counted then."""
    content = card.settings.content["nodes"] if card and card.settings else []
    found = [NodeSettings.from_json(one) for one in content]
    return [
        one
        for one in found
        if (one.counts_from is None or one.counts_from <= month)
        and (one.retired_from is None or month < one.retired_from)
    ]


def _members(
    earlier: Sequence[NodeSettings], settings: Sequence[NodeSettings]
) -> dict[UUID, Member]:
    before = children_of({one.id: one.parent_id for one in earlier})
    below = children_of({one.id: one.parent_id for one in settings})
    return {
        one.id: Member(
            id=one.id,
            key=one.key,
            unit=one.unit,
            aggregation=one.aggregation,
            is_pooled=one.is_pooled,
            formula=stored(one.formula),
            children=tuple(below.get(one.id, ())),
            children_before=tuple(before.get(one.id, ())),
        )
        for one in settings
    }


def _readings(card: Scorecard | None) -> dict[UUID, Reading]:
    if card is None:
        return {}
    return {
        one.kpi_id: Reading(
            value=one.value,
            numerator=one.numerator,
            denominator=one.denominator,
            own_score=one.own_score,
            rolled_score=one.rolled_score,
            score=one.score,
            weight=one.weight,
        )
        for one in card.scores.all()
    }


def _numbers(
    movement: Movement, kpi_id: UUID, *, is_score: bool
) -> tuple[Decimal | None, Decimal | None]:
    first, last = movement.before.get(kpi_id), movement.after.get(kpi_id)
    if is_score:
        return movement.scores(kpi_id)
    return first.value if first else None, last.value if last else None


def _explained(
    movement: Movement, kpi_id: UUID, *, is_score: bool
) -> tuple[str | None, Step[UUID] | None]:
    """Return why there is no explanation, or the steps."""
    if kpi_id not in movement.members:
        return "no_value", None
    try:
        top = movement.of_score(kpi_id) if is_score else movement.of_value(kpi_id)
    except NoBridge as error:
        return error.code, None
    if top.below:
        return None, top
    return "measured" if is_score else movement.why_not(kpi_id), top


def _lines(top: Step[UUID], kpis: Mapping[UUID, KPI], places: int) -> list[Line]:
    """Return the parts from the top down, rounded so that each level adds up."""
    lines: list[Line] = []
    whole = rounded([top.contribution], places)[0]
    waiting = [(top, whole, 0)]
    while waiting:
        step, shown, depth = waiting.pop()
        if depth:
            is_divided = bool(step.below)
            lines.append(Line(kpis[step.factor], depth, to_decimal(shown), is_divided))
        parts = rounded([one.contribution for one in step.below], places, shown)
        ordered = sorted(
            zip(step.below, parts, strict=True), key=lambda one: (-abs(one[1]), str(one[0].factor))
        )
        waiting += [(one, part, depth + 1) for one, part in reversed(ordered)]
    return lines


def _shares(leaves: Sequence[Step[UUID]], labels: Mapping[UUID, str], places: int) -> list[Share]:
    """Return what each label contributed, largest first; the labels add up to the whole."""
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for leaf in leaves:
        sums[labels[leaf.factor]] += leaf.contribution
    ordered = sorted(sums, key=lambda label: (-abs(sums[label]), label))
    parts = rounded([sums[label] for label in ordered], places)
    return [Share(label, to_decimal(part)) for label, part in zip(ordered, parts, strict=True)]


def _effects(
    effects: Mapping[UUID, Effect] | None, kpis: Mapping[UUID, KPI]
) -> list[tuple[KPI, Decimal, Decimal]]:
    return [
        (kpis[key], to_decimal(one.rate), to_decimal(one.mix))
        for key, one in (effects or {}).items()
    ]


def _party(kpi: KPI) -> str:
    named = kpi.responsible_organization.name if kpi.responsible_organization else ""
    return named or kpi.responsible_label or str(ResponsibleSide(kpi.responsible_side).label)


def _side(kpi: KPI) -> str:
    return str(ResponsibleSide(kpi.responsible_side).label)


def signed(value: Decimal, places: int, unit: str) -> str:
    """Write a change with its sign: +1,200円, −0.5点, ±0円."""
    text = written(abs(value), places) or "0"
    is_nothing = not text.strip("0.")
    sign = "±" if is_nothing else "+" if value > 0 else "−"
    return f"{sign}{text}{unit}"


def _told(found: Bridge) -> str:
    name = found.kpi.name
    if found.before is None or found.after is None or found.change is None:
        return _("%(name)sは、どちらかの月に値がありません。") % {"name": f"「{name}」"}
    parts = [
        _(
            "%(start)sから%(end)sに、「%(name)s」の%(what)sは%(before)sから%(after)sになりました（%(change)s）。"
        )
        % {
            "start": month_text(found.start),
            "end": month_text(found.end),
            "name": name,
            "what": _("点数") if found.is_score else _("値"),
            "before": f"{written(found.before, found.places)}{found.own_unit}",
            "after": f"{written(found.after, found.places)}{found.own_unit}",
            "change": signed(found.change, found.places, found.unit),
        }
    ]
    moved = [one for one in found.tops if one.contribution]
    if moved:
        told = "、".join(
            f"「{one.kpi.name}」（{signed(one.contribution, found.places, found.unit)}）"
            for one in moved[:3]
        )
        parts.append(_("大きく効いたのは%(told)sです。") % {"told": told})
    if len(found.sides) > 1:
        told = "、".join(
            f"{one.label}が{signed(one.contribution, found.places, found.unit)}"
            for one in found.sides
        )
        parts.append(_("動かせる側でみると、%(told)sです。") % {"told": told})
    return "".join(parts)

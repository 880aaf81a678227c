"""What would move a tree: other values, wanted results, and how much each leaf matters. Read only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from core.domain.rounding import to_decimal
from kpis.domain.calibration import natural_limits
from kpis.domain.insight.balance import Balance, balance_of
from kpis.domain.insight.seek import Found, seek
from kpis.domain.insight.what_if import Rows, WhatIf, with_only
from kpis.domain.monthly import NodeSettings
from kpis.domain.parties import PartyScore, scores_by_party, shares_of_root
from kpis.domain.scorecard import ScorecardRow
from kpis.models import KPI, Score, Scorecard, Tree
from kpis.models.choices import Perspective, Unit
from kpis.queries.scorecards import inputs_of, kept_settings

PERIODS_LOOKED_AT = 24
# More leaves than these are too many bars, and too long to compute; those with most weight count.
MOST_LEAVES = 60
MOST_SOUGHT = 10
ZERO, FULL = Decimal(0), Decimal(100)
STEP = Decimal("1.1")
TEN_PERCENT = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Past:
    """Between which values a KPI moved so far; the natural limits need six months."""

    low: Decimal
    high: Decimal
    natural: tuple[Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A KPI whose value can be imagined otherwise."""

    kpi: KPI
    value: Decimal
    past: Past
    share: Fraction

    @property
    def usual(self) -> tuple[Decimal, Decimal]:
        """The plausible range: the natural limits and all that there was so far.

        What was never below 0 does not fall below it, and a percentage that was never above 100
        does not rise above it.
        """
        past = self.past
        limits = past.natural or (past.low, past.high)
        low, high = min(limits[0], past.low), max(limits[1], past.high)
        if past.low >= 0:
            low = max(low, ZERO)
        if self.kpi.unit == Unit.PERCENT and past.high <= FULL:
            high = min(high, FULL)
        return low, high


@dataclass(frozen=True, slots=True)
class Outcome:
    """A KPI before and after, by value and score."""

    kpi: KPI
    value: Decimal | None
    value_after: Decimal | None
    score: Decimal | None
    score_after: Decimal | None

    @property
    def value_change(self) -> Decimal | None:
        """How far the value would move."""
        known = self.value is not None and self.value_after is not None
        return self.value_after - self.value if known else None  # type: ignore[operator]

    @property
    def score_change(self) -> Decimal | None:
        """How far the score would move."""
        known = self.score is not None and self.score_after is not None
        return self.score_after - self.score if known else None  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Effect:
    """What 10 % more of a leaf would do at the top."""

    leaf: Leaf
    value_change: Decimal | None
    score_change: Decimal | None
    elasticity: Decimal | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one leaf would have to be for the wanted result, all else equal."""

    leaf: Leaf
    found: Found | None


class Quadrant(StrEnum):
    """Where a KPI stands in the matrix of importance and attainment."""

    ACT = "act"
    KEEP = "keep"
    WATCH = "watch"
    RELAX = "relax"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spot:
    """A KPI in the matrix; `mismatch` compares the agreed weight with what it really moves."""

    kpi: KPI
    share: Fraction
    attainment: Decimal | None
    score: Decimal | None
    elasticity: Decimal | None
    score_change: Decimal | None
    quadrant: Quadrant
    mismatch: str


class Scenario:
    """One month of a tree, to be imagined otherwise."""

    def __init__(self, tree: Tree, month: date) -> None:
        self.tree, self.month = tree, month
        today = timezone.localtime(timezone.now(), tree.client.zone).date()
        inputs = inputs_of(tree)
        kept = kept_settings(tree, today).get(month)
        settings = (
            [NodeSettings.from_json(one) for one in kept.content["nodes"]]
            if kept
            else list(inputs.settings_in(month).nodes)
        )
        self.settings = settings
        self.what_if = WhatIf(with_only(inputs.nodes(settings), month), month)
        found = KPI.objects.filter(tree=tree).select_related("responsible_organization")
        self.kpis = {one.pk: one for one in found}
        self.root = next((one.id for one in settings if one.parent_id is None), None)

    @cached_property
    def shares(self) -> dict[UUID, Fraction]:
        """Each node's part of the whole, by the weights on its way up."""
        return shares_of_root({one.id: (one.parent_id, one.weight) for one in self.settings})

    @cached_property
    def leaves(self) -> list[Leaf]:
        """The leaves that can be imagined otherwise, those with most weight first."""
        past = _past(self.tree, self.month)
        found = []
        for node_id in self.what_if.leaves:
            if node_id == self.root:
                continue
            value = self.what_if.before[node_id].value
            if value is not None and node_id in self.kpis:
                own = past.get(node_id) or Past(value, value, None)
                share = self.shares.get(node_id, Fraction(0))
                found.append(Leaf(self.kpis[node_id], value, own, share))
        return sorted(found, key=lambda one: -one.share)[:MOST_LEAVES]

    def imagine(self, values: Mapping[UUID, Decimal]) -> list[Outcome]:
        """Return every KPI that would change, parents first; nothing is kept."""
        known = {leaf.kpi.pk for leaf in self.leaves}
        after = self.what_if.after({key: one for key, one in values.items() if key in known})
        outcomes = [self._outcome(key, after) for key in self.what_if.before if key in self.kpis]
        return [
            one
            for one in outcomes
            if one.kpi.pk == self.root
            or (one.value, one.score) != (one.value_after, one.score_after)
        ]

    def _outcome(self, key: UUID, after: Rows) -> Outcome:
        old, new = self.what_if.before[key], after[key]
        return Outcome(self.kpis[key], old.value, new.value, score_of(old), score_of(new))

    @cached_property
    def effects(self) -> list[Effect]:
        """What 10 % more of each leaf would do at the top, the strongest first."""
        found = [self._effect(leaf) for leaf in self.leaves]
        return sorted(
            found,
            key=lambda one: (abs(one.elasticity or ZERO), abs(one.score_change or ZERO)),
            reverse=True,
        )

    def _effect(self, leaf: Leaf) -> Effect:
        if self.root is None:
            return Effect(leaf, None, None, None)
        outcome = self._outcome(self.root, self.what_if.after({leaf.kpi.pk: leaf.value * STEP}))
        change, base = outcome.value_change, outcome.value
        elasticity = None
        if change and base:
            elasticity = to_decimal(Fraction(change) / Fraction(base) / TEN_PERCENT)
        return Effect(leaf, change, outcome.score_change, elasticity)

    def wanted(self, goal: Decimal, *, is_score: bool) -> list[Wanted]:
        """Return for the strongest leaves what each alone would have to be for the goal."""
        leaves = self.drivers(is_score=is_score)[:MOST_SOUGHT]
        return [Wanted(leaf, self._sought(leaf, goal, is_score=is_score)) for leaf in leaves]

    def drivers(self, *, is_score: bool) -> list[Leaf]:
        """Return the leaves that move the top, the strongest first."""
        return [
            one.leaf for one in self.effects if (one.score_change if is_score else one.value_change)
        ]

    @cached_property
    def is_by_score(self) -> bool:
        """Whether results are wanted in points: where no leaf moves the value of the top."""
        if self.root is None or self.what_if.before[self.root].value is None:
            return True
        return not any(one.value_change for one in self.effects)

    def _sought(self, leaf: Leaf, goal: Decimal, *, is_score: bool) -> Found | None:
        root = self.root
        if root is None:
            return None

        def outcome(value: Fraction) -> Fraction | None:
            row = self.what_if.after({leaf.kpi.pk: to_decimal(value)})[root]
            found = score_of(row) if is_score else row.value
            return None if found is None else Fraction(found)

        low, high = leaf.usual
        if low == high:
            spread = abs(leaf.value) / 2 or Decimal(1)
            low, high = leaf.value - spread, leaf.value + spread
        return seek(outcome, Fraction(goal), Fraction(low), Fraction(high))

    def spots(self) -> list[Spot]:
        """Return the leaves in the matrix, those to act on first."""
        elastic = {one.leaf.kpi.pk: one for one in self.effects}
        nodes = [one for one in self.settings if self._is_leaf(one) and one.id in self.kpis]
        shares = sorted(self.shares[one.id] for one in nodes)
        middle = shares[len(shares) // 2] if shares else Fraction(0)
        found = []
        for one in nodes:
            row, effect = self.what_if.before[one.id], elastic.get(one.id)
            strength = effect.elasticity if effect else None
            share = self.shares[one.id]
            found.append(
                Spot(
                    kpi=self.kpis[one.id],
                    share=share,
                    attainment=row.attainment,
                    score=row.score,
                    elasticity=strength,
                    score_change=effect.score_change if effect else None,
                    quadrant=_quadrant(row.score, is_heavy=share >= middle),
                    mismatch=_mismatch(share, middle, strength, self._strengths),
                )
            )
        order = list(Quadrant)
        return sorted(found, key=lambda one: (order.index(one.quadrant), -one.share))

    def _is_leaf(self, node: NodeSettings) -> bool:
        return all(one.parent_id != node.id for one in self.settings)

    @cached_property
    def _strengths(self) -> list[Decimal]:
        return sorted(abs(one.elasticity) for one in self.effects if one.elasticity is not None)

    def perspectives(self) -> tuple[list[PartyScore[str]], Balance | None]:
        """Return the score of each perspective over the leaves, and how weight is spread."""
        leaves = [one for one in self.settings if self._is_leaf(one) and one.id in self.kpis]
        rows = [
            (
                self.kpis[one.id].perspective,
                self.shares[one.id],
                self.what_if.before[one.id].score,
            )
            for one in leaves
        ]
        weights = [
            sum((share for code, share, _ in rows if code == perspective), Fraction(0))
            for perspective in Perspective.values
        ]
        return scores_by_party(rows), balance_of(weights)


def score_of(row: ScorecardRow[UUID]) -> Decimal | None:
    """Return the score that the children give a node, or else its own: what leaves can move."""
    return row.score if row.rolled_score is None else row.rolled_score


def _past(tree: Tree, until: date) -> dict[UUID, Past]:
    """Return between which values each KPI moved in the months up to this one."""
    cards = Scorecard.objects.filter(tree=tree, period_start__lte=until)
    newest = cards.order_by("-period_start").values("pk")[:PERIODS_LOOKED_AT]
    values: dict[UUID, list[Decimal]] = {}
    rows = Score.objects.filter(scorecard__in=newest, value__isnull=False)
    for kpi_id, value in rows.order_by("scorecard__period_start").values_list("kpi_id", "value"):
        values.setdefault(kpi_id, []).append(value or Decimal(0))
    return {key: Past(min(one), max(one), natural_limits(one)) for key, one in values.items()}


def _quadrant(score: Decimal | None, *, is_heavy: bool) -> Quadrant:
    if score is None:
        return Quadrant.UNKNOWN
    if score >= 100:
        return Quadrant.KEEP if is_heavy else Quadrant.RELAX
    return Quadrant.ACT if is_heavy else Quadrant.WATCH


def _mismatch(
    share: Fraction, middle: Fraction, strength: Decimal | None, strengths: Sequence[Decimal]
) -> str:
    """Say where weight and effect differ: heavy without effect, or light and strong."""
    if strength is None or len(strengths) < 3:
        return ""
    half = strengths[len(strengths) // 2]
    if share >= middle and abs(strength) < half / 2:
        return "heavy"
    if share < middle and abs(strength) > half * 2:
        return "light"
    return ""

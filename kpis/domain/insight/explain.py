"""Take the change of a node apart, level by level, along formulas, sums, rates and weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from core.domain.rounding import to_decimal
from kpis.domain.aggregation import Aggregation, ratio_scale
from kpis.domain.formulas.evaluate import evaluate
from kpis.domain.formulas.formula import Formula
from kpis.domain.insight.bridge import NoBridge, Step, differences, scaled, shapley
from kpis.domain.insight.lmdi import exponents, lmdi
from kpis.domain.insight.rates import Effect, Part, rate_and_mix

Contributions = Mapping[UUID, Fraction]
# The stored value has 12 decimals; a formula that gives another one was another formula then.
TOLERANCE = Fraction(1, 10**9)


class Method(StrEnum):
    """How a formula's change is divided among its factors."""

    SHAPLEY = "shapley"
    LMDI = "lmdi"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a node showed in one period."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    own_score: Decimal | None = None
    rolled_score: Decimal | None = None
    score: Decimal | None = None
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Member:
    """A node of the tree, as it is computed."""

    id: UUID
    key: str
    unit: str
    aggregation: Aggregation
    is_pooled: bool
    formula: Formula | None
    children: tuple[UUID, ...]
    children_before: tuple[UUID, ...] | None = None

    @property
    def earlier(self) -> tuple[UUID, ...]:
        """The children in the earlier period, where they were others."""
        return self.children if self.children_before is None else self.children_before


@dataclass(frozen=True)
class Movement:
    """Two periods of a tree, read with the formulas of the later one and the children of each."""

    members: Mapping[UUID, Member]
    before: Mapping[UUID, Reading]
    after: Mapping[UUID, Reading]
    method: Method = Method.SHAPLEY

    def of_value(self, node_id: UUID) -> Step[UUID]:
        """Return what moved the node's value; NoBridge when there is none to take apart."""
        return self._step(node_id, self._value_change, self._value_parts)

    def of_score(self, node_id: UUID) -> Step[UUID]:
        """Return what moved the score that the node's children give it, or else its own.

        Below the node itself a score of its own stands for what is under it, and is not divided.
        """
        return self._step(node_id, self._score_change, self._score_parts, is_top=True)

    def _step(
        self,
        node_id: UUID,
        change: Callable[[UUID], Fraction],
        parts: Callable[[UUID], Contributions | None],
        *,
        is_top: bool = False,
    ) -> Step[UUID]:
        total = change(node_id)
        try:
            found = parts(node_id) if is_top or not self._stands_alone(node_id, parts) else None
        except NoBridge:
            found = None
        below = []
        for child, contribution in (found or {}).items():
            deeper: tuple[Step[UUID], ...] = ()
            try:
                deeper = scaled(self._step(child, change, parts).below, contribution)
            except NoBridge:
                deeper = ()
            below.append(Step(child, contribution, deeper))
        return Step(node_id, total, tuple(below))

    def _stands_alone(self, node_id: UUID, parts: Callable[[UUID], Contributions | None]) -> bool:
        readings = (self.before.get(node_id, Reading()), self.after.get(node_id, Reading()))
        has_own = any(one.own_score is not None for one in readings)
        return parts == self._score_parts and has_own

    def _value_change(self, node_id: UUID) -> Fraction:
        start, end = self._values(node_id)
        return end - start

    def _values(self, node_id: UUID) -> tuple[Fraction, Fraction]:
        start = self.before.get(node_id, Reading()).value
        end = self.after.get(node_id, Reading()).value
        if start is None or end is None:
            raise NoBridge("no_value")
        return Fraction(start), Fraction(end)

    def _score_change(self, node_id: UUID) -> Fraction:
        start, end = self.scores(node_id)
        if start is None or end is None:
            raise NoBridge("no_value")
        return Fraction(end) - Fraction(start)

    def scores(self, node_id: UUID) -> tuple[Decimal | None, Decimal | None]:
        """Return the score of a node in both periods: from its children where it has both, else its own."""
        first, last = self.before.get(node_id, Reading()), self.after.get(node_id, Reading())
        if first.rolled_score is not None and last.rolled_score is not None:
            return first.rolled_score, last.rolled_score
        return first.score, last.score

    def why_not(self, node_id: UUID) -> str | None:
        """Return the code of why the node's value cannot be taken apart, or None."""
        try:
            found = self._value_parts(node_id)
        except NoBridge as error:
            return error.code
        return None if found else "measured"

    def effects(self, node_id: UUID) -> Mapping[UUID, Effect] | None:
        """Return rate and mix effects of the children of a pooled rate; None for other nodes."""
        member = self.members[node_id]
        if not (member.is_pooled and member.aggregation == Aggregation.RATIO):
            return None
        scale = Fraction(ratio_scale(member.unit))
        return rate_and_mix(
            self._pooled(self.before, member.earlier, scale),
            self._pooled(self.after, member.children, scale),
        )

    def _value_parts(self, node_id: UUID) -> Contributions | None:
        member = self.members.get(node_id)
        if member is None:
            return None
        if member.formula is not None:
            return self._formula_parts(node_id, member.formula)
        if not member.is_pooled or not (member.children or member.earlier):
            return None
        found = self._pooled_parts(node_id, member)
        return _summing(found, self._value_change(node_id))

    def _pooled_parts(self, node_id: UUID, member: Member) -> dict[UUID, Fraction]:
        """Return the parts of a pooled value; who came or left counts in one period only."""
        if member.aggregation == Aggregation.RATIO:
            effects = self.effects(node_id) or {}
            return {child: effect.total for child, effect in effects.items()}
        before = {child: _known(self.before, child) for child in member.earlier}
        after = {child: _known(self.after, child) for child in member.children}
        if member.aggregation == Aggregation.SUM:
            everybody = {**before, **after}
            return differences(
                {child: before.get(child, Fraction(0)) for child in everybody},
                {child: after.get(child, Fraction(0)) for child in everybody},
            )
        if member.aggregation == Aggregation.MEAN:
            found = rate_and_mix(_evenly(before), _evenly(after))
            return {child: effect.total for child, effect in found.items()}
        if before.keys() != after.keys():
            raise NoBridge("structure_changed")
        return shapley(_median, before, after)

    @staticmethod
    def _pooled(
        readings: Mapping[UUID, Reading], children: Sequence[UUID], scale: Fraction
    ) -> dict[UUID, Part]:
        parts = {}
        for child in children:
            one = readings.get(child, Reading())
            if one.denominator and one.numerator is not None:
                below = Fraction(one.denominator)
                parts[child] = Part(scale * Fraction(one.numerator) / below, below)
        return parts

    def _formula_parts(self, node_id: UUID, formula: Formula) -> Contributions:
        by_key = {member.key: member.id for member in self.members.values()}
        if not formula.names <= by_key.keys():
            raise NoBridge("unknown_name")
        ids = {by_key[key]: key for key in sorted(formula.names)}
        values = {one: self._values(one) for one in ids}
        before = {one: start for one, (start, _) in values.items()}
        after = {one: end for one, (_, end) in values.items()}

        def value(mixed: Mapping[UUID, Fraction]) -> Fraction | None:
            inputs = {ids[one]: to_decimal(amount) for one, amount in mixed.items()}
            found = evaluate(formula, inputs)
            return Fraction(found) if isinstance(found, Decimal) else None

        start, end = self._values(node_id)
        _check(value(before), start)
        _check(value(after), end)
        powers = exponents(formula) if self.method is Method.LMDI else None
        if powers is not None:
            named = {by_key[key]: power for key, power in powers.items()}
            found = lmdi(
                {str(one): power for one, power in named.items()},
                {str(one): amount for one, amount in before.items()},
                {str(one): amount for one, amount in after.items()},
                (start, end),
            )
            return {UUID(one): part for one, part in found.items()}
        return _summing(shapley(value, before, after), end - start)

    def _score_parts(self, node_id: UUID) -> Contributions | None:
        member = self.members.get(node_id)
        if member is None or not (member.children or member.earlier):
            return None
        effects = rate_and_mix(
            self._scored(self.before, member.earlier), self._scored(self.after, member.children)
        )
        found = {child: effect.total for child, effect in effects.items()}
        return _summing(found, self._score_change(node_id))

    @staticmethod
    def _scored(readings: Mapping[UUID, Reading], children: Sequence[UUID]) -> dict[UUID, Part]:
        found = {}
        for child in children:
            one = readings.get(child, Reading())
            if one.score is not None:
                found[child] = Part(Fraction(one.score), Fraction(one.weight))
        return found


def _summing(parts: dict[UUID, Fraction], total: Fraction) -> dict[UUID, Fraction]:
    """Give what the stored decimals rounded away to the largest part, so that the sum is exact.

    More than that is no rounding: then these are not the parts of this change.
    """
    rest = total - sum(parts.values(), Fraction(0))
    if abs(rest) > TOLERANCE * max(Fraction(1), abs(total)):
        raise NoBridge("structure_changed")
    if rest and parts:
        largest = max(parts, key=lambda one: (abs(parts[one]), str(one)))
        parts = {**parts, largest: parts[largest] + rest}
    return parts


def _known(readings: Mapping[UUID, Reading], child: UUID) -> Fraction:
    value = readings.get(child, Reading()).value
    if value is None:
        raise NoBridge("no_value")
    return Fraction(value)


def _evenly(values: Mapping[UUID, Fraction]) -> dict[UUID, Part]:
    return {child: Part(value, Fraction(1)) for child, value in values.items()}


def _check(computed: Fraction | None, stored: Fraction) -> None:
    if computed is None:
        raise NoBridge("no_value_between")
    if abs(computed - stored) > TOLERANCE * max(Fraction(1), abs(stored)):
        raise NoBridge("formula_changed")


def _median(values: Mapping[UUID, Fraction]) -> Fraction | None:
    ordered = sorted(values.values())
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2

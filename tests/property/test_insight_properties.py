"""Contributions add up to the change exactly, whatever the factors and their order."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.aggregation import Aggregation
from kpis.domain.formulas.parse import parse
from kpis.domain.insight.bridge import rounded, shapley
from kpis.domain.insight.explain import Member, Method, Movement, Reading
from kpis.domain.insight.lmdi import lmdi
from kpis.domain.insight.rates import Part, mean_of, rate_and_mix
from kpis.domain.insight.seek import seek

numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)
shares = st.fractions(min_value=0, max_value=100, max_denominator=20)
pairs = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(numbers, numbers), min_size=1, max_size=5
)


def polynomial(values: Mapping[str, Fraction]) -> Fraction:
    """Multiply the first ones, add the rest: symmetric in neither."""
    ordered = sorted(values)
    product = Fraction(1)
    for key in ordered[:3]:
        product *= values[key]
    return product + sum((values[key] for key in ordered[3:]), Fraction(0))


@given(pairs)
def test_contributions_add_up(factors: dict[str, tuple[Fraction, Fraction]]) -> None:
    before = {key: start for key, (start, _) in factors.items()}
    after = {key: end for key, (_, end) in factors.items()}

    found = shapley(polynomial, before, after)

    assert sum(found.values(), Fraction(0)) == polynomial(after) - polynomial(before)
    backwards = shapley(polynomial, dict(reversed(before.items())), dict(reversed(after.items())))
    assert backwards == found
    returned = shapley(polynomial, after, before)
    assert {key: -part for key, part in returned.items()} == found


@given(numbers, numbers)
def test_equal_factors_contribute_equally(start: Fraction, end: Fraction) -> None:
    found = shapley(
        lambda values: values["a"] * values["b"],
        {"a": start, "b": start},
        {"a": end, "b": end},
    )

    assert found["a"] == found["b"]


@given(st.lists(numbers, max_size=12), st.integers(min_value=0, max_value=3))
def test_rounded_parts_add_up_to_the_rounded_sum(parts: list[Fraction], places: int) -> None:
    found = rounded(parts, places)

    unit = Fraction(1, 10**places)
    assert abs(sum(found, Fraction(0)) - sum(parts, Fraction(0))) <= unit / 2
    assert all((one / unit).denominator == 1 for one in found)
    assert all(abs(one - part) <= unit for one, part in zip(found, parts, strict=True))


segments = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.none() | numbers, shares), min_size=1
)


@given(segments, segments)
def test_rate_and_mix_add_up(
    first: dict[str, tuple[Fraction | None, Fraction]],
    second: dict[str, tuple[Fraction | None, Fraction]],
) -> None:
    before = {key: Part(*one) for key, one in first.items()}
    after = {key: Part(*one) for key, one in second.items()}
    start, end = mean_of(before), mean_of(after)
    if start is None or end is None:
        return

    found = rate_and_mix(before, after)

    assert sum((one.total for one in found.values()), Fraction(0)) == end - start


positives = st.fractions(min_value=Fraction(1, 100), max_value=10_000, max_denominator=100)
factors = st.dictionaries(
    st.sampled_from("abcde"),
    st.tuples(st.integers(min_value=-3, max_value=3).filter(bool), positives, positives),
    min_size=1,
)


@given(factors)
def test_logarithmic_contributions_add_up_and_point_where_the_factor_points(
    given_: dict[str, tuple[int, Fraction, Fraction]],
) -> None:
    powers = {key: power for key, (power, _, _) in given_.items()}
    before = {key: start for key, (_, start, _) in given_.items()}
    after = {key: end for key, (_, _, end) in given_.items()}

    def product(values: Mapping[str, Fraction]) -> Fraction:
        found = Fraction(1)
        for key, power in powers.items():
            found *= values[key] ** power
        return found

    change = (product(before), product(after))
    found = lmdi(powers, before, after, change)

    assert sum(found.values(), Fraction(0)) == change[1] - change[0]
    bearable = max(map(abs, found.values())) / 10**30
    for key, part in found.items():
        direction = (after[key] - before[key]) * powers[key]
        assert part * direction >= 0 or abs(part) <= bearable
    returned = lmdi(powers, after, before, (change[1], change[0]))
    assert all(abs(returned[key] + part) <= bearable for key, part in found.items())


@given(numbers.filter(bool), numbers, numbers, numbers, shares.filter(bool))
def test_seeking_a_straight_line_finds_its_one_point(
    slope: Fraction, start: Fraction, wanted: Fraction, low: Fraction, width: Fraction
) -> None:
    found = seek(lambda x: slope * x + start, wanted, low, low + width)

    assert found is not None
    assert (found.value, found.is_exact) == ((wanted - start) / slope, True)
    assert found.is_usual == (low <= found.value <= low + width)


@given(
    st.integers(min_value=1, max_value=5),
    st.fractions(min_value=0, max_value=50, max_denominator=50),
    st.booleans(),
)
def test_seeking_what_only_rises_or_falls_comes_as_near_as_asked(
    power: int, there: Fraction, falls: bool
) -> None:
    sign = -1 if falls else 1

    def outcome(x: Fraction) -> Fraction:
        return sign * (x + 1) ** power

    found = seek(outcome, outcome(there), Fraction(0), Fraction(50))

    assert found is not None
    assert abs(found.value - there) <= Fraction(1, 10**9)


amounts = st.integers(min_value=-10_000, max_value=10_000)
leaves = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6)


@given(st.lists(leaves, min_size=1, max_size=4))
def test_the_leaves_of_sums_explain_the_whole_change(branches: list[list[tuple[int, int]]]) -> None:
    """A goal of sums of sums: every leaf contributes its own difference, whatever lies between."""
    ids = iter(range(1, 1000))
    members: dict[UUID, Member] = {}
    readings: dict[UUID, tuple[int, int]] = {}

    def grown(children: list[UUID], shown: tuple[int, int]) -> UUID:
        made = UUID(int=next(ids))
        members[made] = Member(
            made, f"k{made.int}", "count", Aggregation.SUM, bool(children), None, tuple(children)
        )
        readings[made] = shown
        return made

    def summed(children: list[UUID]) -> UUID:
        before, after = (sum(readings[one][side] for one in children) for side in (0, 1))
        return grown(children, (before, after))

    goal = summed([summed([grown([], leaf) for leaf in branch]) for branch in branches])
    moved = Movement(
        members,
        {key: Reading(value=Decimal(before)) for key, (before, _) in readings.items()},
        {key: Reading(value=Decimal(after)) for key, (_, after) in readings.items()},
    ).of_value(goal)

    assert moved.contribution == readings[goal][1] - readings[goal][0]
    assert sum((one.contribution for one in moved.below), Fraction(0)) == moved.contribution
    total = sum((one.contribution for one in moved.leaves), Fraction(0))
    assert total == moved.contribution
    for one in moved.leaves:
        if members[one.factor].children == ():
            before, after = readings[one.factor]
            assert one.contribution == after - before


money = st.integers(min_value=1, max_value=100_000)


@given(st.tuples(money, money, money), st.tuples(money, money, money), st.sampled_from(Method))
def test_a_formula_is_explained_to_the_last_stored_decimal(
    before: tuple[int, int, int], after: tuple[int, int, int], method: Method
) -> None:
    """a × b ÷ c has no end of decimals; what is stored is rounded, and still adds up."""
    formula = parse("a * b / c", keys=frozenset("abc"))
    top, *below = (UUID(int=number) for number in range(1, 5))
    usual = ("count", Aggregation.SUM, False)
    members = {top: Member(top, "top", *usual, formula, tuple(below))}
    for one, key in zip(below, "abc", strict=True):
        members[one] = Member(one, key, *usual, None, ())

    def readings(values: tuple[int, int, int]) -> dict[UUID, Reading]:
        stored = round(Decimal(values[0]) * values[1] / values[2], 12)
        return {
            top: Reading(value=stored),
            **{
                one: Reading(value=Decimal(amount))
                for one, amount in zip(below, values, strict=True)
            },
        }

    start, end = readings(before), readings(after)
    found = Movement(members, start, end, method).of_value(top)

    change = Fraction(end[top].value or 0) - Fraction(start[top].value or 0)
    assert found.contribution == change
    assert sum((one.contribution for one in found.below), Fraction(0)) == change

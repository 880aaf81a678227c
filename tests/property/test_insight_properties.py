"""Contributions add up to the change exactly, whatever the factors and their order."""

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.insight.bridge import rounded, shapley
from kpis.domain.insight.rates import Part, mean_of, rate_and_mix

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

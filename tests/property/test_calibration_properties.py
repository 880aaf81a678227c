"""Whatever the past was: limits lie around the mean, and a harder target is never an easier one."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.calibration import Verdict, calibrate
from kpis.domain.past_values import read_past
from kpis.domain.scoring import Direction

values = st.decimals(min_value=-10_000, max_value=10_000, places=2)
pasts = st.lists(values, min_size=3, max_size=40)
HARDNESS = [Verdict.EASY, Verdict.FITTING, Verdict.REASON]


@given(past=pasts, target=values)
def test_the_mean_lies_within_the_limits(past: list[Decimal], target: Decimal) -> None:
    found = calibrate(past, target, Direction.HIGHER)

    assert found.mean is not None
    assert min(past) - Decimal("0.01") <= found.mean <= max(past) + Decimal("0.01")
    if found.low is not None and found.high is not None:
        assert found.low <= found.mean <= found.high
    assert found.percentile is not None
    assert 0 <= found.percentile <= 100


@given(past=pasts, targets=st.tuples(values, values))
def test_a_harder_target_is_never_easier(
    past: list[Decimal], targets: tuple[Decimal, Decimal]
) -> None:
    low, high = (calibrate(past, one, Direction.HIGHER) for one in sorted(targets))

    assert HARDNESS.index(low.verdict) <= HARDNESS.index(high.verdict)
    assert low.reached is not None
    assert high.reached is not None
    assert low.reached >= high.reached


@given(past=pasts, target=values)
def test_lower_is_better_is_the_mirror_image(past: list[Decimal], target: Decimal) -> None:
    one = calibrate(past, target, Direction.HIGHER)
    other = calibrate([-value for value in past], -target, Direction.LOWER)

    assert (one.verdict, one.reached) == (other.verdict, other.reached)


@given(past=st.lists(values, max_size=40))
def test_pasted_numbers_come_back(past: list[Decimal]) -> None:
    assert list(read_past("\n".join(str(one) for one in past)).values) == past

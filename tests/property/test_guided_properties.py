"""Whatever somebody chooses, no perspective outweighs all the others together."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.guided import balanced_weights

PERSPECTIVES = ("financial", "customer", "process", "learning")
chosen = st.lists(st.sampled_from(PERSPECTIVES), min_size=1, max_size=20)


@given(chosen=chosen)
def test_no_perspective_has_more_than_half(chosen: list[str]) -> None:
    weights = balanced_weights({str(number): one for number, one in enumerate(chosen)})

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for number, one in enumerate(chosen):
        sums[one] += weights[str(number)]
    assert all(weight >= 1 and weight == int(weight) for weight in weights.values())
    if len(sums) > 1:
        assert 2 * max(sums.values()) <= sum(sums.values())

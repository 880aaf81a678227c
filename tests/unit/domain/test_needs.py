"""The order in which values are computed."""

from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.needs import in_order


def test_what_is_needed_comes_first() -> None:
    order, circle = in_order({"a": ["b", "c"], "b": ["c"], "c": [], "d": ["a"]})

    assert order == ["c", "b", "a", "d"]
    assert circle == ()


def test_a_circle_is_told_and_loses_nobody() -> None:
    order, circle = in_order({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})

    assert circle == ("a", "b", "c", "a")
    assert sorted(order) == ["a", "b", "c", "d"]


def test_what_is_not_there_is_not_in_the_order() -> None:
    assert in_order({"a": ["gone"]}) == (["a"], ())


def test_a_chain_may_be_long() -> None:
    order, circle = in_order({one: [one + 1] for one in range(20_000)})

    assert order[0] == 19_999
    assert circle == ()


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9))
def test_each_comes_after_its_needs_unless_there_is_a_circle(needs: dict[int, list[int]]) -> None:
    order, circle = in_order(needs)

    assert sorted(order) == sorted(needs)
    if not circle:
        place = {key: at for at, key in enumerate(order)}
        assert all(
            place[need] < place[key]
            for key, found in needs.items()
            for need in found
            if need in place
        )

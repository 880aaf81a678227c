"""Progress of key results, and how an objective stands beside its KPIs."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.domain.objectives import NoDistance, Standing, bar_length, progress, standing
from kpis.domain.scoring import Status
from kpis.domain.states import LIVING_OBJECTIVES, OBJECTIVE_TRANSITIONS, ObjectiveState

NUMBERS = st.decimals(-(10**6), 10**6, places=3)


def test_half_of_the_way_down_is_half_of_the_way() -> None:
    """V7 of the worked examples: from 200 to 0, now 100."""
    assert progress(Decimal(200), Decimal(0), Decimal(100)) == 50


def test_a_key_result_that_starts_where_it_ends_has_no_progress() -> None:
    with pytest.raises(NoDistance):
        progress(Decimal(80), Decimal(80), Decimal(80))


@pytest.mark.parametrize(
    ("actual", "percent", "bar"), [(70, -50, 0), (80, 0, 0), (100, 100, 100), (130, 250, 100)]
)
def test_the_number_is_not_capped_and_the_bar_is(actual: int, percent: int, bar: int) -> None:
    reached = progress(Decimal(80), Decimal(100), Decimal(actual))

    assert (reached, bar_length(reached)) == (percent, bar)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_progress_is_the_share_of_the_way(start: Decimal, target: Decimal, actual: Decimal) -> None:
    assume(start != target)
    exact = (Fraction(actual) - Fraction(start)) / (Fraction(target) - Fraction(start)) * 100

    assert abs(Fraction(progress(start, target, actual)) - exact) <= abs(exact) / 10**20
    assert progress(start, target, start) == 0
    assert progress(start, target, target) == 100


@given(NUMBERS)
def test_a_bar_fits_into_its_frame(percent: Decimal) -> None:
    assert 0 <= bar_length(percent) <= 100


@pytest.mark.parametrize("missed", [Status.MISSED, Status.IMPROVE])
@pytest.mark.parametrize("state", sorted(LIVING_OBJECTIVES))
def test_a_missed_kpi_leaves_the_objective_alive(state: ObjectiveState, missed: Status) -> None:
    assert standing(state, [Status.MET, missed]) == Standing.ALIVE_BUT_MISSED


def test_without_a_missed_kpi_it_is_on_course() -> None:
    statuses = [Status.MET, Status.NEAR, Status.NONE]

    assert standing(ObjectiveState.ACTIVE, statuses) == Standing.ON_COURSE


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ObjectiveState.DRAFT, Standing.DRAFT),
        (ObjectiveState.ACHIEVED, Standing.CLOSED),
        (ObjectiveState.DROPPED, Standing.CLOSED),
    ],
)
def test_what_nobody_works_on_is_not_missed(state: ObjectiveState, expected: Standing) -> None:
    assert standing(state, [Status.MISSED]) == expected


def test_what_was_carried_on_is_achieved_or_given_up() -> None:
    assert OBJECTIVE_TRANSITIONS.table[ObjectiveState.CONTINUED] == {
        ObjectiveState.ACHIEVED,
        ObjectiveState.DROPPED,
    }

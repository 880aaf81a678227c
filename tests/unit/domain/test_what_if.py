"""What a month would look like: the asked values stand, what is computed follows, nothing stays."""

from datetime import date
from decimal import Decimal as D
from uuid import UUID

import pytest

from kpis.domain.aggregation import Aggregation, Observation
from kpis.domain.formulas.parse import parse
from kpis.domain.insight.what_if import WhatIf, with_only
from kpis.domain.monthly import DatedTarget, NodeInputs
from kpis.domain.scoring import Direction, TargetSpec

GOAL, LEADS, RATE, ORDERS, LAST = (UUID(int=number) for number in range(1, 6))
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def node(node_id: UUID, *observations: Observation, **settings: object) -> NodeInputs:
    usual: dict[str, object] = {
        "parent_id": None if node_id == GOAL else GOAL,
        "weight": D(1),
        "unit": "count",
        "aggregation": Aggregation.SUM,
        "is_pooled": False,
        "is_monitor_only": False,
        "targets": (),
        "observations": observations,
    }
    return NodeInputs(id=node_id, **{**usual, **settings})  # type: ignore[arg-type]


@pytest.fixture
def tree() -> list[NodeInputs]:
    """受注 = 商談 × 受注率, with a stock that is read as a difference beside them."""
    formula = parse("leads * rate", keys=frozenset({"leads", "rate"}))
    target = DatedTarget(MARCH, TargetSpec(Direction.HIGHER, target=D(20), worst=D(0)))
    return [
        node(GOAL, key="orders", formula=formula, targets=(target,)),
        node(LEADS, Observation(MARCH, D(90)), Observation(APRIL, D(60)), key="leads"),
        node(
            RATE,
            Observation(APRIL, numerator=D(10), denominator=D(40)),
            key="rate",
            unit="percent",
            aggregation=Aggregation.RATIO,
        ),
        node(
            ORDERS,
            Observation(MARCH, D(500)),
            Observation(APRIL, D(530)),
            aggregation=Aggregation.DIFF,
        ),
        node(LAST, key="later"),
    ]


def test_what_is_computed_follows_and_the_month_itself_stays(tree: list[NodeInputs]) -> None:
    what_if = WhatIf(tree, APRIL)
    assert what_if.before[GOAL].value == 1500  # 60 × 25: the percentage is a number of its unit
    assert what_if.leaves == [LEADS, RATE, ORDERS]  # neither what is computed nor what is unknown

    after = what_if.after({LEADS: D(80), RATE: D(30)})

    assert (after[LEADS].value, after[RATE].value, after[GOAL].value) == (80, 30, 2400)
    assert what_if.after({}) == what_if.before


def test_a_rate_keeps_what_it_is_of(tree: list[NodeInputs]) -> None:
    rate = WhatIf(tree, APRIL).after({RATE: D("37.5")})[RATE]

    assert (rate.value, rate.numerator, rate.denominator) == (D("37.5"), 15, 40)


def test_a_difference_becomes_what_was_asked_for(tree: list[NodeInputs]) -> None:
    what_if = WhatIf(tree, APRIL)

    assert what_if.before[ORDERS].value == 30
    assert what_if.after({ORDERS: D(12)})[ORDERS].value == 12
    assert what_if.after({LEADS: D(1)})[ORDERS].value == 30


def test_a_failure_leaves_the_month_as_it_is(tree: list[NodeInputs]) -> None:
    what_if = WhatIf(tree, APRIL)

    with pytest.raises(KeyError):
        what_if.after({LEADS: D(1), UUID(int=99): D(1)})

    assert what_if.after({}) == what_if.before


def test_one_month_needs_itself_and_the_value_before_it(tree: list[NodeInputs]) -> None:
    more = [
        *tree,
        node(
            UUID(int=7), Observation(MARCH, D(1)), Observation(APRIL, D(2)), Observation(MAY, D(3))
        ),
    ]
    few = with_only(more, APRIL)

    assert [one.value for one in few[-1].observations] == [1, 2]
    assert WhatIf(few, APRIL).before == WhatIf(more, APRIL).before
    assert [len(one.observations) for one in with_only(more, MARCH)] == [0, 1, 0, 1, 0, 1]

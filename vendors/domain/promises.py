"""What a vendor promises: a level for a KPI, the least that counts, and who does what about it."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kpis.domain.scoring import Direction

SCORED_DIRECTIONS = frozenset({Direction.HIGHER, Direction.LOWER})


@dataclass(frozen=True, slots=True)
class Promise:
    """The level that a vendor commits to, and the least level, which is worth no points."""

    kpi_id: UUID
    target: Decimal
    required_minimum: Decimal | None = None
    measured_by: str = ""
    reported_by: str = ""
    acted_by: str = ""


def is_in_order(direction: Direction, target: Decimal, minimum: Decimal | None) -> bool:
    """Tell whether the minimum is not better than the target."""
    if minimum is None or minimum == target:
        return True
    return (minimum < target) == (direction == Direction.HIGHER)


def worst_of(direction: Direction, target: Decimal, minimum: Decimal | None) -> Decimal | None:
    """Return the value that scores 0: the minimum, where it leaves room below the target."""
    if minimum is None or minimum == target or not is_in_order(direction, target, minimum):
        return None
    return minimum

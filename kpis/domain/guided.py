"""How the guided start lays out a tree: where a KPI goes, and what each weighs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd


@dataclass(frozen=True, slots=True)
class Driver:
    """A part of the goal; the KPIs named in it, or else of its perspectives, go below it."""

    code: str
    name: str
    definition: str = ""
    perspectives: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()


def driver_for(drivers: Sequence[Driver], code: str, perspective: str) -> Driver | None:
    """Return below which driver a KPI goes when nobody says otherwise; the last one takes the rest."""
    named = (one for one in drivers if code in one.kpis)
    fitting = (one for one in drivers if perspective in one.perspectives)
    return next(named, None) or next(fitting, None) or (drivers[-1] if drivers else None)


def balanced_weights(perspectives: Mapping[str, str]) -> dict[str, Decimal]:
    """Return whole weights by which no perspective has more than half, where there are two or more.

    Equal weights, unless one perspective has most of the KPIs: then the others together count as
    much as it does.
    """
    counts = Counter(perspectives.values())
    if not counts:
        return {}
    largest, many = counts.most_common(1)[0]
    rest = counts.total() - many
    if not 0 < rest < many:
        return dict.fromkeys(perspectives, Decimal(1))
    shared = gcd(many, rest)
    one, other = Decimal(rest // shared), Decimal(many // shared)
    return {key: one if own == largest else other for key, own in perspectives.items()}

"""Reads of targets: the one in force, and all that were ever set."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from kpis.domain.scoring import (
    Direction,
    InvalidTarget,
    check_target,
    has_target,
    target_in_force,
)
from kpis.models import KPI, Target, Tree
from kpis.queries.scorecards import target_spec


def in_force(tree: Tree, on: date) -> dict[UUID, Target]:
    """Return each KPI's target in force on the day, by KPI; one query for the whole tree."""
    standing = Target.objects.standing().filter(kpi__tree=tree, valid_from__lte=on)
    newest = standing.order_by("kpi_id", "-valid_from").distinct("kpi_id")
    return {target.kpi_id: target for target in newest}


def in_force_of(kpis: Sequence[KPI], on: date) -> dict[UUID, Target]:
    """Return the targets in force of these KPIs, which may be of many trees."""
    standing = Target.objects.standing().filter(kpi__in=kpis, valid_from__lte=on)
    newest = standing.order_by("kpi_id", "-valid_from").distinct("kpi_id")
    return {target.kpi_id: target for target in newest}


def history_of(kpi: KPI) -> list[Target]:
    """Return every target of the KPI, also replaced ones: latest day first, then latest entry."""
    targets = Target.objects.filter(kpi=kpi).select_related("created_by")
    return list(targets.order_by("-valid_from", "-created_at", "-id"))


def standing_of(kpi: KPI) -> list[Target]:
    """Return the targets that no later entry replaced, in the order of their days."""
    return list(Target.objects.standing().filter(kpi=kpi).order_by("valid_from"))


def current(targets: Sequence[Target], on: date) -> Target | None:
    """Return the one of these targets that is in force on the day."""
    standing = [target for target in targets if target.superseded_at is None]
    return target_in_force(standing, on)


def newest_entry(kpi: KPI) -> Target | None:
    """Return the target that was entered last, whatever its day and also when withdrawn."""
    entered = Target.objects.filter(kpi=kpi).select_related("created_by")
    return entered.order_by("-created_at", "-id").first()


def fits_all(kpi: KPI, targets: Sequence[Target]) -> bool:
    """Tell whether the KPI, as it would be, can be scored against these targets."""
    specs = [target_spec(kpi, target) for target in targets]
    try:
        for spec in specs:
            if has_target(spec):
                check_target(spec)
            elif spec.direction != Direction.MONITOR:
                return False
    except InvalidTarget:
        return False
    return True


def count_of(kpi: KPI) -> int:
    """Return how many targets were ever entered for the KPI."""
    return Target.objects.filter(kpi=kpi).count()

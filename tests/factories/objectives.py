"""Objectives and promises for tests, made by the operations themselves."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Organization
from core.tenancy import Actor
from kpis.models import KPI, Objective, Promise, Tree
from kpis.models.choices import ResponsibleSide
from kpis.operations import objectives, promises
from kpis.queries.objectives import KeyResultDraft
from tests.factories.accounts import NOW

STARTS, ENDS = date(2026, 1, 1), date(2026, 7, 1)


def key_result(
    kpi: KPI | None, start: int | str = 80, target: int | str = 95, due_on: date = ENDS
) -> KeyResultDraft:
    """Let a KPI move from one value to the other."""
    return KeyResultDraft(kpi.pk if kpi else None, Decimal(start), Decimal(target), due_on)


def make_objective(
    *,
    tree: Tree,
    by: Actor,
    key_results: Sequence[KeyResultDraft],
    title: str = "約束を守る会社になる",
    is_active: bool = True,
    at: datetime = NOW,
) -> Objective:
    """Add an objective, and start it unless it shall stay a draft."""
    objective = objectives.create_objective(
        tree=tree,
        title=title,
        description="",
        starts_on=STARTS,
        ends_on=ENDS,
        owner="営業部 田中",
        key_results=key_results,
        by=by,
        at=at,
    )
    if not is_active:
        return objective
    return objectives.activate_objective(objective=objective, version=1, by=by, at=at)


def make_promise(
    *,
    tree: Tree,
    by: Actor,
    text: str = "仕様の変更は前日までに相談する",
    kpi: KPI | None = None,
    organization: Organization | None = None,
    side: str = ResponsibleSide.SHARED,
    at: datetime = NOW,
) -> Promise:
    """Add a qualitative promise."""
    return promises.add_promise(
        tree=tree,
        text=text,
        kpi=kpi,
        side=side,
        organization_id=organization.pk if organization else None,
        by=by,
        at=at,
    )

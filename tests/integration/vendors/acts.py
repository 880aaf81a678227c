"""What people of the stage do with an agreement."""

from datetime import date

from core.models import OutboxMessage
from core.tenancy import Actor
from kpis.models import KPI
from tests.factories import accounts
from tests.factories.vendors import make_proposed, promises_for, sign
from tests.integration.vendors.conftest import Stage
from vendors.models import Agreement, Engagement
from vendors.operations import agreements as operations
from vendors.queries.agreements import latest_agreement

NOW = accounts.NOW


def proposed(stage: Stage) -> Engagement:
    return make_proposed(
        vendor=stage.vendor_organization,
        tree=stage.tree,
        kpis=[stage.on_time],
        by=stage.advisor,
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 4, 1),
    )


def active(stage: Stage) -> Engagement:
    return sign(proposed(stage), by=[stage.owner, stage.vendor])


def change(
    stage: Stage,
    engagement: Engagement,
    *,
    by: Actor,
    target: int = 97,
    valid_from: date = date(2026, 5, 1),
    kpis: list[KPI] | None = None,
) -> Agreement:
    return operations.propose_change(
        engagement=engagement,
        seen_sha256=latest_agreement(engagement).sha256,
        title=engagement.title,
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        valid_from=valid_from,
        amount=engagement.amount,
        promises=promises_for(kpis or [stage.on_time], target=target),
        reason="繁忙期を見込むため",
        by=by,
        at=NOW,
    )


def mails(template: str) -> set[str]:
    found = OutboxMessage.objects.filter(kind="mail", name=f"vendors/{template}")
    return set(found.values_list("recipient", flat=True))


def address(actor: Actor) -> str:
    return accounts.user_of(actor).email

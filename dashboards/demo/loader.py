"""Load the demo: people, the procurement case and the marketing case, through the operations."""

from datetime import datetime

from django.db import transaction

from accounts import operations as accounts
from accounts.models import Organization
from accounts.queries import actor_for
from core import tenancy
from core.domain.organizations import OrganizationKind
from core.models import OutboxMessage
from dashboards.demo import marketing, people, procurement


def is_empty() -> bool:
    """Whether nobody works on this site yet."""
    return not Organization.objects.exists()


@transaction.atomic
def load(*, at: datetime) -> None:
    """Load everything, all or nothing; the demo sends no mail."""
    begin = procurement.moment(2005, 12, 1)
    owner = people.person(people.CLIENT, "佐藤 健")
    organization = people.company("国際保健調達機構（デモ）", OrganizationKind.CLIENT, owner, begin)
    advisor = people.person(people.ADVISOR, "鈴木 真理")
    firm = people.company("あいみつ相談室（デモ）", OrganizationKind.ADVISORY, advisor, begin)
    client = actor_for(owner)
    with tenancy.acting(client):
        accounts.assign_advisor(client_id=organization.pk, firm=firm, by=client, at=begin)
        vendors = {
            name: people.vendor(
                name,
                people.VENDOR_ONE
                if name == procurement.WINNER
                else people.VENDOR_TWO
                if name == "MICRO LABS LIMITED"
                else f"vendor{place}@example.com",
                "営業担当",
                client=client,
                organization=organization,
                at=begin,
            )
            for place, name in enumerate(procurement.PROMISES)
        }
    cast = procurement.Cast(client, organization, actor_for(advisor), vendors)
    for tree in (procurement.load(cast), marketing.load(cast, at=at)):
        procurement.compute(tree, by=client, at=at)
    OutboxMessage.objects.pending().filter(kind=OutboxMessage.Kind.MAIL).update(
        state=OutboxMessage.State.DONE, done_at=at, payload={}
    )

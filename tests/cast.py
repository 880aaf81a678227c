"""A small world with everybody in it: the cast that walks every route, and what they might see.

client_owner, client_editor, client_viewer   the client whose world it is
advisor, other_advisor                       of the assigned firm, and of another one
vendor                                       asked, quoted, engaged
rival                                        asked in the same rounds, quoted, lost
stranger                                     another client
anonymous, share                             nobody; the holder of a share link
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts import models
from accounts.models import AdvisoryAssignment, Invitation, Membership, Organization
from accounts.operations import invite_member
from core import tenancy
from core.domain.organizations import OrganizationKind, Role
from core.models import OutboxMessage
from core.tenancy import Actor
from kpis.models import Definition, Import, ScorecardRun
from kpis.operations import imports
from kpis.queries.trees import goal_of
from quotes.models import QuoteRevision
from reviews.models import Reminder
from tests.factories import accounts, kpis, objectives, quotes, reviews, vendors
from tests.factories.accounts import NOW

ANONYMOUS, SHARE = "anonymous", "share"


@dataclass
class World:
    """The people by name, and the objects by the names that access tables use."""

    people: dict[str, Actor] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def build_world() -> World:
    """Make everything through the operations, as of NOW."""
    world = World()
    _people(world)
    _trees(world)
    _rounds(world)
    _orders(world)
    return world


def _people(world: World) -> None:
    client = accounts.make_organization(name="東京製作所")
    firm = accounts.make_organization(kind=OrganizationKind.ADVISORY, name="相談室")
    owner = accounts.make_actor(organization=client)
    assignment = accounts.assign_advisor(client=client, firm=firm, by=owner)
    vendor = accounts.make_organization(kind=OrganizationKind.VENDOR, name="株式会社みらい")
    rival = accounts.make_organization(kind=OrganizationKind.VENDOR, name="株式会社ライバル")
    world.people = {
        "client_owner": owner,
        "client_editor": accounts.make_actor(organization=client, role=Role.EDITOR),
        "client_viewer": accounts.make_actor(organization=client, role=Role.VIEWER),
        "advisor": accounts.make_actor(organization=firm),
        "other_advisor": accounts.make_actor(
            organization=accounts.make_organization(kind=OrganizationKind.ADVISORY)
        ),
        "vendor": accounts.make_actor(organization=vendor),
        "rival": accounts.make_actor(organization=rival),
        "stranger": accounts.make_actor(organization=accounts.make_organization()),
    }
    invitation = invite_member(
        organization=client, email="new@example.jp", role=models.Role.VIEWER, by=owner, at=NOW
    )
    mail = OutboxMessage.objects.get(key=f"accounts.invitation:{invitation.pk}")
    world.tokens["invitation_token"] = mail.payload["context"]["path"].split("/")[-2]
    world.objects |= {
        "client": client,
        "firm": firm,
        "vendor_organization": vendor,
        "rival_organization": rival,
        "assignment": AdvisoryAssignment.objects.get(pk=assignment.pk),
        "invitation": Invitation.objects.get(pk=invitation.pk),
        "membership": Membership.objects.get(organization=client, role=Role.VIEWER),
        "api_token": accounts.make_token(by=world.people["client_editor"])[0],
    }


def _trees(world: World) -> None:
    owner = world.people["client_owner"]
    tree = kpis.make_tree(by=owner, name="新規顧客を増やす")
    kpi = kpis.make_kpi(tree=tree, by=owner, name="納期遵守率", **kpis.RATE)
    other = kpis.make_kpi(tree=tree, by=owner, name="リード獲得数")
    target = kpis.make_target(kpi=kpi, by=owner)
    kpis.make_measurement(
        kpi=kpi, by=owner, period_start=date(2026, 3, 1), numerator=9, denominator=10
    )
    source = imports.upload_file(
        tree=tree,
        file_name="rates.csv",
        content="日付,KPI,分子,分母\n2026-02-01,納期遵守率,9,10\n".encode(),
        by=owner,
        at=NOW,
    )
    run = kpis.compute_scorecards(tree=tree, by=owner)
    world.objects |= {
        "tree": tree,
        "kpi": kpi,
        "goal": goal_of(tree),
        "target": target,
        "leaf": other,
        "import": Import.objects.get(pk=source.pk),
        "source": Import.objects.get(pk=source.pk),
        "run": ScorecardRun.objects.get(pk=run.pk),
        "definition": Definition.objects.get(organization=None, code="on_time_delivery"),
        "own_definition": kpis.make_definition(by=owner),
        "waiver": kpis.make_waiver(tree=tree, by=owner),
        "guided": kpis.make_guided_start(by=owner),
        "objective": objectives.make_objective(
            tree=tree, by=owner, key_results=[objectives.key_result(kpi)]
        ),
        "draft_objective": objectives.make_objective(
            tree=tree,
            by=owner,
            key_results=[objectives.key_result(other)],
            title="次の半年",
            is_active=False,
        ),
        "promise": objectives.make_promise(tree=tree, by=owner, kpi=kpi),
        "plan": kpis.make_plan(kpi=other, by=owner),
    }


def _rounds(world: World) -> None:
    owner, objects = world.people["client_owner"], world.objects
    companies: list[Organization] = [objects["vendor_organization"], objects["rival_organization"]]
    entries = [
        vendors.make_vendor(client=objects["client"], by=owner, organization=one)
        for one in companies
    ]
    asked = {
        "branch": objects["goal"],
        "kpis": [objects["kpi"]],
        "vendors": companies,
        "by": owner,
        "at": NOW,
    }
    with tenancy.acting(owner):
        draft = quotes.make_draft(**asked)
    rfq = quotes.make_sent(**asked)
    for name in ("vendor", "rival"):
        quotes.make_quote(rfq, by=world.people[name], at=NOW + timedelta(days=1))
    opened = quotes.make_opened(
        quotes={world.people["vendor"]: (200_000, 300_000), world.people["rival"]: (1, 2)}, **asked
    )
    with tenancy.acting(world.people["vendor"]):
        revision = QuoteRevision.objects.get(rfq=opened, vendor=companies[0])
    objects |= {
        "vendor_entry": entries[0],
        "entry": entries[0],
        "draft_rfq": draft,
        "rfq": rfq,
        "opened_rfq": opened,
        "revision": revision,
    }


def _orders(world: World) -> None:
    owner, vendor, objects = world.people["client_owner"], world.people["vendor"], world.objects
    engagement = vendors.make_active(
        vendor=vendor, tree=objects["tree"], kpis=[objects["kpi"]], by=owner
    )
    proposed = vendors.make_proposed(
        vendor=objects["vendor_organization"],
        tree=objects["tree"],
        kpis=[objects["leaf"]],
        by=owner,
    )
    share, world.tokens["share_token"] = vendors.make_share(
        tree=objects["tree"],
        by=owner,
        at=timezone.now(),  # it must live while the test looks
    )
    cycle = reviews.make_cycle(tree=objects["tree"], by=owner, engagement=engagement)
    idle = reviews.make_cycle(tree=objects["tree"], by=owner, name="止める予定")
    review = reviews.make_review(cycle=cycle, by=owner)
    action = reviews.make_action(review=review, by=owner, due_on=date(2026, 5, 1))
    reminder = Reminder.objects.create(
        kind=Reminder.Kind.ACTION_DUE,
        subject_id=action.pk,
        due_on=action.due_on,
        recipient_id=str(owner.user_id),
        organization_id=str(owner.organization_id),
        text="アクションの期限です",
        url="/reviews/actions/",
        created_at=NOW,
    )
    objects |= {
        "engagement": engagement,
        "proposed": proposed,
        "agreement": engagement.agreements.latest("version"),
        "share": share,
        "cycle": cycle,
        "idle_cycle": idle,
        "review": review,
        "agenda_item": review.agenda_items.first(),
        "action": action,
        "reminder": reminder,
    }

"""The directory: who may write into it, and how a vendor is found without being listed."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Organization
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.queries.responsible import choices_for
from tests.factories import accounts
from tests.factories.vendors import make_vendor
from tests.integration.vendors.conftest import Stage
from vendors.models import Vendor
from vendors.operations import directory as operations


def test_the_owners_exact_address_finds_the_vendor(stage: Stage) -> None:
    address = accounts.user_of(stage.rival).email

    entry = operations.add_vendor(
        client=stage.client,
        name="呼び名",
        contact_email=address.upper(),
        by=stage.owner,
        at=accounts.NOW,
    )

    assert entry.organization_id == stage.rival.organization_id
    assert not Invitation.objects.filter(organization=entry.organization).exists()


def test_an_address_that_owns_no_vendor_invites_a_new_one(stage: Stage) -> None:
    before = Organization.objects.count()
    address = accounts.user_of(stage.stranger).email  # owns a client, which nobody must learn

    entry = operations.add_vendor(
        client=stage.client,
        name="新しい会社",
        contact_email=address,
        by=stage.owner,
        at=accounts.NOW,
    )

    assert Organization.objects.count() == before + 1
    assert entry.organization.name == "新しい会社"
    assert Invitation.objects.filter(organization=entry.organization, email=address).exists()


def test_a_registration_number_that_somebody_claims_finds_nobody(stage: Stage) -> None:
    Organization.objects.filter(pk=str(stage.rival.organization_id)).update(
        registration_number="T7120001168421"
    )

    entry = operations.add_vendor(
        client=stage.client,
        name="呼び名",
        contact_email="other@example.jp",
        by=stage.owner,
        at=accounts.NOW,
    )

    assert entry.organization_id != stage.rival.organization_id


def test_the_same_vendor_stands_in_the_directory_once(stage: Stage) -> None:
    with pytest.raises(Denied, match="すでに名簿に"):
        make_vendor(client=stage.client, by=stage.owner, organization=stage.vendor_organization)

    make_vendor(client=stage.client, by=stage.owner, contact_email="new@example.jp")
    with pytest.raises(Denied, match="すでに名簿に"):
        make_vendor(client=stage.client, by=stage.owner, contact_email="New@example.jp")


@pytest.mark.parametrize("who", ["viewer", "vendor", "stranger"])
def test_others_may_not_add_vendors(stage: Stage, who: str) -> None:
    with pytest.raises(Denied):
        make_vendor(client=stage.client, by=getattr(stage, who))


def test_a_stale_edit_is_refused_and_changes_nothing(stage: Stage) -> None:
    vendor = Vendor.objects.get(client=stage.client)

    def edit(by: Actor, notes: str) -> None:
        operations.edit_vendor(
            vendor=vendor,
            version=1,
            contact_name="",
            contact_email="a@example.jp",
            outsourcing_types=[],
            aliases=["北斗"],
            notes=notes,
            by=by,
            at=accounts.NOW,
        )

    edit(stage.owner, "最初")
    with pytest.raises(Denied) as refused:
        edit(stage.advisor, "後から")

    assert refused.value.refusal.status == 409
    vendor.refresh_from_db()
    assert (vendor.notes, vendor.version) == ("最初", 2)


def test_adding_leaves_one_event_of_this_floor(stage: Stage) -> None:
    make_vendor(client=stage.client, by=stage.owner, contact_email="new@example.jp")

    events = AuditEvent.objects.filter(event="vendors.vendor_added").order_by("-at")
    assert events.count() == 2  # the stage's vendor, and this one
    assert events[0].organization_id == stage.client.pk


def test_the_page_adds_a_vendor_and_says_nothing_about_others(stage: Stage, client: Client) -> None:
    client.force_login(accounts.user_of(stage.owner))

    page = client.get(reverse("vendors:vendor-add"))
    answer = client.post(
        reverse("vendors:vendor-add"),
        {
            "client": stage.client.pk,
            "name": "新会社",
            "contact_email": "boss@example.jp",
            "aliases": "シンガイシャ\n\nシンガイシャ\nＳＧ",
            "outsourcing_types": ["creative"],
        },
    )

    assert "南風企画" not in page.content.decode()
    entry = Vendor.objects.get(contact_email="boss@example.jp")
    assert answer["Location"] == reverse("vendors:vendor-detail", kwargs={"pk": entry.pk})
    assert entry.aliases == ["シンガイシャ", "ＳＧ"]


def test_the_list_searches_and_filters(stage: Stage, client: Client) -> None:
    client.force_login(accounts.user_of(stage.viewer))
    address = reverse("vendors:vendor-list")

    assert "北斗広告" in client.get(address).content.decode()
    assert "北斗広告" in client.get(address, {"q": "北斗"}).content.decode()
    assert "北斗広告" not in client.get(address, {"q": "無い"}).content.decode()
    assert "北斗広告" in client.get(address, {"type": "marketing"}).content.decode()
    assert "北斗広告" not in client.get(address, {"type": "creative"}).content.decode()


def test_a_vendor_has_no_directory(stage: Stage, client: Client) -> None:
    client.force_login(accounts.user_of(stage.vendor))
    entry = Vendor.objects.get(client=stage.client)

    assert client.get(reverse("vendors:vendor-list")).status_code == 404
    assert client.get(reverse("vendors:vendor-detail", args=[entry.pk])).status_code == 404


def test_the_tree_may_name_only_vendors_of_the_directory(stage: Stage) -> None:
    assert [one.name for one in choices_for(stage.client.pk)] == ["北斗広告"]

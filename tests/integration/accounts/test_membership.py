"""Invitations, roles and advisors: what a person may become, and when it ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import models, operations
from accounts.models import AdvisoryAssignment, Membership, Organization
from accounts.queries import actor_for
from core.domain.organizations import OrganizationKind, Role
from core.domain.refusals import Denied
from core.models import AuditEvent, OutboxMessage
from core.tenancy import Actor
from core.tokens import hash_of
from tests.factories.accounts import (
    NOW,
    assign_advisor,
    make_actor,
    make_organization,
    make_user,
    refreshed,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organization:
    return make_organization()


@pytest.fixture
def owner(company: Organization) -> Actor:
    return make_actor(organization=company)


def invite(company: Organization, owner: Actor, email: str) -> models.Invitation:
    return operations.invite_member(
        organization=company, email=email, role=models.Role.EDITOR, by=owner, at=NOW
    )


def accept(invitation: models.Invitation, user: models.User, days: int = 1) -> Membership:
    actor = Actor(user_id=user.pk, user_label=str(user))
    return operations.accept_invitation(
        invitation=invitation, user=user, by=actor, at=NOW + timedelta(days=days)
    )


def test_an_invitation_is_used_once(company: Organization, owner: Actor) -> None:
    user = make_user(email="new@example.jp")
    invitation = invite(company, owner, "new@example.jp")

    membership = accept(invitation, user)

    assert membership.role == Role.EDITOR
    with pytest.raises(Denied):
        accept(invitation, user)


def test_an_invitation_is_for_its_address(company: Organization, owner: Actor) -> None:
    invitation = invite(company, owner, "new@example.jp")

    with pytest.raises(Denied, match="別のメールアドレス"):
        accept(invitation, make_user(email="other@example.jp"))


def test_an_invitation_expires_and_can_be_revoked(company: Organization, owner: Actor) -> None:
    user = make_user(email="new@example.jp")
    late = invite(company, owner, "new@example.jp")
    with pytest.raises(Denied):
        accept(late, user, days=operations.INVITATION_DAYS + 1)

    revoked = invite(company, owner, "new@example.jp")
    operations.revoke_invitation(invitation=revoked, by=owner, at=NOW)

    with pytest.raises(Denied):
        accept(revoked, user)
    assert not Membership.objects.filter(user=user).exists()


def test_only_the_hash_of_a_token_is_kept(company: Organization, owner: Actor) -> None:
    invitation = invite(company, owner, "new@example.jp")
    mail = OutboxMessage.objects.get(recipient="new@example.jp")
    token = mail.payload["context"]["path"].split("/")[-2]

    assert invitation.token_hash != token
    assert invitation.token_hash == hash_of(token)
    response = Client().get(mail.payload["context"]["path"])
    assert response.status_code == 302
    assert token not in response["Location"]
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_nobody_but_an_owner_gives_roles(company: Organization, owner: Actor, role: Role) -> None:
    member = make_actor(organization=company, role=role)
    browser = Client()
    browser.force_login(user_of(member))
    own = Membership.objects.get(user_id=str(member.user_id))

    response = browser.post(
        reverse("accounts:membership-role", args=[own.pk]), {"role": Role.OWNER.value}
    )

    assert response.status_code == 403
    own.refresh_from_db()
    assert own.role == role


def test_the_last_owner_stays(company: Organization, owner: Actor) -> None:
    membership = Membership.objects.get(user_id=str(owner.user_id))

    with pytest.raises(Denied, match="管理者が一人も"):
        operations.change_role(membership=membership, role=models.Role.VIEWER, by=owner, at=NOW)
    with pytest.raises(Denied):
        operations.remove_member(membership=membership, by=owner, at=NOW)


def test_a_withdrawn_firm_has_no_rights_at_its_next_request(
    company: Organization, owner: Actor
) -> None:
    firm = make_organization(kind=OrganizationKind.ADVISORY)
    advisor = make_actor(organization=firm)
    assignment = assign_advisor(client=company, firm=firm, by=owner)
    assert refreshed(advisor).client_ids == {company.pk}

    operations.withdraw_advisor(assignment=assignment, by=owner, at=NOW)

    assert refreshed(advisor).client_ids == frozenset()
    assert AdvisoryAssignment.objects.active().count() == 0


def test_nobody_acts_for_an_organization_of_others(company: Organization) -> None:
    stranger = make_user()
    own = make_organization(owner=stranger)

    assert actor_for(stranger, company.pk).organization_id == own.pk
    browser = Client()
    browser.force_login(stranger)
    response = browser.post(
        reverse("accounts:organization-switch"), {"organization": str(company.pk)}
    )
    assert response.status_code == 404


def test_switching_goes_nowhere_else(company: Organization, owner: Actor) -> None:
    browser = Client()
    browser.force_login(user_of(owner))

    response = browser.post(
        reverse("accounts:organization-switch"),
        {"organization": str(company.pk), "next": "https://elsewhere.example/"},
    )

    assert response.status_code == 302
    assert "elsewhere" not in response["Location"]


def test_each_operation_leaves_one_event(company: Organization, owner: Actor) -> None:
    before = AuditEvent.objects.count()

    invite(company, owner, "new@example.jp")

    assert AuditEvent.objects.count() == before + 1


def test_sending_the_form_again_founds_no_twin() -> None:
    person = make_user()
    browser = Client()
    browser.force_login(person)
    form = {
        "name": "テスト商会",
        "kind": "client",
        "fiscal_year_first_month": "4",
        "tax_rounding": "floor",
        "registration_number": "Ｔ１２３４-５６７８９０１２３",
    }
    browser.post(reverse("accounts:organization-create"), form)

    again = browser.post(reverse("accounts:organization-create"), form)

    assert again.status_code == 422
    assert "すでに登録しています" in again.content.decode()
    founded = Organization.objects.get(name="テスト商会")
    assert founded.registration_number == "T1234567890123"
    browser.post(reverse("accounts:organization-create"), {**form, "kind": "vendor"})
    assert Organization.objects.filter(name="テスト商会").count() == 2

"""The database knows who acts, for one transaction at a time."""

from uuid import uuid4

import pytest
from django.db import connection

from core import tenancy
from core.domain.organizations import OrganizationKind
from core.tenancy import system_actor


def current_organizations() -> str:
    """Read what the policies would see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.organization_ids', true), '')")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_acting_restores_the_outer_setting() -> None:
    outer, inner = uuid4(), uuid4()
    actors = [
        system_actor(organization_id=one, organization_name="x", kind=OrganizationKind.CLIENT)
        for one in (outer, inner)
    ]

    with tenancy.acting(actors[0]):
        with tenancy.acting(actors[1]):
            assert current_organizations() == str(inner)
        assert current_organizations() == str(outer)
    assert current_organizations() == ""


def test_the_setting_is_gone_after_the_transaction(committed_db: dict[str, str]) -> None:
    actor = system_actor(
        organization_id=uuid4(), organization_name="x", kind=OrganizationKind.CLIENT
    )

    with tenancy.acting(actor):
        assert current_organizations() == str(actor.organization_id)

    assert current_organizations() == ""

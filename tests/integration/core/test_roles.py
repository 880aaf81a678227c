"""The site refuses to serve with a role that row-level security does not bind."""

import pytest
from django.db import connections

from core import checks

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_the_application_role_is_fine() -> None:
    assert checks.application_role(None, ["default"]) == []
    assert checks.application_role(None, None) == []


def test_the_owner_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connections", {"default": connections["owner"]})

    (error,) = checks.application_role(None, ["default"])

    assert error.id == "core.E001"
    assert "DATABASE_OWNER_URL" in str(error.hint)


def test_the_application_role_owns_nothing_and_cannot_change_the_schema() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " WHERE r.rolname = current_user"
        )
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        assert cursor.fetchone()[0] is False

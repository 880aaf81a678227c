"""Refuse to serve with a database role that could read past the row-level policies."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

ROLE_QUERY = """
    SELECT r.rolsuper OR r.rolbypassrls,
           EXISTS (SELECT 1 FROM pg_class c WHERE pg_has_role(r.oid, c.relowner, 'USAGE')
                   AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace)
    FROM pg_roles r WHERE r.rolname = current_user
"""


@register(Tags.database)
def application_role(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """The site's role must not be superuser, bypass row-level security or own a table.

    A member of the owning role counts as an owner: it may do all that the owner may.
    """
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(ROLE_QUERY)
        bypasses, owns = cursor.fetchone()
    if not bypasses and not owns:
        return []
    return [
        Error(
            "DATABASE_URL connects as a role that row-level security does not bind.",
            hint="Use the application role there; give the owner's address as DATABASE_OWNER_URL.",
            id="core.E001",
        )
    ]

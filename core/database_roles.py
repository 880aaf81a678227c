"""What the application role may do: read and write rows, never own a table, never rewrite history."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections
from psycopg2 import sql

OWNER = "owner"


def append_only_tables() -> list[str]:
    """Return the tables whose model says `append_only = True`: rows are added, never changed."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    )


def grant(sender: AppConfig, using: str, **_: Any) -> None:
    """Give the application role its rights once all tables of the last app are there."""
    if using != OWNER or sender.name != "core":
        return
    role = sql.Identifier(settings.DATABASES["default"]["USER"])
    statements = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role=role))
        for table in append_only_tables():
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}").format(
                    table=sql.Identifier(table), role=role
                )
            )

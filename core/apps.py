"""Wiring of the ground floor."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """The ground floor."""

    name = "core"
    verbose_name = "基盤"

    def ready(self) -> None:
        """Grant the application role its rights after each migration, and register the checks."""
        from core import checks, database_roles  # noqa: F401 - needs the app registry

        post_migrate.connect(database_roles.grant, dispatch_uid="core.database_roles")

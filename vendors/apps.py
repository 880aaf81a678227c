"""Wiring of vendors."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """The vendors floor."""

    name = "vendors"
    verbose_name = "外注先"

    def ready(self) -> None:
        """Tell the KPI floor which organizations a client may name as responsible."""
        from kpis.queries import responsible
        from vendors.queries import directory

        responsible.register_source(directory.organizations_of)

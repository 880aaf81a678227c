"""Wiring of vendors."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """The vendors floor."""

    name = "vendors"
    verbose_name = "外注先"

    def ready(self) -> None:
        """Tell the KPI floor what it cannot know: a client's vendors, and how long orders run."""
        from kpis.queries import lint, responsible
        from vendors.queries import directory, engagements

        responsible.register_source(directory.organizations_of)
        lint.register_length(engagements.longest_months)

"""Wiring of vendors."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """The vendors floor."""

    name = "vendors"
    verbose_name = "外注先"

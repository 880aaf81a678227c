"""Wiring of kpis."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """The kpis floor."""

    name = "kpis"
    verbose_name = "KPI"

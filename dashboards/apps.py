"""Wiring of dashboards."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The dashboards floor."""

    name = "dashboards"
    verbose_name = "ダッシュボード"

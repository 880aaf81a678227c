"""Wiring of quotes."""

from django.apps import AppConfig


class QuotesConfig(AppConfig):
    """The quotes floor."""

    name = "quotes"
    verbose_name = "見積"

"""Wiring of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organizations."""

    name = "accounts"
    verbose_name = "組織と利用者"

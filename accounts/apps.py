"""Wiring of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organizations."""

    name = "accounts"
    verbose_name = "組織と利用者"

    def ready(self) -> None:
        """Let the API description know how programs sign in."""
        from accounts import api_scheme  # noqa: F401 - needs the app registry

"""`manage.py demo_logins`: print who can sign in to the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from dashboards.demo.people import LOGINS


class Command(BaseCommand):
    """Print the demo's logins, if the demo is loaded."""

    help = "Prints the logins of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per login."""
        known = set(User.objects.values_list("email", flat=True))
        for login in LOGINS:
            if login.email in known:
                self.stdout.write(f"  {login.role}: {login.email} / {login.password}")

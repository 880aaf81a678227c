"""`manage.py load_library`: bring the KPI library to what the data files say."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.tenancy import ANONYMOUS
from kpis.operations.library import load_library


class Command(BaseCommand):
    """Load the standard library; safe to repeat."""

    help = "Loads the KPI definitions and benchmarks of the standard library."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much changed."""
        changed = load_library(by=ANONYMOUS, at=timezone.now())
        self.stdout.write(f"The KPI library is loaded: {changed} definitions changed.")

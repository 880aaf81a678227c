"""`manage.py load_demo`: fill an empty site with the demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboards.demo import loader


class Command(BaseCommand):
    """Load the demo into an empty site."""

    help = "Loads the demo: real public deliveries with a quote round, and a marketing example."

    def add_arguments(self, parser: CommandParser) -> None:
        """Allow to do nothing when the site is in use."""
        parser.add_argument("--if-empty", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say why not."""
        if loader.is_empty():
            loader.load(at=timezone.now())
            self.stdout.write("The demo is loaded.")
        elif not options["if_empty"]:
            raise CommandError("This site is in use; the demo needs an empty one (make reset).")

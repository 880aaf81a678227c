"""`manage.py lint_tree <id>`: check the design of a KPI tree on the command line."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.queries import system_actor_of
from core import tenancy
from kpis.domain.lint.engine import as_json
from kpis.models import Tree
from kpis.queries.lint import lint_report


class Command(BaseCommand):
    """Print what the rules find; ends with an error when there are errors in the design."""

    help = "Checks the design of a KPI tree; the exit status is 1 when there are errors."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which tree, how strictly, for whom."""
        parser.add_argument("tree", help="the id of the tree, as in its address")
        parser.add_argument("--sign-off", action="store_true", help="as strictly as at sign-off")
        parser.add_argument("--json", action="store_true", help="for other programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and fail when something stands in the way of signing."""
        try:
            tree = Tree.objects.select_related("client").get(pk=options["tree"])
        except (Tree.DoesNotExist, ValidationError) as error:
            raise CommandError(f"There is no tree {options['tree']}.") from error
        with tenancy.acting(system_actor_of(tree.client)):
            today = timezone.localtime(timezone.now(), tree.client.zone).date()
            report = lint_report(tree, today, at_sign_off=options["sign_off"])
        if options["json"]:
            self.stdout.write(
                json.dumps([as_json(one.finding) for one in report.active], ensure_ascii=False)
            )
        else:
            for one in report.active:
                self.stdout.write(f"{one.severity:8}{one.code:16}{one.message}")
        if report.errors:
            raise CommandError(f"{report.errors} errors.", returncode=1)

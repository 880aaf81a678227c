"""Wiring of kpis."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """The kpis floor."""

    name = "kpis"
    verbose_name = "KPI"

    def ready(self) -> None:
        """Name the jobs that the outbox may do for this floor."""
        from core import outbox
        from kpis import tasks

        outbox.register("kpis.recompute", tasks.recompute_scorecards, atomic=False)

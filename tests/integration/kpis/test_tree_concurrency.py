"""Two people, two connections, one version: exactly one command is done."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from core import tenancy
from core.tenancy import Actor
from kpis.models import Tree, TreeCommand
from kpis.operations import tree_commands as commands
from kpis.operations import trees
from kpis.policies.trees import StaleEdit
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, make_actor, make_organization

WRITERS = 6


def together(jobs: list[Callable[[], Any]]) -> list[object]:
    """Run the jobs in threads that start at the same moment; return results or exceptions."""
    start = threading.Barrier(len(jobs))
    results: list[object] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def make_shared_tree() -> tuple[Tree, Actor]:
    owner = make_actor(organization=make_organization())
    (client_id,) = owner.client_ids
    with tenancy.acting(owner):
        tree = trees.create_tree(
            client_id=client_id, name="共有", kgi={"name": "新規顧客数"}, by=owner, at=NOW
        )
    return tree, owner


def test_of_commands_on_the_same_version_one_is_done(committed_db: dict[str, str]) -> None:
    tree, owner = make_shared_tree()
    goal = goal_of(tree)

    def add(name: str) -> Callable[[], Any]:
        def job() -> Any:
            with tenancy.acting(owner):
                return commands.add_kpi(
                    tree=tree,
                    version=1,
                    parent_id=goal.pk,
                    fields={"name": name},
                    by=owner,
                    at=NOW,
                )

        return job

    results = together([add(f"KPI {number}") for number in range(WRITERS)])

    assert sum(isinstance(one, StaleEdit) for one in results) == WRITERS - 1
    assert TreeCommand.objects.filter(tree=tree).count() == 1
    assert tree.kpis.exclude(parent=None).count() == 1
    tree.refresh_from_db()
    assert tree.version == 2


def test_an_undo_is_done_once_however_often_it_is_asked_for(committed_db: dict[str, str]) -> None:
    tree, owner = make_shared_tree()
    with tenancy.acting(owner):
        commands.add_kpi(
            tree=tree, version=1, parent_id=goal_of(tree).pk, fields={"name": "a"}, by=owner, at=NOW
        )

    def job() -> Any:
        with tenancy.acting(owner):
            return commands.undo(tree=tree, version=2, by=owner, at=NOW)

    results = together([job, job])

    assert sum(isinstance(one, StaleEdit) for one in results) == 1
    assert tree.kpis.living().count() == 1

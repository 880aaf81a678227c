"""Objectives: measured once, alive while a KPI is missed, closed with reason and lessons."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import KPI, CheckIn, Objective, Score, Tree
from kpis.models.objectives import Confidence, ObjectiveStatus
from kpis.operations import objectives as operations
from kpis.operations.tree_commands import delete_kpi
from kpis.queries.objectives import KeyResultDraft, ObjectiveRow, with_progress
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import compute_scorecards, make_measurement, make_target
from tests.factories.objectives import ENDS, STARTS, key_result, make_objective
from tests.integration.kpis.conftest import named

MARCH = date(2026, 3, 1)


@pytest.fixture
def cost(tree: Tree) -> KPI:
    return named(tree, "獲得単価")


@pytest.fixture
def objective(tree: Tree, owner: Actor, cost: KPI) -> Objective:
    return make_objective(tree=tree, by=owner, key_results=[key_result(cost, 200, 0)])


def row_of(objective: Objective) -> ObjectiveRow:
    objective.refresh_from_db()
    (row,) = with_progress([objective])
    return row


def refused(code: str) -> "pytest.RaisesExc[Denied]":
    return pytest.raises(Denied, check=lambda denied: denied.refusal.code == code)


def measure(tree: Tree, kpi: KPI, owner: Actor, value: int) -> None:
    make_measurement(kpi=kpi, by=owner, period_start=MARCH, value=value)
    compute_scorecards(tree=tree, by=owner)


def test_progress_comes_from_the_kpi_alone(
    tree: Tree, owner: Actor, cost: KPI, objective: Objective
) -> None:
    assert row_of(objective).key_results[0].progress is None

    measure(tree, cost, owner, 100)

    reached = row_of(objective).key_results[0]
    assert (reached.actual, reached.progress, reached.month) == (Decimal(100), Decimal(50), MARCH)


def test_one_kpi_serves_several_objectives(tree: Tree, owner: Actor, cost: KPI) -> None:
    measure(tree, cost, owner, 100)
    found = [
        make_objective(tree=tree, by=owner, title=title, key_results=[key_result(cost, start, 0)])
        for title, start in (("一つ目", 200), ("二つ目", 400))
    ]

    assert [row_of(one).key_results[0].progress for one in found] == [50, 75]


def test_a_missed_kpi_is_shown_and_changes_nothing(
    tree: Tree, owner: Actor, cost: KPI, objective: Objective
) -> None:
    make_target(kpi=cost, by=owner, value=200, worst=100)
    measure(tree, cost, owner, 100)

    row = row_of(objective)
    assert row.key_results[0].score is not None
    assert row.key_results[0].score.status == "missed"
    assert row.is_alive_but_missed
    assert row.objective.status == ObjectiveStatus.ACTIVE


def test_scores_are_the_same_with_and_without_an_objective(
    tree: Tree, owner: Actor, cost: KPI
) -> None:
    make_target(kpi=cost, by=owner, value=200, worst=100)
    measure(tree, cost, owner, 150)
    before = list(Score.objects.order_by("kpi_id").values("kpi_id", "value", "score", "status"))
    make_objective(tree=tree, by=owner, key_results=[key_result(cost)])
    measure(tree, named(tree, "商談"), owner, 7)

    after = Score.objects.order_by("kpi_id").values("kpi_id", "value", "score", "status")
    kept = {named(tree, "商談").pk}
    assert [one for one in after if one["kpi_id"] not in kept] == [
        one for one in before if one["kpi_id"] not in kept
    ]


def test_a_key_result_without_a_kpi_says_what_to_do_first(tree: Tree, owner: Actor) -> None:
    with refused("kpis.key_result_without_kpi") as denied:
        make_objective(tree=tree, by=owner, key_results=[key_result(None)])
    assert "先にKPIを追加" in str(denied.value.refusal.reason)


@pytest.mark.parametrize(
    ("start", "target", "twice", "code"),
    [(80, 80, False, "kpis.no_distance"), (80, 90, True, "kpis.key_result_twice")],
)
def test_key_results_that_mean_nothing_are_refused(
    tree: Tree, owner: Actor, cost: KPI, start: int, target: int, twice: bool, code: str
) -> None:
    wanted: list[KeyResultDraft] = [key_result(cost, start, target)] * (2 if twice else 1)

    with refused(code):
        make_objective(tree=tree, by=owner, key_results=wanted)


def test_the_same_objective_is_written_once(
    tree: Tree, owner: Actor, cost: KPI, objective: Objective
) -> None:
    with refused("kpis.objective_twice"):
        make_objective(tree=tree, by=owner, key_results=[key_result(cost)])


def test_a_deleted_kpi_stays_named(
    tree: Tree, owner: Actor, cost: KPI, objective: Objective, client: Client
) -> None:
    tree.refresh_from_db()
    delete_kpi(kpi=cost, version=tree.version, by=owner, at=NOW)
    client.force_login(user_of(owner))

    page = client.get(reverse("kpis:objective-detail", args=[objective.pk]))

    assert "KPIが削除されました" in page.content.decode()


def test_check_ins_are_kept(owner: Actor, objective: Objective) -> None:
    for days, confidence in ((2, Confidence.HIGH), (1, Confidence.LOW)):
        operations.check_in(
            objective=objective,
            on=NOW.date() - timedelta(days=days),
            confidence=confidence,
            note="数字の動きから",
            by=owner,
            at=NOW,
        )

    newest = row_of(objective).check_in
    assert newest is not None
    assert newest.confidence == Confidence.LOW
    assert CheckIn.objects.filter(objective=objective).count() == 2


def test_nobody_checks_in_for_tomorrow(owner: Actor, objective: Objective) -> None:
    with refused("kpis.future"):
        operations.check_in(
            objective=objective,
            on=NOW.date() + timedelta(days=2),
            confidence=Confidence.HIGH,
            note="明日も",
            by=owner,
            at=NOW,
        )


def close(objective: Objective, outcome: ObjectiveStatus, *, by: Actor) -> Objective:
    objective.refresh_from_db()
    return operations.close_objective(
        objective=objective,
        version=objective.version,
        outcome=outcome,
        reason="市場が変わったため",
        lessons="早めに数字を見る",
        by=by,
        at=NOW,
    )


def test_what_was_carried_on_is_alive_and_can_be_achieved(
    owner: Actor, objective: Objective
) -> None:
    assert close(objective, ObjectiveStatus.CONTINUED, by=owner).is_alive
    assert not close(objective, ObjectiveStatus.ACHIEVED, by=owner).is_alive

    outcomes = objective.check_ins.order_by("created_at", "pk").values_list("outcome", "lessons")
    assert set(outcomes) == {("continued", "早めに数字を見る"), ("achieved", "早めに数字を見る")}


def test_what_is_over_stays_as_it_is(owner: Actor, objective: Objective) -> None:
    close(objective, ObjectiveStatus.DROPPED, by=owner)

    with refused("kpis.objective_closed"):
        close(objective, ObjectiveStatus.ACHIEVED, by=owner)


def test_a_viewer_writes_nothing(tree: Tree, viewer: Actor, cost: KPI) -> None:
    with refused("kpis.viewer"):
        make_objective(tree=tree, by=viewer, key_results=[key_result(cost)])


def test_an_older_form_does_not_overwrite(owner: Actor, cost: KPI, objective: Objective) -> None:
    with refused("kpis.form_stale"):
        operations.update_objective(
            objective=objective,
            version=objective.version - 1,
            title="別の名前",
            description="",
            starts_on=STARTS,
            ends_on=ENDS,
            owner="田中",
            key_results=[key_result(cost)],
            by=owner,
            at=NOW,
        )


def typed(kpi: KPI | None) -> dict[str, str]:
    return {
        "title": "早く応える",
        "description": "",
        "starts_on": "2026-04-01",
        "ends_on": "2026-10-01",
        "owner": "佐藤",
        "version": "0",
        "kr0-kpi": str(kpi.pk) if kpi else "",
        "kr0-start_value": "200",
        "kr0-target_value": "100",
        "kr0-due_on": "2026-10-01",
    }


def test_the_form_makes_an_objective(tree: Tree, owner: Actor, cost: KPI, client: Client) -> None:
    client.force_login(user_of(owner))

    answer = client.post(reverse("kpis:objective-create", args=[tree.pk]), typed(cost))

    made = Objective.objects.get(title="早く応える")
    assert answer["Location"] == reverse("kpis:objective-detail", args=[made.pk])
    assert [one.kpi for one in made.key_results.all()] == [cost]


def test_the_form_offers_to_make_the_kpi_first(tree: Tree, owner: Actor, client: Client) -> None:
    client.force_login(user_of(owner))

    answer = client.post(reverse("kpis:objective-create", args=[tree.pk]), typed(None))

    assert answer.status_code == 422
    assert "まだないときは、先にツリーに追加してください" in answer.content.decode()


def test_the_api_goes_through_the_life_of_an_objective(
    tree: Tree, owner: Actor, cost: KPI, client: Client
) -> None:
    client.force_login(user_of(owner))
    wanted = {
        "title": "早く応える",
        "starts_on": "2026-01-01",
        "ends_on": "2026-10-01",
        "owner": "佐藤",
        "key_results": [
            {
                "kpi": str(cost.pk),
                "start_value": "200",
                "target_value": "0",
                "due_on": "2026-10-01",
            }
        ],
    }

    def send(
        name: str, pk: object, body: object, method: str = "post"
    ) -> tuple[int, dict[str, object]]:
        address = reverse(f"kpis-api:{name}", args=[pk])
        answer = getattr(client, method)(address, body, content_type="application/json")
        return answer.status_code, answer.json()

    status, made = send("objective-list", tree.pk, wanted)
    assert (status, made["status"], made["standing"]) == (201, "draft", "draft")
    pk = made["id"]
    assert send("objective-activate", pk, {"version": 1})[1]["status"] == "active"
    said = {"on": "2026-01-05", "confidence": "high", "note": "順調"}
    assert send("objective-check-in", pk, said)[1]["confidence"] == "high"
    assert send("objective-detail", pk, {**wanted, "version": 1}, "put")[0] == 409
    over = {"version": 2, "outcome": "achieved", "reason": "届いた", "lessons": "続ける"}
    assert send("objective-close", pk, over)[1]["status"] == "achieved"
    listed = client.get(reverse("kpis-api:objective-list", args=[tree.pk])).json()
    assert [one["id"] for one in listed["results"]] == [pk]

"""The guided start: five questions, left and taken up again, and a tree that an expert would sign."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import KPI, GuidedStart, Tree
from kpis.operations import guided as operations
from kpis.queries.guided import goal_kinds
from kpis.queries.lint import lint_report
from kpis.queries.planting import PlannedKPI
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import (
    client_of,
    compute_scorecards,
    make_guided_start,
    make_kpi,
    make_measurement,
)

TYPES = ("creative", "development", "marketing", "support")
PHASES = ("initial", "improvement", "growth")
GOAL = {
    "name": "問い合わせを増やす",
    "goal_name": "問い合わせの件数",
    "definition": "その月に受け付けた問い合わせの件数",
    "unit": "count",
    "direction": "higher",
    "baseline": "200",
    "target": "２５０",
    "worst": "",
    "valid_from": "2026-04-01",
    "deadline_on": "2099-03-31",
    "rationale_kind": "history",
    "rationale": "昨年度の月平均200件の25%増",
}


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def page(start: GuidedStart, step: int) -> str:
    return reverse("kpis:guided-step", args=[start.pk, step])


def proposed(form: Any) -> dict[str, Any]:
    """Return what a browser would send for a form that nobody touched."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False, "")}


def answer(client: Client, start: GuidedStart, step: int, go: str = "next", **typed: Any) -> Any:
    """Send a step as it is proposed, with what is typed over it."""
    shown = client.get(page(start, step))
    data = {**proposed(shown.context["form"]), **typed, "go": go}
    return client.post(page(start, step), {key: one for key, one in data.items() if one != ""})


def answered_to(client: Client, start: GuidedStart, step: int, **shown: Any) -> None:
    """Answer all questions before this one, most as proposed."""
    answer(client, start, 1, **GOAL)
    if shown:
        answer(client, start, 2)
        answer(client, start, 3, go="show", **shown)
    for between in range(2, step):
        answer(client, start, between)


def missing_targets(form: Any) -> Mapping[str, str]:
    """Type a target with a reason for every KPI that the library has none for."""
    typed = {}
    for row in form.rows():
        for number in row.numbers:
            if number.value() in (None, ""):
                typed[number.html_name] = "10"
        if not row.reason.value():
            typed[row.reason.html_name] = "外注先との協議で合意"
    return typed


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("phase", PHASES)
def test_every_type_and_phase_ends_in_a_clean_design(type_: str, phase: str, owner: Actor) -> None:
    start, client = make_guided_start(by=owner, kind="inquiries"), browser(owner)
    answered_to(client, start, 4, type=type_, phase=phase)
    form = client.get(page(start, 4)).context["form"]
    answer(client, start, 4, **missing_targets(form))

    done = answer(client, start, 5, client_owner="マーケティング部")

    assert done["Location"] == reverse("kpis:guided-done", args=[start.pk])
    tree = Tree.objects.get(guided_start=start)
    assert 8 <= tree.kpis.count() <= 13
    assert [one.message for one in lint_report(tree, date(2026, 4, 1)).active] == []
    assert "指摘はありません" in client.get(done["Location"]).content.decode()


@pytest.mark.parametrize("kind", [one.code for one in goal_kinds()])
def test_every_kind_of_goal_leaves_only_what_people_must_know(kind: str, owner: Actor) -> None:
    start, client = make_guided_start(by=owner, kind=kind), browser(owner)
    direction = "lower" if kind == "cost" else "higher"
    answer(client, start, 1, **{**GOAL, "direction": direction, "baseline": ""})
    answered = [answer(client, start, step) for step in (2, 3, 4)]
    answer(client, start, 5, client_owner="担当部署")

    assert [one.status_code for one in answered] == [302, 302, 302]
    tree = Tree.objects.get(guided_start=start)
    assert {one.code for one in lint_report(tree, date(2026, 4, 1)).active} <= {"SMART-A"}


def test_the_tree_is_what_was_answered(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answer(client, start, 1, **GOAL)
    answer(client, start, 2, name_inquiries="資料請求を増やす", own_1="紹介を増やす")
    answer(client, start, 3, kpis=["ctr", "cvr", "csat"], place_csat="own_1")
    answer(client, start, 4, value_ctr="1.8", reason_ctr="昨年の平均1.5%から", kind_ctr="history")
    answer(client, start, 5, client_owner="広報部", owner_cvr="営業部", vendor_label="広告の外注先")

    tree = Tree.objects.get(guided_start=start)
    goal = goal_of(tree)
    assert (tree.name, goal.name, goal.baseline) == ("問い合わせを増やす", "問い合わせの件数", 200)
    assert goal.targets.get().value == 250
    names = list(goal.children.order_by("position").values_list("name", flat=True))
    assert names == ["資料請求を増やす", "成約につなげる", "紹介を増やす"]
    csat = KPI.objects.get(tree=tree, key="csat")
    ctr = KPI.objects.get(tree=tree, key="ctr")
    assert csat.parent is not None
    assert csat.parent.name == "紹介を増やす"
    assert (ctr.targets.get().value, ctr.targets.get().rationale_kind) == (
        ctr.targets.model._meta.get_field("value").to_python("1.8"),
        "history",
    )
    assert (ctr.client_owner, ctr.responsible_label) == ("広報部", "広告の外注先")
    assert KPI.objects.get(tree=tree, key="cvr").client_owner == "営業部"


def test_finishing_twice_makes_one_tree(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 5)
    data = {**proposed(client.get(page(start, 5)).context["form"]), "client_owner": "広報部"}

    first = client.post(page(start, 5), data)
    second = client.post(page(start, 5), data)

    assert first["Location"] == second["Location"]
    assert Tree.objects.filter(guided_start=start).count() == Tree.objects.count() == 1


def test_two_windows_finish_the_same_start_once(owner: Actor) -> None:
    start = make_guided_start(by=owner)
    plan = [PlannedKPI({"name": "新規顧客数"})]

    made = [
        operations.finish_guided_start(start=start, name="一度だけ", plan=plan, by=owner, at=NOW)
        for _window in range(2)
    ]

    assert made[0] == made[1]
    assert Tree.objects.count() == 1


def test_going_back_loses_nothing_even_when_it_is_not_right_yet(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 4)

    back = answer(client, start, 4, go="back", value_ctr="たくさん")
    start.refresh_from_db()

    assert back["Location"] == page(start, 3)
    assert start.step == 3
    assert start.answers["4"]["value_ctr"] == ["たくさん"]
    assert "たくさん" in client.get(page(start, 4)).content.decode()


def test_one_leaves_and_resumes_from_the_list(owner: Actor, colleague: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 3)
    left = answer(client, start, 3, go="leave")

    listed = client.get(left["Location"]).content.decode()

    assert page(start, 3) in listed
    assert "問い合わせを増やす" in listed
    assert page(start, 3) not in browser(colleague).get(left["Location"]).content.decode()
    assert browser(colleague).get(page(start, 3)).status_code == 404


def test_what_no_database_can_store_is_left_out(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)

    kept = client.post(page(start, 1), {**GOAL, "name": "売\0上", "x\0": "1" * 9000, "go": "next"})
    start.refresh_from_db()

    assert kept["Location"] == page(start, 2)
    assert start.answers["1"]["name"] == ["売上"]
    assert len(start.answers["1"]["x"][0]) == 5000


def test_discarded_answers_are_gone(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)

    client.post(reverse("kpis:guided-discard", args=[start.pk]))
    start.refresh_from_db()

    assert start.discarded_at is not None
    assert client.get(page(start, 1)).status_code == 404
    with pytest.raises(Denied):
        operations.answer_step(start=start, step=1, typed={}, resume_at=1, by=owner, at=NOW)


def test_nobody_jumps_over_an_open_question(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)

    assert client.get(page(start, 4))["Location"] == page(start, 1)
    assert client.get(page(start, 6)).status_code == 404
    assert client.get(reverse("kpis:guided-done", args=[start.pk]))["Location"] == page(start, 1)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"target": "150"}, "現状より良い値"),
        ({"deadline_on": "2026-03-01"}, "適用開始日より後"),
        ({"worst": "300"}, "悪い側の値"),
        ({"rationale": ""}, "目標の根拠を入力してください。"),
    ],
)
def test_a_goal_that_cannot_be_reached_is_told_at_the_field(
    typed: dict[str, str], message: str, owner: Actor
) -> None:
    start, client = make_guided_start(by=owner), browser(owner)

    refused = client.post(page(start, 1), {**GOAL, **typed, "go": "next"})

    assert refused.status_code == 422
    assert message in refused.content.decode()


def test_one_kpi_is_too_few_and_a_lonely_choice_is_told(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 3)

    few = answer(client, start, 3, kpis=["ctr"])
    lonely = answer(client, start, 3, kpis=["ctr", "leads"])

    assert "2件から20件" in few.content.decode()
    assert "重みのあるKPIがない視点" in client.get(lonely["Location"]).content.decode()


def test_no_driver_at_all_is_refused(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 2)

    refused = client.post(page(start, 2), {"go": "next"})

    assert "要素を一つ以上" in refused.content.decode()


def test_a_target_is_placed_in_the_pasted_past(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 4)
    past = "52 47 53 49 50 55 48 51 46 54 50 45"

    def checked(target: str) -> str:
        typed = {"value_ctr": target, "reason_ctr": "協議", "past_ctr": past}
        return str(answer(client, start, 4, go="check", **typed).content.decode())

    assert "根拠が必要な目標です" in checked("64")
    assert "甘い目標です" in checked("45")
    text = checked("55")
    assert "無理のない目標です" in text
    assert "37.184%" in text
    assert "62.816%" in text
    unread = answer(client, start, 4, go="check", past_ctr="五十 47 48").content.decode()
    assert "読み取れない値があります：五十" in unread


def test_the_past_of_another_tree_is_found(owner: Actor, tree: Tree) -> None:
    kpi = make_kpi(
        tree=tree,
        by=owner,
        name="CTR（クリック率）",
        unit="percent",
        decimals=2,
        aggregation="ratio",
    )
    for month, clicks in ((1, 10), (2, 20), (3, 30)):
        make_measurement(
            kpi=kpi,
            by=owner,
            period_start=date(2026, month, 1),
            numerator=clicks,
            denominator=1000,
        )
    compute_scorecards(tree=tree, by=owner)
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 4)

    text = client.get(page(start, 4)).content.decode()

    assert f"「{tree.name}」の同じKPIの実績です。" in text
    assert "2.000%" in text


def test_benchmarks_stand_with_their_year_and_source_or_say_that_there_is_none(
    owner: Actor,
) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 4)

    text = client.get(page(start, 4)).content.decode()

    assert "公表された数値なし" in text
    assert 'rel="noopener noreferrer external"' in text


def test_the_page_before_says_what_comes_and_begins(owner: Actor, viewer: Actor) -> None:
    client, begin = browser(owner), reverse("kpis:guided-begin")

    made = client.post(begin, {"client": client_of(owner), "kind": "quality"})
    start = GuidedStart.objects.get()

    assert made["Location"] == page(start, 1)
    assert "手戻りなく検収した件数" in client.get(made["Location"]).content.decode()
    assert client.post(begin, {"client": client_of(owner), "kind": "x"}).status_code == 422
    assert browser(viewer).get(begin).status_code == 403


def test_the_wish_for_reviews_is_filled_in_on_the_floor_above(owner: Actor) -> None:
    start, client = make_guided_start(by=owner), browser(owner)
    answered_to(client, start, 5)
    done = answer(client, start, 5, client_owner="広報部", business_day="7")
    tree = Tree.objects.get(guided_start=start)

    text = client.get(done["Location"]).content.decode()
    cycle = client.get(reverse("reviews:cycle-add"), {"tree": str(tree.pk), "business_day": "7"})

    assert f"?tree={tree.pk}&amp;business_day=7" in text
    assert cycle.context["form"]["business_day"].value() == 7


def test_more_kpis_ask_no_more_queries(owner: Actor) -> None:
    counts = []
    for chosen in (["ctr", "cvr"], ["ctr", "cvr", "cpa", "roas", "csat", "proposals", "leads"]):
        start, client = make_guided_start(by=owner), browser(owner)
        answered_to(client, start, 3)
        answer(client, start, 3, kpis=chosen)
        with CaptureQueriesContext(connection) as seen:
            client.get(page(start, 4))
        counts.append(len(seen))

    assert counts[0] == counts[1]

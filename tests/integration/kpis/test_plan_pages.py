"""The pages of planned changes, of the phase and of the history."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.domain.periods import add_months
from core.tenancy import Actor
from kpis.models import Definition, PlannedChange, Tree
from kpis.operations import plans, tree_commands
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import make_kpi, make_plan, make_target
from tests.integration.kpis.conftest import named


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def page(route: str, tree: Tree) -> str:
    return reverse(f"kpis:{route}", kwargs={"pk": tree.pk})


def next_month() -> date:
    return add_months(timezone.localdate().replace(day=1), 1)


def plan_of(tree: Tree, **more: Any) -> dict[str, Any]:
    return {
        "kpi": named(tree, "商談").pk,
        "weight": "3",
        "effective_month": f"{next_month():%Y-%m}",
        "reason": "商談を重く見るため",
        **more,
    }


def test_planning_shows_what_lies_ahead_and_withdrawing_keeps_it_readable(
    tree: Tree, owner: Actor
) -> None:
    client = browser(owner)
    assert "予定した変更はありません" in client.get(page("plan-list", tree)).content.decode()

    told = client.post(page("plan-create", tree), plan_of(tree), follow=True).content.decode()
    assert "「商談」の重みを「1」から「3」に変更" in told
    plan = PlannedChange.objects.get()
    assert plan.effective_month == next_month()
    detail = reverse("kpis:kpi-detail", kwargs={"pk": plan.kpi_id})
    assert "重みを「1」から「3」に変更" in client.get(detail).content.decode()

    address = reverse("kpis:plan-withdraw", kwargs={"pk": plan.pk})
    told = client.post(address, follow=True).content.decode()
    assert "予定した変更はありません" in told
    assert "取り下げ" in told
    assert client.post(address).status_code == 409


def test_a_plan_is_edited_with_the_names_that_people_know(tree: Tree, owner: Actor) -> None:
    clicks = named(tree, "クリック率")
    tree.refresh_from_db()
    tree_commands.update_kpi(
        kpi=named(tree, "商談"),
        version=tree.version,
        fields={"value_source": "formula", "formula": f"{clicks.key} * 2"},
        by=owner,
        at=NOW,
    )
    client = browser(owner)
    client.post(page("plan-create", tree), plan_of(tree, weight="", formula="[クリック率] × ３"))
    plan = PlannedChange.objects.get()
    assert plan.fields == {"formula": f"{clicks.key} * 3"}

    address = reverse("kpis:plan-edit", kwargs={"pk": plan.pk})
    assert "[クリック率] * 3" in client.get(address).content.decode()
    client.post(address, plan_of(tree, weight="", formula="[クリック率] × ４"))
    plan.refresh_from_db()
    assert plan.fields == {"formula": f"{clicks.key} * 4"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weight": ""}, "変える項目を一つ以上"),
        ({"reason": ""}, "変更の理由を入力してください"),
        ({"effective_month": "2020-01"}, "終わった月の評価は変えられません"),
        ({"formula": "[ない名前]"}, "文字目"),
        ({"weight": "1"}, "変更がありません"),
    ],
)
def test_a_plan_that_cannot_be_says_what_to_do(
    tree: Tree, owner: Actor, wrong: dict[str, str], words: str
) -> None:
    response = browser(owner).post(page("plan-create", tree), plan_of(tree, **wrong))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not PlannedChange.objects.exists()


def test_bands_are_planned_edited_and_shown(tree: Tree, owner: Actor) -> None:
    client = browser(owner)
    data = {
        "met": "95",
        "near": "70",
        "improve": "40",
        "effective_month": f"{next_month():%Y-%m}",
        "reason": "社内の基準に合わせるため",
    }
    assert client.post(page("bands-edit", tree), {**data, "near": "95"}).status_code == 422
    told = client.post(page("bands-edit", tree), data, follow=True).content.decode()
    assert "達成95点以上・もう少し70点以上・要改善40点以上" in told
    assert "100点以上" in told, "today's bound stands beside it"

    address = reverse("kpis:plan-edit", kwargs={"pk": PlannedChange.objects.get().pk})
    assert 'value="95"' in client.get(address).content.decode()
    client.post(address, {**data, "met": "90"})
    assert PlannedChange.objects.get().fields["met"] == "90"


def test_the_phase_is_switched_after_a_look_at_the_proposal(tree: Tree, owner: Actor) -> None:
    client, address = browser(owner), page("phase-switch", tree)
    choice = {"outsourcing_type": "marketing", "phase": "growth"}
    assert "提案を見る" in client.get(address).content.decode()
    seen = client.get(address, choice)
    assert "追加するKPI" in seen.content.decode()
    assert not PlannedChange.objects.exists(), "looking changes nothing"
    assert 'name="add"' in seen.content.decode()
    assert seen.context["adding"] == [], "people choose what comes"
    coming = seen.context["found"].coming[0].definition
    data = {
        **choice,
        "version": tree.version,
        "effective_month": f"{next_month():%Y-%m}",
        "reason": "拡大に入るため",
        "parent": goal_of(tree).pk,
        "add": [coming.pk],
        "retire": [named(tree, "商談").pk],
    }

    assert client.post(address, {**data, "reason": ""}).status_code == 422
    told = client.post(address, data, follow=True).content.decode()

    assert "フェーズの切り替えを予定しました" in told
    assert coming.name in told
    assert named(tree, "商談").retired_from == next_month()
    assert "すでに予定されています" in client.get(address).content.decode()
    scorecard = reverse("kpis:scorecard-detail", kwargs={"tree_pk": tree.pk})
    assert client.get(scorecard).status_code == 200
    detail = reverse("kpis:kpi-detail", kwargs={"pk": named(tree, "商談").pk})
    month = f"{next_month().year}年{next_month().month}月"
    assert f"終了：{month}から" in client.get(detail).content.decode()


def test_somebody_else_changed_the_tree_meanwhile(tree: Tree, owner: Actor) -> None:
    data = {
        "outsourcing_type": "marketing",
        "phase": "growth",
        "version": tree.version - 1,
        "effective_month": f"{next_month():%Y-%m}",
        "reason": "拡大に入るため",
        "parent": goal_of(tree).pk,
    }
    response = browser(owner).post(page("phase-switch", tree), data)

    assert response.status_code == 422
    assert "ツリーが変更されました" in response.content.decode()


def test_definitions_that_are_not_ones_own_are_not_added(
    tree: Tree, owner: Actor, stranger: Actor
) -> None:
    foreign = Definition.objects.create(
        organization_id=stranger.organization_id,
        code="own_x",
        texts={"name": {"ja": "他社"}},
        search_text="",
        unit="count",
        direction="higher",
        frequency="month",
        aggregation="sum",
        perspective="process",
        types=["marketing"],
        phases=["growth"],
        created_at=NOW,
    )
    data = {
        "outsourcing_type": "marketing",
        "phase": "growth",
        "version": tree.version,
        "effective_month": f"{next_month():%Y-%m}",
        "reason": "拡大に入るため",
        "parent": goal_of(tree).pk,
        "add": [foreign.pk],
    }
    assert browser(owner).post(page("phase-switch", tree), data).status_code == 422


def test_the_history_tells_old_and_new_with_units_and_reasons(tree: Tree, owner: Actor) -> None:
    cost = make_kpi(tree=tree, by=owner, name="広告費", unit="yen")
    tree_commands.update_kpi(
        kpi=cost,
        version=tree.version,
        fields={"baseline": Decimal(5000), "importance": 4, "direction": "lower"},
        by=owner,
        at=NOW,
    )
    plans.plan_settings(
        kpi=named(tree, "商談"),
        fields={"importance": 5},
        effective_month=NOW.date().replace(day=1),
        reason="営業会議の決定",
        by=owner,
        at=NOW,
    )
    make_plan(kpi=cost, by=owner)
    client, address = browser(owner), page("tree-history", tree)

    seen = client.get(address)
    content = seen.content.decode()
    told = {str(one) for entry in seen.context["entries"] for one in entry.differences}
    assert "「広告費」の基準値（現状）：なし → 5000円" in told
    assert "「広告費」の方向：高いほど良い → 低いほど良い" in told
    assert "「商談」の重要度：3 → 5" in told
    assert "理由：営業会議の決定" in content
    assert "これから適用される変更" in content

    csv = b"".join(client.get(page("tree-history-csv", tree)).streaming_content).decode("utf-8")  # type: ignore[attr-defined]
    assert csv.startswith("\ufeff版,日時")
    assert "基準値（現状）：なし → 5000円" in csv


def test_the_history_is_found_by_kpi_person_and_kind(
    tree: Tree, owner: Actor, colleague: Actor
) -> None:
    make_kpi(tree=tree, by=colleague, name="=広告費")
    tree.refresh_from_db()
    tree_commands.delete_kpi(kpi=named(tree, "集客"), version=tree.version, by=owner, at=NOW)
    client, address = browser(owner), page("tree-history", tree)

    def found(**asked: Any) -> list[str]:
        return [one.command.summary for one in client.get(address, asked).context["entries"]]

    clicks = tree.kpis.get(name="クリック率")
    assert found(kpi=clicks.pk) == ["「集客」と下の2件を削除", "「クリック率」を「集客」の下に追加"]
    assert found(person=colleague.user_id) == ["「=広告費」を「新規顧客数」の下に追加"]
    assert found(kind="delete") == ["「集客」と下の2件を削除"]
    assert found(person="system") == []
    assert "該当する変更はありません" in client.get(address, {"kind": "link"}).content.decode()
    assert client.get(address, {"kind": "x", "kpi": "x", "person": "x"}).status_code == 200


def test_targets_are_told_with_validity_reason_and_agreement(tree: Tree, owner: Actor) -> None:
    kpi = named(tree, "商談")
    make_target(kpi=kpi, by=owner, value=10, valid_from=date(2026, 4, 1))
    make_target(kpi=kpi, by=owner, value=20, valid_from=date(2026, 7, 1))
    asked = {"kind": "targets", "kpi": str(kpi.pk)}

    content = browser(owner).get(page("tree-history", tree), asked).content.decode()

    assert "2026年4月1日" in content
    assert "2026年6月30日" in content
    assert "昨年の実績の平均から" in content
    assert "合意なし" in content
    assert "<svg" in content


def test_the_list_of_trees_shows_the_phase(tree: Tree, owner: Actor) -> None:
    Tree.objects.filter(pk=tree.pk).update(phase="growth", outsourcing_type="marketing")

    content = browser(owner).get(reverse("kpis:tree-list")).content.decode()

    assert "拡大期" in content


def test_many_plans_cost_no_more_queries(tree: Tree, owner: Actor) -> None:
    client = browser(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            for route in ("plan-list", "tree-history"):
                assert client.get(page(route, tree)).status_code == 200
        return len(found)

    make_plan(kpi=named(tree, "商談"), by=owner)
    once = queries()
    for name in ("集客", "クリック率", "獲得単価"):
        make_plan(kpi=named(tree, name), by=owner)

    assert queries() == once

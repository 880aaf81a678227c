"""A switch of the phase: proposed, confirmed, begun with its month; no earlier score changes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis import tasks
from kpis.models import KPI, Definition, PlannedChange, Score, Tree
from kpis.models.choices import TreeStatus
from kpis.operations import library, phases, plans, tree_commands, trees
from kpis.operations.branches import copy_branch
from kpis.policies.plans import why_not_retire
from kpis.queries.lint import lint_report
from kpis.queries.phases import proposal
from kpis.queries.spans import ended
from kpis.queries.trees import goal_of, outline
from tests.factories.accounts import NOW
from tests.factories.kpis import compute_scorecards, make_definition, make_measurement, make_target
from tests.integration.kpis.conftest import named
from tests.integration.kpis.test_plans import APRIL, IN_JUNE, IN_MAY, JUNE, MARCH, MAY, card

BEFORE_MAY = NOW + timedelta(days=5)


def definition(code: str) -> Definition:
    return Definition.objects.get(organization=None, code=code, is_current=True)


def switch(tree: Tree, by: Actor, month: date = MAY, **more: Any) -> PlannedChange:
    tree.refresh_from_db()
    return phases.switch_phase(
        tree=tree,
        version=tree.version,
        effective_month=month,
        **{
            "outsourcing_type": "marketing",
            "phase": "improvement",
            "reason": "立ち上げが終わったため",
            "at": NOW,
            **more,
        },
        by=by,
    )


def measure(tree: Tree, by: Actor, *months: date, at: Any = NOW) -> None:
    for month in months:
        for name, value in (("クリック率", 100), ("獲得単価", 50), ("商談", 20)):
            make_measurement(kpi=named(tree, name), by=by, period_start=month, value=value, at=at)


@pytest.fixture
def scored(tree: Tree, owner: Actor) -> Tree:
    """集客 is 75 (of 100 and 50), 商談 20; the goal 47.5."""
    for name in ("クリック率", "獲得単価", "商談"):
        make_target(kpi=named(tree, name), by=owner, value=100, worst=0)
    measure(tree, owner, MARCH, APRIL)
    tree.refresh_from_db()
    trees.change_status(tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=owner, at=NOW)
    compute_scorecards(tree=tree, by=owner)
    return tree


def test_what_ends_with_a_month_counts_before_it_and_not_after(scored: Tree, owner: Actor) -> None:
    before = card(scored, MARCH), card(scored, APRIL)
    ending = named(scored, "獲得単価")
    switch(scored, owner, retire=[ending.pk])
    compute_scorecards(tree=scored, by=owner)
    assert (card(scored, MARCH), card(scored, APRIL)) == before

    measure(scored, owner, MAY, at=IN_MAY)
    plans.apply_due(tree=scored, by=owner, at=IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)

    assert (card(scored, MARCH), card(scored, APRIL)) == before
    assert "獲得単価" not in card(scored, MAY)
    assert card(scored, MAY)["集客"][5] == 100
    assert card(scored, MAY)["集客"][8] == 100, "nothing is missing"
    ending.refresh_from_db()
    assert ending.deleted_at is None
    assert Score.objects.filter(kpi=ending).count() == 2


def test_a_month_whose_numbers_come_late_still_counts_what_ended_after_it(
    scored: Tree, owner: Actor
) -> None:
    switch(scored, owner, JUNE, retire=[named(scored, "獲得単価").pk])
    plans.apply_due(tree=scored, by=owner, at=IN_JUNE)
    measure(scored, owner, MAY, JUNE, at=IN_JUNE)
    compute_scorecards(tree=scored, by=owner, at=IN_JUNE)

    assert card(scored, MAY)["集客"][5] == 75
    assert card(scored, JUNE)["集客"][5] == 100


def test_a_branch_ends_with_its_top(scored: Tree, owner: Actor) -> None:
    switch(scored, owner, retire=[named(scored, "集客").pk])
    measure(scored, owner, MAY, at=IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)

    assert set(card(scored, MAY)) == {"新規顧客数", "商談"}
    assert card(scored, MAY)["新規顧客数"][5] == 20


def test_what_is_added_counts_from_its_month(scored: Tree, owner: Actor) -> None:
    before = card(scored, MARCH), card(scored, APRIL)
    plan = switch(scored, owner, add=[definition("ctr")])
    (added,) = KPI.objects.filter(pk__in=plan.added_ids)
    assert (added.counts_from, added.library_code, added.parent_id) == (
        MAY,
        "ctr",
        goal_of(scored).pk,
    )
    compute_scorecards(tree=scored, by=owner)
    assert (card(scored, MARCH), card(scored, APRIL)) == before

    measure(scored, owner, MAY, at=IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)
    assert added.name in card(scored, MAY)
    assert (card(scored, MARCH), card(scored, APRIL)) == before


def test_the_phase_changes_when_its_month_has_come(scored: Tree, owner: Actor) -> None:
    switch(scored, owner)
    plans.apply_due(tree=scored, by=owner, at=BEFORE_MAY)
    scored.refresh_from_db()
    assert (scored.outsourcing_type, scored.phase) == ("", "")

    plans.apply_due(tree=scored, by=owner, at=IN_MAY)
    scored.refresh_from_db()
    assert (scored.outsourcing_type, scored.phase) == ("marketing", "improvement")


def test_a_switch_can_be_withdrawn_before_its_month(scored: Tree, owner: Actor) -> None:
    ending = named(scored, "獲得単価")
    plan = switch(scored, owner, retire=[ending.pk], add=[definition("ctr")])
    phases.withdraw_switch(plan=plan, by=owner, at=BEFORE_MAY)
    measure(scored, owner, MAY, at=IN_MAY)
    plans.apply_due(tree=scored, by=owner, at=IN_MAY)
    compute_scorecards(tree=scored, by=owner, at=IN_MAY)

    ending.refresh_from_db()
    scored.refresh_from_db()
    assert ending.retired_from is None
    assert not KPI.objects.living().filter(pk__in=plan.added_ids).exists()
    assert scored.phase == ""
    assert card(scored, MAY) == card(scored, APRIL)


def test_after_its_month_it_cannot_be_withdrawn(scored: Tree, owner: Actor) -> None:
    plan = switch(scored, owner)
    with pytest.raises(Denied, match="すでに適用"):
        phases.withdraw_switch(plan=plan, by=owner, at=IN_MAY)


def test_the_end_can_be_undone_like_any_command(scored: Tree, owner: Actor) -> None:
    switch(scored, owner, retire=[named(scored, "獲得単価").pk])
    scored.refresh_from_db()
    tree_commands.undo(tree=scored, version=scored.version, by=owner, at=NOW)

    assert named(scored, "獲得単価").retired_from is None


def test_one_switch_at_a_time(scored: Tree, owner: Actor) -> None:
    switch(scored, owner)
    with pytest.raises(Denied) as denied:
        switch(scored, owner, phase="growth")

    assert denied.value.refusal.code == "kpis.phase_planned"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"outsourcing_type": "common"}, "kpis.phase"),
        ({"phase": "later"}, "kpis.phase"),
        ({"reason": ""}, "kpis.plan_reason"),
        ({"month": MARCH}, "kpis.plan_past"),
    ],
)
def test_a_switch_that_is_none_is_refused(
    scored: Tree, owner: Actor, wanted: dict[str, Any], code: str
) -> None:
    with pytest.raises(Denied) as denied:
        switch(scored, owner, **wanted)

    assert denied.value.refusal.code == code
    assert not PlannedChange.objects.exists()


def test_the_same_phase_again_changes_nothing_and_is_said(scored: Tree, owner: Actor) -> None:
    switch(scored, owner, APRIL)
    with pytest.raises(Denied) as denied:
        switch(scored, owner)

    assert denied.value.refusal.code == "kpis.plan_same"


def test_the_goal_and_what_a_formula_needs_do_not_end(scored: Tree, owner: Actor) -> None:
    clicks = named(scored, "クリック率")
    scored.refresh_from_db()
    tree_commands.update_kpi(
        kpi=named(scored, "商談"),
        version=scored.version,
        fields={"value_source": "formula", "formula": f"{clicks.key} * 2"},
        by=owner,
        at=NOW,
    )
    for kpi, code in ((goal_of(scored), "goal_stays"), (clicks, "retire_needed")):
        with pytest.raises(Denied) as denied:
            switch(scored, owner, retire=[kpi.pk])
        assert denied.value.refusal.code == f"kpis.{code}"

    switch(scored, owner, retire=[clicks.pk, named(scored, "商談").pk])
    assert named(scored, "クリック率").retired_from == MAY


def test_the_proposal_names_what_comes_and_what_goes_with_reasons(tree: Tree, owner: Actor) -> None:
    own = make_definition(by=owner, types=["marketing"], phases=["growth"])
    early = Definition.objects.filter(phases=["initial"], organization=None).first()
    assert early is not None
    lasting = Definition.objects.filter(
        phases__contains=["growth"], types__contains=["marketing"], organization=None
    ).first()
    assert lasting is not None
    for one in (early, lasting):
        tree.refresh_from_db()
        library.use_definition(
            definition=one,
            tree=tree,
            version=tree.version,
            parent_id=goal_of(tree).pk,
            by=owner,
            at=NOW,
        )
    switch(tree, owner, APRIL, phase="initial")
    tree.refresh_from_db()

    found = proposal(
        tree, owner, outsourcing_type="marketing", phase="growth", why_not=why_not_retire
    )

    assert [one.kpi.library_code for one in found.leaving] == [early.code]
    assert "拡大期には当たりません" in found.leaving[0].reason
    coming = {one.definition.code: one for one in found.coming}
    assert coming[own.code].is_proposed
    assert lasting.code not in coming, "it is in the tree already"
    assert all(
        "growth" in one.definition.phases and {"marketing", "common"} & set(one.definition.types)
        for one in found.coming
    )


def test_the_design_check_looks_at_the_phase_and_not_at_what_ended(
    tree: Tree, owner: Actor
) -> None:
    early = Definition.objects.filter(phases=["initial"], organization=None).first()
    assert early is not None
    kpi = library.use_definition(
        definition=early,
        tree=tree,
        version=tree.version,
        parent_id=goal_of(tree).pk,
        by=owner,
        at=NOW,
    )

    def off() -> set[Any]:
        tree.refresh_from_db()
        report = lint_report(tree, APRIL)
        return {one.kpi.pk for one in report.active if one.code == "PHASE-OFF" and one.kpi}

    assert off() == set()
    switch(tree, owner, APRIL, phase="growth")
    assert off() == {kpi.pk}
    switch(tree, owner, APRIL, phase="growth", retire=[kpi.pk])
    assert off() == set()


def test_the_scheduler_applies_what_is_due(
    scored: Tree, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(scored, owner)
    for at, expected in ((BEFORE_MAY, ""), (IN_MAY, "improvement"), (IN_MAY, "improvement")):
        monkeypatch.setattr("kpis.tasks.timezone.now", lambda now=at: now)
        tasks.apply_plans()
        scored.refresh_from_db()
        assert scored.phase == expected


def test_the_database_keeps_months_whole_and_the_goal_in_force(scored: Tree) -> None:
    for pk, fields in (
        (named(scored, "商談").pk, {"retired_from": date(2026, 5, 2)}),
        (named(scored, "商談").pk, {"counts_from": date(2026, 5, 2)}),
        (goal_of(scored).pk, {"retired_from": MAY}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            KPI.objects.filter(pk=pk).update(**fields)


def test_a_copy_counts_at_once_and_what_ended_has_no_share(scored: Tree, owner: Actor) -> None:
    switch(scored, owner, APRIL, retire=[named(scored, "商談").pk])
    scored.refresh_from_db()
    copy = copy_branch(
        tree=scored,
        version=scored.version,
        source=named(scored, "商談"),
        parent_id=named(scored, "集客").pk,
        by=owner,
        at=NOW,
    )

    assert copy.retired_from is None
    shares = {row.kpi.pk: row.weight_share for row in outline(scored, NOW.date())}
    gone = KPI.objects.get(tree=scored, name="商談", parent=goal_of(scored))
    assert shares[gone.pk] is None
    assert shares[named(scored, "集客").pk] == 100


def test_what_ended_is_not_missing_on_the_agenda(scored: Tree, owner: Actor) -> None:
    """A month without a scorecard misses the data of what still counts, of nothing else."""
    switch(scored, owner, APRIL, retire=[named(scored, "集客").pk])
    kpis = KPI.objects.living().filter(tree=scored)

    found = ended(kpis, APRIL)

    assert {one.name for one in kpis if one.pk in found} == {"集客", "クリック率", "獲得単価"}
    assert ended(kpis, MARCH) == set()


def test_what_both_sides_signed_does_not_end_by_one_side(scored: Tree, owner: Actor) -> None:
    signed = named(scored, "クリック率")
    signed.targets.update(agreed_at=NOW)
    for kpi in (signed, named(scored, "集客")):
        with pytest.raises(Denied) as denied:
            switch(scored, owner, retire=[kpi.pk])
        assert denied.value.refusal.code == "kpis.retire_signed", "nor with what is above it"

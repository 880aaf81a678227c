"""The design check on real trees: shown, mended by a click, accepted with a reason, looked at again."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from core.domain.organizations import OrganizationKind, Role
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import Actor
from kpis.models import KPI, LintWaiver, Tree
from kpis.operations import lint as operations
from kpis.operations import tree_commands, trees
from kpis.policies.trees import StaleEdit
from kpis.queries.lint import LintReport, lint_report
from kpis.queries.templates import example_tree
from tests.factories.accounts import NOW, make_actor, make_organization, user_of
from tests.factories.kpis import make_kpi, make_target, make_tree, make_waiver

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 15)


@pytest.fixture
def company() -> Organization:
    return make_organization(kind=OrganizationKind.CLIENT)


@pytest.fixture
def owner(company: Organization) -> Actor:
    return make_actor(organization=company)


@pytest.fixture
def tree(owner: Actor) -> Tree:
    return make_tree(by=owner)


@pytest.fixture
def rate(tree: Tree, owner: Actor) -> KPI:
    """A rate that is entered as one number: its numerator and denominator are lost."""
    return make_kpi(tree=tree, by=owner, name="記事の納品率", unit="percent", aggregation="mean")


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def report(tree: Tree, **more: Any) -> LintReport:
    tree.refresh_from_db()
    return lint_report(tree, TODAY, **more)


def codes(tree: Tree, kpi: KPI | None = None) -> set[str]:
    found = report(tree)
    return {one.code for one in (found.by_kpi.get(kpi.pk, ()) if kpi else found.active)}


def test_a_vague_kpi_is_told_what_it_lacks_and_a_good_one_is_not(tree: Tree, owner: Actor) -> None:
    vague = make_kpi(tree=tree, by=owner, name="納期は早めに")
    good = make_kpi(
        tree=tree,
        by=owner,
        name="記事の納品率",
        definition="納品された記事数÷依頼した記事数",
        unit="percent",
        aggregation="ratio",
        data_source="納品記録",
        deadline_on=date(2027, 3, 31),
        responsible_side="vendor",
        responsible_label="株式会社みらい",
        client_owner="編集長",
        perspective="process",
    )
    make_target(kpi=good, by=owner)

    assert {"SMART-S", "SMART-M"} <= codes(tree, vague)
    assert {"SMART-S", "SMART-M", "SMART-A", "SMART-T", "PIT4-OWNER", "KPI-RATIO"}.isdisjoint(
        codes(tree, good)
    )


def test_the_page_says_what_why_and_how(tree: Tree, owner: Actor, rate: KPI) -> None:
    page = browser(owner).get(reverse("kpis:tree-lint", args=[tree.pk]))

    text = page.content.decode()
    for one in page.context["report"].active:
        assert one.code in text
    assert "記事の納品率" in text
    assert "直し方" in text


def test_the_editor_marks_the_cards_and_counts(tree: Tree, owner: Actor, rate: KPI) -> None:
    text = browser(owner).get(reverse("kpis:tree-detail", args=[tree.pk])).content.decode()

    assert 'class="finding-mark"' in text
    assert f"#KPI-RATIO-{rate.pk}" in text or "件の指摘" in text
    assert reverse("kpis:tree-lint", args=[tree.pk]) in text


@time_machine.travel(NOW, tick=False)
def test_one_click_mends_and_can_be_undone(tree: Tree, owner: Actor, rate: KPI) -> None:
    assert "KPI-RATIO" in codes(tree, rate)
    tree.refresh_from_db()

    browser(owner).post(
        reverse("kpis:lint-fix", args=[tree.pk]),
        {"code": "KPI-RATIO", "kpi": str(rate.pk), "version": str(tree.version)},
    )

    rate.refresh_from_db()
    assert rate.aggregation == "ratio"
    assert "KPI-RATIO" not in codes(tree, rate)
    tree_commands.undo(tree=tree, version=tree.version, by=owner, at=NOW)
    rate.refresh_from_db()
    assert rate.aggregation == "mean"


def test_a_fix_is_made_on_the_version_that_was_seen(tree: Tree, owner: Actor, rate: KPI) -> None:
    with pytest.raises(StaleEdit):
        operations.fix_finding(
            tree=tree, code="KPI-RATIO", kpi_id=rate.pk, version=1, by=owner, at=NOW
        )
    rate.refresh_from_db()
    assert rate.aggregation == "mean"


def test_what_is_mended_already_cannot_be_mended(tree: Tree, owner: Actor) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="問い合わせ件数")
    with pytest.raises(Denied, match="すでに解消"):
        operations.fix_finding(
            tree=tree, code="KPI-RATIO", kpi_id=kpi.pk, version=tree.version, by=owner, at=NOW
        )


@time_machine.travel(NOW, tick=False)
def test_an_accepted_finding_is_set_aside_with_its_reason(
    tree: Tree, owner: Actor, rate: KPI
) -> None:
    client, address = browser(owner), reverse("kpis:tree-lint", args=[tree.pk])
    before = report(tree)
    client.post(
        reverse("kpis:lint-waive", args=[tree.pk]),
        {
            "code": "KPI-RATIO",
            "kpi": str(rate.pk),
            "reason": "外注先が率しか出せないため",
            "expires_on": "2026-06-30",
        },
    )

    after = report(tree)
    assert (after.errors, len(after.waived)) == (before.errors - 1, 1)
    assert "外注先が率しか出せないため" in client.get(address).content.decode()
    assert lint_report(tree, date(2026, 6, 30)).waived, "its last day counts"
    assert not lint_report(tree, date(2026, 7, 1)).waived, "then somebody looks again"
    event = AuditEvent.objects.get(event="kpis.finding_waived")
    assert "外注先が率しか出せないため" in event.summary


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": " "}, "許容する理由を入力してください"),
        ({"expires_on": ""}, "期限を入力してください"),
        ({"expires_on": "2026-04-01"}, "今日以降"),
        ({"expires_on": "2028-01-01"}, "1年以内"),
    ],
)
def test_accepting_takes_a_reason_and_a_day(
    tree: Tree, owner: Actor, rate: KPI, changes: dict[str, str], says: str
) -> None:
    data = {
        "code": "KPI-RATIO",
        "kpi": str(rate.pk),
        "reason": "理由",
        "expires_on": "2026-06-30",
        **changes,
    }

    answer = browser(owner).post(reverse("kpis:lint-waive", args=[tree.pk]), data)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not LintWaiver.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_accepting_can_be_taken_back(tree: Tree, owner: Actor, rate: KPI) -> None:
    waiver = make_waiver(tree=tree, by=owner)
    assert report(tree).waived

    browser(owner).post(reverse("kpis:waiver-withdraw", args=[waiver.pk]))

    assert not report(tree).waived
    waiver.refresh_from_db()
    assert waiver.withdrawn_at == NOW


def test_accepting_anew_replaces_the_earlier_waiver(tree: Tree, owner: Actor, rate: KPI) -> None:
    first = make_waiver(tree=tree, by=owner)
    operations.waive_finding(
        tree=tree,
        code=first.code,
        kpi_id=first.kpi_id,
        reason="延長",
        expires_on=TODAY + timedelta(days=30),
        by=owner,
        at=NOW,
    )

    assert LintWaiver.objects.standing().get().reason == "延長"
    assert LintWaiver.objects.count() == 2


def test_a_viewer_reads_and_changes_nothing(company: Organization, tree: Tree, rate: KPI) -> None:
    viewer = make_actor(organization=company, role=Role.VIEWER)
    client = browser(viewer)

    page = client.get(reverse("kpis:tree-lint", args=[tree.pk])).content.decode()

    assert "KPI-RATIO" in page
    assert reverse("kpis:lint-fix", args=[tree.pk]) not in page
    answer = client.post(
        reverse("kpis:lint-fix", args=[tree.pk]),
        {"code": "KPI-RATIO", "kpi": str(rate.pk), "version": "2"},
    )
    assert answer.status_code == 403


def test_a_missing_reason_is_an_error_only_before_signing(tree: Tree, owner: Actor) -> None:
    kpi = make_kpi(tree=tree, by=owner, name="問い合わせ件数")
    target = make_target(kpi=kpi, by=owner)
    target.rationale = ""
    target.save(update_fields=["rationale"])

    def severity(**more: Any) -> set[str]:
        found = report(tree, **more)
        return {one.severity for one in found.active if one.code == "PIT3-NORATIONALE"}

    assert severity() == {"warning"}
    assert severity(at_sign_off=True) == {"error"}


def test_the_api_gives_the_same_findings(tree: Tree, owner: Actor, rate: KPI) -> None:
    answer = browser(owner).get(reverse("kpis-api:tree-lint", args=[tree.pk])).json()

    ratio = next(one for one in answer["active"] if one["code"] == "KPI-RATIO")
    assert ratio["node_id"] == str(rate.pk)
    assert ratio["fix"]["fields"] == {"aggregation": "ratio"}
    assert "記事の納品率" in ratio["message"]


def test_the_command_line_fails_on_errors(tree: Tree, owner: Actor, rate: KPI) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="errors") as failed:
        call_command("lint_tree", str(tree.pk), "--json", stdout=out)

    assert failed.value.returncode == 1
    assert "KPI-RATIO" in {one["code"] for one in json.loads(out.getvalue())}
    for unknown in ("no-id", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(CommandError, match="no tree"):
            call_command("lint_tree", unknown)


def test_the_example_leaves_only_what_people_must_know(company: Organization, owner: Actor) -> None:
    """The example with its targets is a good design; nobody has learned anything from it yet."""
    tree = trees.create_from_template(
        template=example_tree(),
        client_id=company.pk,
        by=owner,
        at=NOW,
        targets_from=date(2026, 4, 1),
    )

    messages = [one.message for one in report(tree).active]
    assert messages == ["重みのあるKPIがない視点があります：学習と成長。"]


def test_the_check_asks_the_same_number_of_queries_however_large(
    tree: Tree, owner: Actor, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_kpi(tree=tree, by=owner, name=f"KPI {number}")
    tree.refresh_from_db()
    with django_assert_max_num_queries(7):
        report(tree)

"""Template trees: listed, previewed, planted, and given over the API."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import Actor
from kpis.models import Target, Tree
from kpis.operations import trees
from kpis.queries.lint import lint_report
from kpis.queries.templates import Template, templates
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import client_of
from tests.unit.test_template_data import FOR_PEOPLE

APRIL = date(2026, 4, 1)


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.code)
def test_a_planted_tree_is_what_the_template_says(template: Template, owner: Actor) -> None:
    before = AuditEvent.objects.count()

    tree = trees.create_from_template(
        client_id=client_of(owner), template=template, targets_from=APRIL, by=owner, at=NOW
    )

    assert AuditEvent.objects.count() == before + 1
    assert tree.kpis.count() == template.size
    assert goal_of(tree).deadline_on == date(2027, 4, 1)
    assert all(one.rationale for one in Target.objects.filter(kpi__tree=tree))
    found = {one.code for one in lint_report(tree, APRIL).active}
    assert found <= FOR_PEOPLE | {"BSC-MISSING"}


def test_the_list_filters_and_previews(owner: Actor) -> None:
    client, page = browser(owner), reverse("kpis:template-list")

    text = client.get(page, {"type": "support", "phase": "initial"}).content.decode()
    nothing = client.get(page, {"type": "x"}).content.decode()

    assert "サポート・初期" in text
    assert "初回応答時間" in text
    assert "広告・初期" not in text
    assert "該当するテンプレートはありません" in nothing


def test_a_template_becomes_a_tree_of_ones_own_name(owner: Actor, viewer: Actor) -> None:
    page = reverse("kpis:template-detail", args=["creative_initial"])
    data = {"client": client_of(owner), "name": "記事制作", "targets_from": "2026-04-01"}

    made = browser(owner).post(page, data)
    refused = browser(viewer).get(page).content.decode()

    tree = Tree.objects.get(name="記事制作")
    assert made["Location"] == reverse("kpis:tree-detail", args=[tree.pk])
    assert "閲覧者" in refused
    assert browser(owner).post(page, {**data, "name": ""}).status_code == 422
    assert browser(owner).get(reverse("kpis:template-detail", args=["none"])).status_code == 404


def test_the_api_lists_templates_with_their_kpis(owner: Actor) -> None:
    answer = browser(owner).get(reverse("kpis-api:template-list"), {"type": "marketing"}).json()

    assert answer["count"] == 4
    first = answer["results"][0]
    assert first["kpis"][0]["parent_key"] is None
    assert {one["library_code"] for one in first["kpis"]} > {"ctr", "budget_adherence"}

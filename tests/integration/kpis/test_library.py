"""The KPI library: loaded without doubling, found by words and filters, used in trees, kept in versions."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.models import AuditEvent
from core.tenancy import ANONYMOUS, Actor
from kpis.models import KPI, Benchmark, Definition, Tree
from kpis.operations import library as operations
from kpis.queries import library as queries
from kpis.queries.trees import goal_of
from kpis.templatetags.library import years
from tests.factories.accounts import NOW, make_actor, make_organization, user_of
from tests.factories.kpis import make_definition, make_tree

pytestmark = pytest.mark.django_db
TEXTS = {"name": {"ja": "記事の差し戻し率"}, "definition": {"ja": "差し戻した記事の割合"}}


@pytest.fixture
def company() -> Organization:
    return make_organization(kind=OrganizationKind.CLIENT)


@pytest.fixture
def owner(company: Organization) -> Actor:
    return make_actor(organization=company)


@pytest.fixture
def tree(owner: Actor) -> Tree:
    return make_tree(by=owner)


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def standard(code: str) -> Definition:
    return Definition.objects.get(organization=None, code=code, is_current=True)


def names(page: Any) -> set[str]:
    return {one.code for one in page.context["page"].object_list}


def test_all_seventy_are_there_and_loading_again_changes_nothing() -> None:
    before = set(Definition.objects.values_list("pk", flat=True))
    figures = Benchmark.objects.count()
    assert len(before) == 70

    call_command("load_library", verbosity=0)

    assert set(Definition.objects.values_list("pk", flat=True)) == before
    assert Benchmark.objects.count() == figures > 20


def test_a_changed_file_makes_a_new_version_and_keeps_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = queries.standard_definitions()
    content[0] = {**content[0], "decimals": content[0]["decimals"] + 1}
    del content[-1]
    monkeypatch.setattr(queries, "standard_definitions", lambda: content)
    gone = Definition.objects.order_by("-position").first()
    assert gone is not None

    changed = operations.load_library(by=ANONYMOUS, at=NOW)

    assert changed == 1
    versions = Definition.objects.filter(code=content[0]["code"]).order_by("version")
    assert [(one.version, one.is_current) for one in versions] == [(1, False), (2, True)]
    gone.refresh_from_db()
    assert gone.retired_at is not None
    assert Definition.objects.current().filter(organization=None).count() == 69


def test_the_library_is_found_by_words_and_filters(owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis:definition-list")

    assert "on_time_delivery" in names(client.get(address, {"q": "納期遵守"}))
    assert "on_time_delivery" in names(client.get(address, {"q": "ON-TIME delivery"}))
    found = client.get(address, {"type": "support", "phase": "initial"})
    assert names(found) == {"first_response_time", "sla_response_rate"}
    for one in found.context["page"].object_list:
        assert "support" in one.types
    assert (
        "該当するKPIはありません" in client.get(address, {"q": "存在しない言葉"}).content.decode()
    )


def test_a_page_tells_figures_with_their_sources_or_that_there_are_none(owner: Actor) -> None:
    client = browser(owner)

    ctr = client.get(reverse("kpis:definition-detail", args=[standard("ctr").pk])).content.decode()
    rate = client.get(
        reverse("kpis:definition-detail", args=[standard("risk_review_rate").pk])
    ).content.decode()

    for one in Benchmark.objects.filter(code="ctr"):
        assert one.source_url in ctr
        assert years(one) in ctr
    assert "公表された基準値はありません" in rate
    assert "公表された基準値はありません" not in ctr


def test_a_kpi_from_the_library_brings_its_definition(owner: Actor, tree: Tree) -> None:
    definition = standard("on_time_delivery")

    answer = browser(owner).post(
        reverse("kpis:definition-use", args=[definition.pk]), {"tree": str(tree.pk)}
    )

    kpi = KPI.objects.get(tree=tree, name="納期遵守率")
    assert answer["Location"].endswith(f"?selected={kpi.pk}")
    assert kpi.parent_id == goal_of(tree).pk
    assert (kpi.unit, kpi.aggregation, kpi.direction) == ("percent", "ratio", "higher")
    assert definition.formula in kpi.definition
    assert kpi.notes == definition.pitfalls


def test_a_place_in_a_tree_takes_what_is_chosen(owner: Actor, tree: Tree) -> None:
    client, definition = browser(owner), standard("cvr")
    first = operations.use_definition(
        definition=standard("leads"),
        tree=tree,
        version=tree.version,
        parent_id=goal_of(tree).pk,
        by=owner,
        at=NOW,
    )
    page = client.get(reverse("kpis:definition-list"), {"parent": str(first.pk)})
    assert first.name in page.content.decode()

    client.post(
        reverse("kpis:definition-use", args=[definition.pk]),
        {"tree": str(tree.pk), "parent": str(first.pk)},
    )

    assert KPI.objects.get(tree=tree, name=definition.name).parent_id == first.pk


def test_another_clients_tree_is_no_place(owner: Actor) -> None:
    other = make_tree(by=make_actor(organization=make_organization()))

    answer = browser(owner).post(
        reverse("kpis:definition-use", args=[standard("cvr").pk]), {"tree": str(other.pk)}
    )

    assert answer.status_code == 422
    assert other.kpis.count() == 1


def form_of(**changes: str) -> dict[str, Any]:
    return {
        "name": "記事の差し戻し率",
        "definition": "納品された記事のうち、差し戻したものの割合",
        "formula": "差し戻した記事数 ÷ 納品された記事数 × 100",
        "numerator": "差し戻した記事数",
        "denominator": "納品された記事数",
        "unit": "percent",
        "decimals": "1",
        "direction": "lower",
        "frequency": "month",
        "aggregation": "ratio",
        "perspective": "process",
        "types": ["creative"],
        "phases": ["initial", "improvement"],
        "version": "0",
        **changes,
    }


def test_a_definition_of_ones_own_has_versions_and_stays_at_home(owner: Actor) -> None:
    client = browser(owner)
    client.post(reverse("kpis:definition-create"), form_of())
    own = Definition.objects.get(organization_id=str(owner.organization_id))
    edit = reverse("kpis:definition-edit", args=[own.pk])

    client.post(edit, form_of(name="記事の差し戻し率（初回）", version="1"))

    newest = Definition.objects.get(code=own.code, is_current=True)
    assert (newest.version, newest.name) == (2, "記事の差し戻し率（初回）")
    own.refresh_from_db()
    assert (own.version, own.name) == (1, "記事の差し戻し率")
    stale = client.post(edit, form_of(name="別の名前", version="1"))
    assert stale.status_code == 409
    assert newest.code in names(client.get(reverse("kpis:definition-list"), {"own": "1"}))
    stranger = browser(make_actor(organization=make_organization()))
    assert newest.code not in names(stranger.get(reverse("kpis:definition-list")))


def test_saving_the_same_is_no_new_version(owner: Actor) -> None:
    client = browser(owner)
    client.post(reverse("kpis:definition-create"), form_of())
    own = Definition.objects.get(organization_id=str(owner.organization_id))

    client.post(reverse("kpis:definition-edit", args=[own.pk]), form_of(version="1"))

    assert Definition.objects.filter(code=own.code).count() == 1


def test_a_ratio_says_what_is_above_and_below_the_line(owner: Actor) -> None:
    answer = browser(owner).post(
        reverse("kpis:definition-create"), form_of(numerator="", denominator="")
    )

    assert answer.status_code == 422
    assert answer.content.decode().count("分子と分母を入力してください") >= 2
    assert not Definition.objects.exclude(organization=None).exists()


def test_the_standard_library_is_copied_not_changed(owner: Actor) -> None:
    client, definition = browser(owner), standard("on_time_delivery")

    assert client.get(reverse("kpis:definition-edit", args=[definition.pk])).status_code == 403
    copied = client.get(reverse("kpis:definition-create"), {"from": str(definition.pk)})

    assert copied.context["form"]["name"].value() == definition.name
    with pytest.raises(Denied, match="写しを作って"):
        operations.retire_definition(definition=definition, by=owner, at=NOW)


def test_a_retired_definition_leaves_the_list_and_stays_readable(owner: Actor) -> None:
    own = make_definition(by=owner)
    client = browser(owner)

    client.post(reverse("kpis:definition-retire", args=[own.pk]))

    assert own.code not in names(client.get(reverse("kpis:definition-list"), {"own": "1"}))
    page = client.get(reverse("kpis:definition-detail", args=[own.pk]))
    assert "取り下げられています" in page.content.decode()
    with pytest.raises(Denied):
        operations.redefine_kpi(
            definition=own,
            version=1,
            fields={"texts": TEXTS},
            by=owner,
            at=NOW + timedelta(days=1),
        )


def test_each_change_of_ones_own_is_in_the_trail(owner: Actor) -> None:
    own = make_definition(by=owner)
    operations.retire_definition(definition=own, by=owner, at=NOW)

    events = AuditEvent.objects.filter(organization_id=str(owner.organization_id))
    assert {"kpis.definition_added", "kpis.definition_retired"} <= set(
        events.values_list("event", flat=True)
    )


def test_the_api_reads_the_library(owner: Actor) -> None:
    client = browser(owner)

    page = client.get(reverse("kpis-api:definition-list"), {"q": "納期遵守"}).json()
    one = client.get(reverse("kpis-api:definition-detail", args=[page["results"][0]["id"]])).json()

    assert page["results"][0]["code"] == "on_time_delivery"
    assert one["texts"]["name"] == {"ja": "納期遵守率", "en": "On-time delivery rate"}
    assert one["benchmarks"][0]["source_url"].startswith("http")
    assert one["is_standard"] is True

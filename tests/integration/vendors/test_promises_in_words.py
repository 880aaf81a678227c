"""Qualitative promises in agreements: signed as they were, changed by a new version alone."""

from functools import partial

from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from core.tenancy import Actor
from kpis.models import Promise
from kpis.operations.promises import update_promise
from tests.factories.accounts import NOW, user_of
from tests.factories.objectives import make_promise
from tests.factories.vendors import make_vendor, sign
from tests.integration.vendors.acts import active, change
from tests.integration.vendors.conftest import Stage
from vendors.models import Engagement
from vendors.queries.agreements import in_force, latest_agreement, version_of, versions_of

AGREED = "仕様の変更は前日までに相談する"


def words_of(engagement: Engagement) -> list[str]:
    """Return the promises of the newest version, as they are worded there."""
    return [one.text for one in version_of(latest_agreement(engagement)).terms.promises]


def reword(promise: Promise, text: str, *, by: Actor) -> None:
    update_promise(
        promise=promise,
        version=promise.version,
        text=text,
        kpi=promise.kpi,
        side=promise.side,
        organization_id=promise.organization_id,
        by=by,
        at=NOW,
    )


def test_an_agreement_holds_the_promises_of_its_own_vendor_alone(stage: Stage) -> None:
    rival = Organization.objects.get(pk=str(stage.rival.organization_id))
    make_vendor(
        client=stage.client, by=stage.owner, organization=rival, contact_email="rival@example.jp"
    )
    add = partial(make_promise, tree=stage.tree, by=stage.owner)
    add(text=AGREED, organization=stage.vendor_organization)
    add(text="このKPIの約束", kpi=stage.on_time)
    add(text="別の外注先の約束", organization=rival)
    add(text="別の外注先のKPIの約束", kpi=stage.on_time, organization=rival)
    add(text="別のKPIの約束", kpi=stage.cost)
    add(text="社内の心がけ", side="client")

    assert set(words_of(active(stage))) == {AGREED, "このKPIの約束"}


def test_a_signed_promise_changes_by_a_new_version_alone(stage: Stage) -> None:
    promise = make_promise(tree=stage.tree, by=stage.owner, text=AGREED, kpi=stage.on_time)
    engagement = active(stage)
    sha256 = latest_agreement(engagement).sha256

    reword(promise, "当日までに相談する", by=stage.owner)

    assert words_of(engagement) == [AGREED]
    assert latest_agreement(engagement).sha256 == sha256
    change(stage, engagement, by=stage.owner)
    assert words_of(engagement) == ["当日までに相談する"]
    running = in_force(versions_of(engagement))
    assert running is not None
    assert [one.text for one in running.terms.promises] == [AGREED]
    sign(engagement, by=[stage.owner, stage.vendor])
    running = in_force(versions_of(engagement))
    assert running is not None
    assert [one.text for one in running.terms.promises] == ["当日までに相談する"]


def test_a_vendor_who_proposes_reads_nothing_new_out_of_the_tree(stage: Stage) -> None:
    promise = make_promise(tree=stage.tree, by=stage.owner, text=AGREED, kpi=stage.on_time)
    engagement = active(stage)
    reword(promise, "まだ内部の案", by=stage.owner)

    change(stage, engagement, by=stage.vendor)

    assert words_of(engagement) == [AGREED]


def test_the_pages_show_the_promises_and_what_changed(stage: Stage, client: Client) -> None:
    promise = make_promise(tree=stage.tree, by=stage.owner, text=AGREED, kpi=stage.on_time)
    engagement = active(stage)
    reword(promise, "当日までに相談する", by=stage.owner)
    address = reverse("vendors:engagement-detail", args=[engagement.pk])

    client.force_login(user_of(stage.vendor))
    seen = client.get(address).content.decode()
    assert AGREED in seen
    assert "当日までに相談する" not in seen
    assert "最新の合意書と異なります" not in seen
    client.force_login(user_of(stage.owner))
    assert "最新の合意書と異なります" in client.get(address).content.decode()
    change(stage, engagement, by=stage.owner)
    after = client.get(address).content.decode()
    assert "約束の文言" in after
    assert "最新の合意書と異なります" not in after
    printed = reverse("vendors:agreement-print", args=[latest_agreement(engagement).pk])
    assert "当日までに相談する" in client.get(printed).content.decode()


def test_an_agreement_without_promises_names_none(stage: Stage) -> None:
    assert "promises" not in latest_agreement(active(stage)).content

"""Qualitative promises of a tree: written once, said whose they are, retired and never deleted."""

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.tenancy import Actor
from kpis.models import Promise, Tree
from kpis.operations.promises import retire_promise, update_promise
from tests.factories.accounts import NOW, make_organization, user_of
from tests.factories.objectives import make_promise
from tests.integration.kpis.conftest import named


def refused(code: str) -> "pytest.RaisesExc[Denied]":
    return pytest.raises(Denied, check=lambda denied: denied.refusal.code == code)


def test_the_same_promise_is_written_once(tree: Tree, owner: Actor) -> None:
    promise = make_promise(tree=tree, by=owner)

    with refused("kpis.promise_twice"):
        make_promise(tree=tree, by=owner)
    retire_promise(promise=promise, by=owner, at=NOW)
    make_promise(tree=tree, by=owner)


def test_a_vendors_promise_names_a_vendor_or_a_kpi(tree: Tree, owner: Actor) -> None:
    with refused("kpis.promise_vendor"):
        make_promise(tree=tree, by=owner, side="vendor")
    make_promise(tree=tree, by=owner, side="vendor", kpi=named(tree, "商談"))


def test_nothing_outside_promises_anything(tree: Tree, owner: Actor) -> None:
    with refused("kpis.promise_side"):
        make_promise(tree=tree, by=owner, side="external")


def test_a_vendor_that_the_client_does_not_know_cannot_be_named(tree: Tree, owner: Actor) -> None:
    unknown = make_organization(kind=OrganizationKind.VENDOR)

    with refused("kpis.responsible_unknown"):
        make_promise(tree=tree, by=owner, organization=unknown)


def test_an_older_form_does_not_overwrite(tree: Tree, owner: Actor) -> None:
    promise = make_promise(tree=tree, by=owner)

    with refused("kpis.form_stale"):
        update_promise(
            promise=promise,
            version=0,
            text="別の文",
            kpi=None,
            side="shared",
            organization_id=None,
            by=owner,
            at=NOW,
        )


def test_a_retired_promise_stays_as_it_is(tree: Tree, owner: Actor) -> None:
    promise = retire_promise(promise=make_promise(tree=tree, by=owner), by=owner, at=NOW)

    with refused("kpis.promise_retired"):
        retire_promise(promise=promise, by=owner, at=NOW)
    assert Promise.objects.filter(pk=promise.pk).exists()


def test_the_form_and_the_list_show_it(tree: Tree, owner: Actor, client: Client) -> None:
    client.force_login(user_of(owner))
    listed = reverse("kpis:promise-list", args=[tree.pk])
    assert "まだありません" in client.get(listed).content.decode()

    typed = {"text": "資料は三日前に渡す", "side": "client", "version": "0"}
    answer = client.post(reverse("kpis:promise-create", args=[tree.pk]), typed)

    assert answer["Location"] == listed
    assert "資料は三日前に渡す" in client.get(listed).content.decode()
    again = client.post(reverse("kpis:promise-create", args=[tree.pk]), typed)
    assert (again.status_code, "同じ約束がすでにあります" in again.content.decode()) == (409, True)


def test_the_api_writes_changes_and_retires(tree: Tree, owner: Actor, client: Client) -> None:
    client.force_login(user_of(owner))
    json = "application/json"
    listed = reverse("kpis-api:promise-list", args=[tree.pk])
    kpi = str(named(tree, "商談").pk)

    made = client.post(
        listed, {"text": "早めに相談", "side": "shared", "kpi": kpi}, content_type=json
    ).json()
    changed = client.put(
        reverse("kpis-api:promise-detail", args=[made["id"]]),
        {"text": "前日までに相談", "side": "shared", "version": 1},
        content_type=json,
    ).json()
    assert (changed["text"], changed["kpi"], changed["version"]) == ("前日までに相談", None, 2)
    client.post(reverse("kpis-api:promise-retire", args=[made["id"]]), content_type=json)
    (left,) = client.get(listed).json()["results"]
    assert left["retired_at"] is not None

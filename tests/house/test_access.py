"""Every route, walked by the whole cast: who is answered, and who is turned away.

The tables stand in `tests/house/access/`, one per floor. A route that is in none of them fails here.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts.models import ApiToken
from tests import cast
from tests.cast import ANONYMOUS, SHARE, World
from tests.factories.accounts import make_token, user_of
from tests.house import access
from tests.house.access.model import EVERYBODY, SIGNED_IN, Route

OWN = {"core", "accounts", "kpis", "vendors", "quotes", "reviews", "dashboards"}
FORM = '@require_http_methods(["GET", "POST"])'


def tables() -> list[Route]:
    """Return the rows of all floors."""
    names = [one.name for one in pkgutil.iter_modules(access.__path__) if one.name != "model"]
    modules = [importlib.import_module(f"tests.house.access.{name}") for name in sorted(names)]
    return [route for module in modules for route in module.ROUTES]


def route_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Return the names of all routes below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from route_names(pattern, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_route_stands_in_a_table() -> None:
    known = {route.name for route in tables()}

    assert set(route_names(get_resolver())) - known == set()


def test_no_table_names_a_route_that_is_not_there() -> None:
    assert {route.name for route in tables()} - set(route_names(get_resolver())) == set()


def test_a_page_with_a_form_stands_in_the_table_with_both_methods() -> None:
    """A view for GET and POST (it shows a form and takes it) has a row for each."""
    seen: dict[str, set[str]] = {}
    for route in tables():
        seen.setdefault(route.name, set()).add(route.method)
    both = set(forms(get_resolver()))

    assert both, "the decorator of such views has another name now"
    assert {name: seen[name] for name in both if seen[name] != {"get", "post"}} == {}


def forms(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Return the names of the routes whose own views take GET and POST."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from forms(pattern, space)
        else:
            view = inspect.unwrap(pattern.callback)
            if view.__module__.split(".")[0] in OWN and FORM in inspect.getsource(view):
                yield f"{prefix}{pattern.name}"


@pytest.fixture
def world(db: None) -> World:
    return cast.build_world()


def address(route: Route, world: World) -> str:
    """Return the route's address in this world."""
    kwargs: dict[str, Any] = {}
    for name, value in route.kwargs.items():
        kwargs[name] = world.tokens.get(value) or known(value, world)
    return reverse(route.name, kwargs=kwargs)


def known(value: Any, world: World) -> Any:
    """Return the id of a named object, or the value itself."""
    return world.objects[value].pk if value in world.objects else value


def client_of(name: str, world: World) -> Client:
    """Return a browser in which this member of the cast is signed in."""
    client = Client(raise_request_exception=True)
    if name == SHARE:
        client.get(reverse("dashboards:share-enter", kwargs={"token": world.tokens["share_token"]}))
    elif name != ANONYMOUS:
        client.force_login(user_of(world.people[name]))
    return client


def outcome(client: Client, route: Route, url: str, world: World, **headers: str) -> str:
    """Do the request, undo what it did, and say what became of it."""
    data = {name: known(value, world) for name, value in route.data.items()}
    with transaction.atomic():
        response = getattr(client, route.method)(url, data=data, headers=headers)
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith(
        str(settings.LOGIN_URL and reverse(settings.LOGIN_URL))
    ):
        return "login"
    assert response.status_code != 405, f"{route.name} takes no {route.method}"
    turned_away = {401: "login", 403: "refused", 404: "hidden"}
    return turned_away.get(response.status_code, "answered")


def test_everybody_gets_what_the_tables_say(world: World) -> None:
    wrong = []
    clients = {name: client_of(name, world) for name in sorted(EVERYBODY)}
    for route in tables():
        url = address(route, world)
        for name, client in clients.items():
            got = outcome(client, route, url, world)
            if (got == "answered") != (name in route.allowed):
                wrong.append(f"{route.method} {route.name} {dict(route.kwargs)} as {name}: {got}")
    assert not wrong, "\n" + "\n".join(wrong)


def api_routes() -> list[Route]:
    """Return the rows of the API's own routes."""
    return [one for one in tables() if one.name.startswith("kpis-api:")]


def test_every_write_of_the_api_happens_once_for_each_key() -> None:
    """Each view is made by core.api.api_view, which looks after Idempotency-Key."""
    bare = []
    for route in api_routes():
        kwargs = {k: v if isinstance(v, int) else UUID(int=1) for k, v in route.kwargs.items()}
        pattern = resolve(reverse(route.name, kwargs=kwargs))
        if not getattr(pattern.func, "is_idempotent", False):
            bare.append(route.name)
    assert bare == []


@pytest.mark.parametrize("scope", list(ApiToken.Scope))
def test_a_token_reaches_no_more_than_its_member(world: World, scope: ApiToken.Scope) -> None:
    wrong = []
    for name in sorted(SIGNED_IN):
        actor = world.people[name]
        is_writer = scope == ApiToken.Scope.WRITE and actor.can_edit
        made = ApiToken.Scope.WRITE if is_writer else ApiToken.Scope.READ
        _token, secret = make_token(by=actor, scope=made)
        bearer = {"Authorization": f"Bearer {secret}"}
        for route in api_routes():
            got = outcome(Client(), route, address(route, world), world, **bearer)
            may = name in route.allowed and (route.method == "get" or is_writer)
            if (got == "answered") != may:
                wrong.append(f"{route.method} {route.name} {dict(route.kwargs)} as {name}: {got}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_token_opens_no_page(world: World) -> None:
    _token, secret = make_token(by=world.people["client_owner"])
    bearer = {"Authorization": f"Bearer {secret}"}

    for name in ("accounts:token-list", "kpis:tree-list", "dashboards:home"):
        assert outcome(Client(), Route(name), reverse(name), world, **bearer) == "login"

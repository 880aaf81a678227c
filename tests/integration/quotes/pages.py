"""Signed-in browsers of the cast, and forms as browsers send them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quotes.models import RFQ
from tests.integration.quotes.market import Market

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
NAMES = ("client", "viewer", "advisor", "vendor", "rival", "outsider", "stranger")


def browser(market: Market, name: str) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    client.force_login(market.users[name])
    return client


def text_of(client: Client, address: str, **more: Any) -> str:
    """Return a page without what differs on every load."""
    response = client.get(address, **more)
    return f"{response.status_code} " + TOKEN.sub("", response.content.decode())


def fields_of(html: str) -> dict[str, str]:
    """Return what the forms of a page would send, as a browser without scripts fills them."""
    found: dict[str, str] = {}
    plain = re.sub(r"<template>.*?</template>", "", html, flags=re.DOTALL)
    for tag in re.findall(r"<input\b[^>]*>", plain):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_box = attributes.get("type") in {"checkbox", "radio"}
        if "name" in attributes and (not is_box or " checked" in tag):
            found[attributes["name"]] = attributes.get("value", "on" if is_box else "")
    found |= re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', plain, re.DOTALL)
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', plain, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen.group(1) if chosen else ""
    return found


def quote_form(rfq: RFQ, version: int, **changes: str) -> dict[str, str]:
    """Return a complete quote for the two lines and one promise of the usual request."""
    lines = list(rfq.lines.order_by("position", "id"))
    promises = list(rfq.criteria.exclude(kind="price").order_by("position", "id"))
    data = {
        "version": str(version),
        "discount": "0",
        "valid_until": "2026-12-31",
        "payment_terms": "月末締め翌月末払い",
        "delivery_terms": "",
        "assumptions": "",
        "exclusions": "",
        **management("asked", len(lines)),
        **management("own", 0),
        **management("promises", len(promises)),
    }
    for place, line in enumerate(lines):
        data |= {
            f"asked-{place}-line": str(line.pk),
            f"asked-{place}-unit_price": "１０，０００",
            f"asked-{place}-tax_rate": "10",
        }
    for place, one in enumerate(promises):
        data |= {f"promises-{place}-criterion": str(one.pk), f"promises-{place}-value": "95"}
    return {**data, **changes}


def management(prefix: str, total: int) -> Mapping[str, str]:
    """Return the counts that a formset sends along."""
    return {f"{prefix}-TOTAL_FORMS": str(total), f"{prefix}-INITIAL_FORMS": "0"}


def queries_of(call: Callable[[], HttpResponseBase]) -> int:
    """Count the queries of a request."""
    with CaptureQueriesContext(connection) as captured:
        assert call().status_code == 200
    return len(captured)

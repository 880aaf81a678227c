"""The live stack answers, and its readiness goes through scheduler, broker, worker and database."""

import json
import urllib.request

from tests.browser.stack import Stack


def test_the_whole_stack_is_ready(stack: Stack) -> None:
    with urllib.request.urlopen(f"{stack.url}/readyz", timeout=5) as response:
        body = json.load(response)

    assert body["status"] == "ready"
    assert all(probe["is_well"] for probe in body["probes"].values())

"""Fixtures of the browser tests: one live stack per session, one browser context per person."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.browser.stack import Stack, running_stack

NewPage = Callable[..., Page]
# What tests provoke: refusals, conflicts, a connection that is cut.
EXPECTED = ("404", "403", "409", "ERR_INTERNET_DISCONNECTED")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def browser_path() -> str:
    """Return the browser to drive; `make test` finds or installs one."""
    known = os.environ.get("PLAYWRIGHT_BROWSER_EXECUTABLE_PATH")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = known or next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        pytest.fail("No browser: install Chromium, or run the tests with `make test`.")
    return found


@pytest.fixture(scope="session")
def stack(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """The whole site, running on an empty database."""
    name = f"test_stack_{os.getpid()}"
    with django_db_blocker.unblock(), databases.cloned(name):
        databases.point_at(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}")
        with running_stack(name, tmp_path_factory.mktemp("stack")) as running:
            yield running


@pytest.fixture(scope="module")
def browser(stack: Stack) -> Iterator[Browser]:
    """A headless Chromium that talks to this machine only; it starts after the stack, ends before.

    It goes with its module: as long as it lives, Django sees an event loop and refuses the database.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=browser_path(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield launched
        launched.close()


def _keep_pictures_of(request: pytest.FixtureRequest, contexts: list[BrowserContext]) -> None:
    """Keep what everybody saw last, when the test failed and AIMITSU_FAILURES names a folder."""
    folder = os.environ.get("AIMITSU_FAILURES")
    report = getattr(request.node, "report", None)
    if not folder or report is None or not report.failed:
        return
    for place, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=f"{folder}/fail-{request.node.name}-{place}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether the test failed."""
    report = yield
    if report.when == "call":  # type: ignore[attr-defined]
        item.report = report  # type: ignore[attr-defined]
    return report


@pytest.fixture
def new_page(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[NewPage]:
    """Open a page as a new person (own cookies); errors in the console fail the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        *,
        viewport: dict[str, int] | None = None,
        for_axe: bool = False,
        cookies: StorageState | None = None,
    ) -> Page:
        context = browser.new_context(
            storage_state=cookies,
            bypass_csp=for_axe,  # axe writes styles into the page; the site's own pages may not
            base_url=stack.url,
            viewport=viewport or DESKTOP,  # type: ignore[arg-type]
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: problems.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    _keep_pictures_of(request, contexts)
    for context in contexts:
        context.close()
    unexpected = [one for one in problems if not any(known in one for known in EXPECTED)]
    assert not unexpected, unexpected


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Where documentation pictures go, when they are asked for (`make screenshots`)."""
    folder = os.environ.get("AIMITSU_SCREENSHOTS")
    return Path(folder) if folder else None

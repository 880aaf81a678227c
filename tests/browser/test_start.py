"""The guided start as a beginner meets it: offered first, done by keyboard, on a phone, for all."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.people import Person
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def beginner(request: pytest.FixtureRequest, stack: Stack, new_page: NewPage) -> Person:
    """A client with nothing yet, on a phone."""
    email = f"{request.node.name}@example.com"
    person = Person(new_page(viewport=PHONE), stack, name="山田 花子", email=email)
    person.sign_up()
    person.found_organization("はじめて商店", "client")
    return person


def fits(page: Page, browser: Browser, stack: Stack) -> None:
    """The page has no violation and no sideways scrolling.

    axe writes styles, which our Content-Security-Policy forbids: it looks at the same address in
    a window of its own, for the same person.
    """
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context = browser.new_context(
        base_url=stack.url,
        viewport=PHONE,  # type: ignore[arg-type]
        storage_state=page.context.storage_state(),
        bypass_csp=True,
    )
    same = context.new_page()
    same.goto(page.url)
    found = Axe().run(same, options=RULES).response["violations"]
    context.close()
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


def test_a_beginner_gets_from_home_to_a_tree(
    beginner: Person, browser: Browser, stack: Stack, screenshots: Path | None
) -> None:
    page = beginner.page
    beginner.open("/")
    beginner.press("はじめての方：5つの質問でKPIツリーを作る")
    page.locator("input[value=inquiries]").check()
    fits(page, browser, stack)
    beginner.press("質問を始める")

    page.locator("#id_rationale").fill("昨年度の月平均120件の25%増")
    fits(page, browser, stack)
    page.locator("#id_target").fill("150")
    page.locator("#id_target").press("Enter")

    fits(page, browser, stack)
    page.locator("#id_own_1").fill("紹介を増やす")
    page.locator("#id_own_1").press("Enter")

    page.locator("#kpi-search").fill("リスク レビュー")
    expect(page.get_by_text("リスクレビュー実施率", exact=True).first).to_be_visible()
    expect(page.locator("[data-words]:visible")).to_have_count(1)
    page.locator("#kpi-search").fill("")
    fits(page, browser, stack)
    beginner.press("次へ")

    page.locator(".past summary").first.click()
    page.locator("textarea[name^=past_]").first.fill("92 90 95 88 91 93 96 90")
    page.get_by_role("button", name="目標の位置を確かめる").first.click()
    beginner.sees("無理のない目標です")
    fits(page, browser, stack)
    beginner.picture(screenshots, "10-guided-start")
    beginner.press("次へ")

    beginner.open("/kpis/")
    page.get_by_role("link", name="問い合わせを増やす").click()
    page.locator("#id_client_owner").fill("広報部")
    fits(page, browser, stack)
    beginner.press("ツリーを作る")

    beginner.sees("ツリーができました")
    beginner.sees("指摘はありません")
    fits(page, browser, stack)


def test_templates_are_looked_at_and_planted(
    beginner: Person, browser: Browser, stack: Stack, screenshots: Path | None
) -> None:
    page = beginner.page
    beginner.open("/kpis/templates/?type=support")
    page.locator("details summary", has_text="中身を見る").first.click()
    beginner.sees("初回応答時間")
    fits(page, browser, stack)
    page.get_by_role("link", name="このテンプレートで作成").first.click()
    fits(page, browser, stack)
    beginner.press("このテンプレートで作成")
    beginner.sees("サポート・初期")
    pictures(beginner, screenshots)


def pictures(person: Person, folder: Path | None) -> None:
    """Take the three views of the tree, and its design check, for the documentation."""
    page = person.page
    page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    for place, view in enumerate(("diagram", "outline", "table"), start=11):
        page.locator(f"button[data-view={view}]").click()
        if view == "diagram":
            page.get_by_role("button", name="全体", exact=True).click()
        person.picture(folder, f"{place}-{view}")
    person.open(page.url.partition("?")[0] + "lint/")
    person.sees("設計チェック")
    person.picture(folder, "14-design-check")

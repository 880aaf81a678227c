"""A tree pasted, looked at, saved, taken away and brought back, on a desk and on a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.people import Person
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser
PASTED = "売上高 [円]\n\t=客数 [人]\n\t\t新規客数 [人]\n\t客単価 [円]\n"


def is_accessible(page: Page) -> None:
    """Expect that axe finds nothing on the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_tree_goes_in_and_out(
    browser: Browser, new_page: NewPage, stack: Stack, tmp_path: Path
) -> None:
    person = Person(new_page(), stack, name="高橋 実", email="exchange@example.com")
    person.sign_up()
    person.found_organization("交換商事", "client")
    pasted(person)
    file = taken_away(person, tmp_path)
    person.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    brought_back(person, file)
    looked_at_with_axe(browser, person)


def looked_at_with_axe(browser: Browser, person: Person) -> None:
    """Measure the pages; axe styles what it measures, which the site's own policy forbids."""
    state = person.page.context.storage_state()
    context = browser.new_context(base_url=person.stack.url, storage_state=state, bypass_csp=True)
    page = context.new_page()
    page.goto("/kpis/trees/import/")
    is_accessible(page)
    page.get_by_label("貼り付ける内容").fill(PASTED + "別の目標 [縁]")
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_text("まだ保存できません")).to_be_visible()
    is_accessible(page)
    page.goto(person.page.url.partition("?")[0] + "export/")
    is_accessible(page)
    context.close()


def pasted(person: Person) -> None:
    """Paste with a flaw, mend it, save."""
    person.open("/kpis/trees/import/")
    person.fill("貼り付ける内容", PASTED.replace("[円]\n\t=", "[縁]\n\t="))
    person.press("確認する")
    person.sees("単位「縁」は使えません")
    person.fill("貼り付ける内容", PASTED)
    person.press("もう一度確認する")
    person.sees("保存できます")
    person.sees("目標値のないKPI")
    person.press("この内容で保存する")
    person.sees("4件のKPIでツリーを作りました")


def taken_away(person: Person, folder: Path) -> Path:
    """Download the workbook from the menu of the tree."""
    page = person.page
    page.locator("summary", has_text="ツリーの操作").click()
    page.get_by_role("link", name="書き出し").click()
    person.sees("形式を選ぶ")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    file = folder / "tree.xlsx"
    download.value.save_as(file)
    return file


def brought_back(person: Person, file: Path) -> None:
    """Upload it below the goal, on a phone; one undo takes the branch back."""
    page = person.page
    person.press("KPIツリーへ")
    page.locator("summary", has_text="ツリーの操作").click()
    page.get_by_role("link", name="枝の取り込み").click()
    page.get_by_label("またはファイル").set_input_files(file)
    person.press("確認する")
    person.sees("新しいキーを付けます")
    is_too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(is_too_wide) is False
    person.press("この内容で保存する")
    person.sees("4件のKPIを取り込みました")
    expect(page.get_by_text("=客数")).to_have_count(2)

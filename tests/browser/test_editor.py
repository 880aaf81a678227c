"""The tree editor in a real browser: keyboard, input method, undo, two windows, paste, phone, axe."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.people import Person
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser


def make_goal(person: Person, name: str) -> str:
    """Make a tree of one goal and open it; return its address."""
    person.open("/kpis/new/")
    form = person.page.locator("form[action$='/kpis/new/']")
    form.locator("input[name=name]").fill(name)
    form.locator("input[name=goal_name]").fill("売上")
    form.locator("select[name=unit]").select_option("yen")
    form.locator("input[name=target]").fill("1000000")
    form.locator("select[name=rationale_kind]").select_option("history")
    form.locator("[name=rationale]").fill("昨年の実績から")
    person.press("ツリーを作成")
    expect(person.page.locator("kpi-tree[data-ready]")).to_be_visible()
    return re.sub(r"[?#].*", "", person.page.url)


def names(page: Page) -> list[str]:
    """Return the names in sight with their levels, as the person sees them."""
    items = page.locator("[data-stage] [data-key][aria-level]")
    found = items.evaluate_all(
        """all => all.map(one => one.getAttribute("aria-level") + " " + (
            one.querySelector(".tree-card__name, .outline__text")?.textContent ?? "…"))"""
    )
    return [str(one).replace("KGI", "").replace("参照", "") for one in found]


def shows(page: Page, wanted: list[str]) -> None:
    """Wait until these names are in sight, and until the server has them."""
    saved(page)
    deadline = time.monotonic() + 10
    while names(page) != wanted and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert names(page) == wanted
    saved(page)


def saved(page: Page) -> None:
    """Wait until the server has everything."""
    expect(page.locator("[data-saving]")).to_contain_text("保存済み")


def typed(page: Page, text: str, key: str) -> None:
    """Write a name in place and finish it with a key."""
    field = page.locator(".name-input")
    expect(field).to_be_focused()
    page.keyboard.insert_text(text)
    page.keyboard.press(key)


def violations(page: Page) -> list[str]:
    """Return what axe finds."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.fixture(scope="module")
def cookies(browser: Browser, stack: Stack) -> StorageState:
    """Someone with a company of their own signed up once; these cookies sign them in."""
    context = browser.new_context(base_url=stack.url, locale="ja-JP")
    person = Person(context.new_page(), stack, name="設計 太郎", email="designer@example.com")
    person.sign_up()
    person.found_organization("設計株式会社", "client")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def designer(new_page: NewPage, stack: Stack, cookies: StorageState) -> Person:
    """The designer in front of a window of their own."""
    page = new_page(cookies=cookies)
    return Person(page, stack, name="設計 太郎", email="designer@example.com")


def test_an_expert_builds_a_tree_without_the_mouse(designer: Person) -> None:
    page = designer.page
    address = make_goal(designer, "売上を伸ばす")
    page.locator(".tree-card").focus()
    press = page.keyboard.press

    press("Enter")
    typed(page, "客数", "Enter")
    press("Enter")
    typed(page, "客単価", "Tab")
    typed(page, "単品単価", "Tab")
    press("Escape")
    shows(page, ["1 売上", "2 客数", "2 客単価", "3 単品単価"])

    press("Alt+ArrowLeft")
    shows(page, ["1 売上", "2 客数", "2 客単価", "2 単品単価"])
    press("Alt+ArrowUp")
    expect(page.locator("[data-key][aria-level]").nth(2)).to_contain_text("単品単価")
    press("F2")
    typed(page, "買上点数", "Enter")
    press("Control+d")
    shows(page, ["1 売上", "2 客数", "2 買上点数", "2 買上点数", "2 客単価"])
    for _ in range(4):
        press("Control+z")
    shows(page, ["1 売上", "2 客数", "2 客単価", "3 単品単価"])
    press("Control+y")
    shows(page, ["1 売上", "2 客数", "2 客単価", "2 単品単価"])

    press("Home")
    press("1")
    shows(page, ["1 売上"])
    press("0")
    press("/")
    expect(page.locator("input[data-search]")).to_be_focused()
    page.keyboard.insert_text("客単")
    expect(page.locator("[data-hits]")).to_have_text("1件")
    press("Enter")
    expect(page.locator("[data-key][aria-selected=true]")).to_contain_text("客単価")
    press("Delete")
    shows(page, ["1 売上", "2 客数", "2 単品単価"])
    page.goto(address)
    expect(page.locator(".tree-card")).to_have_count(3)
    shows(page, ["1 売上", "2 客数", "2 単品単価"])


def test_tab_leaves_the_tree(designer: Person) -> None:
    page = designer.page
    make_goal(designer, "タブで出られる")
    page.locator(".tree-card").focus()

    page.keyboard.press("Tab")

    assert not page.evaluate("document.activeElement.closest('[data-stage]') !== null")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".tree-card")).to_be_focused()


def test_keys_are_silent_while_a_word_is_composed(designer: Person) -> None:
    page = designer.page
    make_goal(designer, "変換中は静か")
    page.locator(".tree-card").focus()
    page.keyboard.press("Enter")
    field = page.locator(".name-input")
    expect(field).to_be_focused()
    method = page.context.new_cdp_session(page)
    words = {"text": "といあわせ", "selectionStart": 5, "selectionEnd": 5}

    method.send("Input.imeSetComposition", words)
    for key, code in (("Enter", 13), ("Tab", 9), ("Escape", 27)):
        event = {"key": key, "code": key, "windowsVirtualKeyCode": 229}
        method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        method.send(
            "Input.dispatchKeyEvent", {"type": "keyUp", **event, "nativeVirtualKeyCode": code}
        )
        expect(field).to_be_visible()
    method.send("Input.insertText", {"text": "問い合わせ数"})
    expect(field).to_have_value("問い合わせ数")
    assert names(page) == ["1 売上", "2 …"]
    page.keyboard.press("Enter")

    shows(page, ["1 売上", "2 問い合わせ数"])


def test_two_windows_see_each_other_and_nothing_is_lost(
    designer: Person, new_page: NewPage, stack: Stack, cookies: StorageState
) -> None:
    address = make_goal(designer, "二人で編集")
    page = designer.page
    page.locator(".tree-card").focus()
    for name in ("客数", "客単価"):
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        typed(page, name, "Enter")
    saved(page)
    other = Person(new_page(cookies=cookies), stack, name="設計 太郎", email=designer.email)
    other.open(address)
    expect(other.page.locator(".tree-card")).to_have_count(3)

    page.get_by_role("treeitem", name="客数").focus()
    page.keyboard.press("F2")
    typed(page, "来店客数", "Enter")
    saved(page)
    # Elsewhere in the tree: no question. In the same place: both sides are shown.
    other.page.get_by_role("treeitem", name="客単価").focus()
    other.page.keyboard.press("F2")
    typed(other.page, "平均単価", "Enter")
    saved(other.page)
    shows(other.page, ["1 売上", "2 来店客数", "2 平均単価"])
    expect(page.get_by_role("treeitem", name="平均単価")).to_be_visible(timeout=15_000)

    other.page.context.set_offline(True)
    other.page.get_by_role("treeitem", name="平均単価").focus()
    other.page.keyboard.press("F2")
    typed(other.page, "客単価（税抜）", "Enter")
    page.get_by_role("treeitem", name="平均単価").focus()
    page.keyboard.press("F2")
    typed(page, "客単価（税込）", "Enter")
    saved(page)
    other.page.context.set_offline(False)
    dialog = other.page.locator("dialog[data-dialog=conflict]")
    expect(dialog).to_be_visible(timeout=15_000)
    expect(dialog).to_contain_text("客単価（税込）")
    expect(dialog.locator("[data-typed]")).to_have_value("客単価（税抜）")
    dialog.get_by_role("button", name="自分の変更を行う").click()
    saved(other.page)
    assert names(other.page)[-1] == "2 客単価（税抜）"
    expect(page.get_by_role("treeitem", name="客単価（税抜）")).to_be_visible(timeout=15_000)


def test_branches_are_copied_within_a_tree_and_into_another(designer: Person) -> None:
    page = designer.page
    first = make_goal(designer, "元のツリー")
    page.locator(".tree-card").focus()
    page.keyboard.press("Enter")
    typed(page, "客数", "Tab")
    typed(page, "新規客数", "Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+c")
    saved(page)
    make_goal(designer, "写す先のツリー")
    page.locator(".tree-card").focus()
    page.keyboard.press("Control+v")
    expect(page.locator(".tree-card")).to_have_count(3)
    shows(page, ["1 売上", "2 客数", "3 新規客数"])
    page.goto(first)
    expect(page.locator(".tree-card")).to_have_count(3)


def test_cells_are_written_pasted_and_set_for_many(designer: Person) -> None:
    page = designer.page
    make_goal(designer, "表で直す")
    page.locator(".tree-card").focus()
    for name in ("客数", "客単価"):
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        typed(page, name, "Enter")
    saved(page)
    page.get_by_role("button", name="表", exact=True).click()
    cells = page.locator("tbody tr").nth(1).locator("[data-column]")

    cells.nth(0).click()
    page.keyboard.press("Enter")
    page.locator("tbody .tree-table__field").fill("来店客数")
    page.keyboard.press("Tab")
    expect(cells.nth(1)).to_be_focused()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "人\\t\\t高いほど良い\\n円\\t\\t高いほど良い");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste",
                {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    saved(page)
    expect(page.locator("tbody tr").nth(1)).to_contain_text("人")
    expect(page.locator("tbody tr").nth(2)).to_contain_text("円")

    for at in (1, 2):
        page.locator("tbody tr").nth(at).get_by_role("checkbox").check()
    bar = page.get_by_role("form", name="一括設定")
    bar.get_by_label("設定する項目").select_option("importance")
    bar.get_by_label("重要度").fill("9")
    bar.get_by_role("button", name="まとめて設定").click()
    expect(page.locator("[data-notice]")).to_contain_text("1以上5以下")
    bar.get_by_label("重要度").fill("5")
    bar.get_by_role("button", name="まとめて設定").click()
    saved(page)
    page.keyboard.press("Control+z")
    saved(page)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").nth(1).locator("[data-column='12']")).to_have_text("3")


def test_a_formula_is_written_with_names_that_are_offered(designer: Person) -> None:
    page = designer.page
    make_goal(designer, "式を書く")
    page.locator(".tree-card").focus()
    for name in ("来店客数", "客単価"):
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        typed(page, name, "Enter")
    saved(page)
    page.get_by_role("treeitem", name="売上").click()
    page.get_by_role("link", name="すべての項目を編集").click()
    page.locator("select[name=value_source]").select_option("formula")
    page.locator("select[name=unit]").select_option("count")
    formula = page.get_by_role("combobox", name="計算式")
    formula.focus()
    page.keyboard.insert_text("来店")
    expect(page.get_by_role("option", name="来店客数")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" + 客単 ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.insert_text("価")
    page.get_by_role("option", name="客単価").click()
    expect(formula).to_have_value("[来店客数] + [客単価] ")
    designer.press("保存する")
    designer.sees("[来店客数] + [客単価]")
    designer.sees("計算式で計算")


def test_a_card_is_dragged_below_another_one(designer: Person) -> None:
    page = designer.page
    make_goal(designer, "引いて動かす")
    page.locator(".tree-card").focus()
    for name in ("客数", "客単価"):
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        typed(page, name, "Enter")
    saved(page)

    page.get_by_role("treeitem", name="客単価").drag_to(page.get_by_role("treeitem", name="客数"))

    shows(page, ["1 売上", "2 客数", "3 客単価"])


def test_the_tree_is_clean_for_axe_in_all_views_and_on_a_phone(
    new_page: NewPage, stack: Stack, cookies: StorageState
) -> None:
    window = new_page(for_axe=True, cookies=cookies)
    seer = Person(window, stack, name="設計 太郎", email="designer@example.com")
    seer.open("/kpis/templates/example/")
    page = seer.page
    seer.press("このテンプレートで作成")
    expect(page.locator("kpi-tree[data-ready]")).to_be_visible()
    expect(page.locator("[data-panel-body] dl")).to_be_visible()
    address = re.sub(r"[?#].*", "", page.url)
    for view in ("図", "アウトライン", "表"):
        page.get_by_role("button", name=view, exact=True).click()
        assert violations(page) == [], view
    small = new_page(viewport=PHONE, for_axe=True, cookies=cookies)
    phone = Person(small, stack, name="設計 太郎", email="designer@example.com")
    phone.open(address)
    expect(phone.page.locator("[role=treegrid] [role=row]").nth(3)).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(phone.page) == []


def test_without_javascript_the_tree_is_read_and_changed(designer: Person) -> None:
    page = designer.page
    address = make_goal(designer, "スクリプトなし")
    state = page.context.storage_state()
    browser = page.context.browser
    assert browser
    plain = browser.new_context(
        base_url=designer.stack.url, java_script_enabled=False, storage_state=state
    )
    try:
        reader = plain.new_page()
        reader.goto(address)
        reader.get_by_role("link", name="売上", exact=True).click()
        reader.locator("#add").fill("客数")
        reader.get_by_role("button", name="下に追加").last.click()
        expect(reader.locator("li li .outline__name")).to_contain_text("客数")
    finally:
        plain.close()

"""How long the tree editor takes from a key to the picture, with 500 and 2,000 KPIs: `make bench`.

Figures are printed beside the same figure for a tree of 20 KPIs in the same run, and beside the
limit; nothing passes or fails by a time.
"""

import re
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.people import Person
from tests.browser.stack import Stack

pytestmark = pytest.mark.browser
RUNS = 15
PAINT_LIMIT = 100
OPEN_LIMIT = 2_000

GROW = """async ({leaves, groups, branches}) => {
    const tree = document.querySelector("kpi-tree");
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const state = await (await fetch(tree.dataset.state)).json();
    let version = state.version;
    const goal = state.nodes[0].id;
    const send = async (kind, data) => {
        const answer = await fetch(tree.dataset.api + "commands/", {
            method: "POST",
            headers: {"Content-Type": "application/json", "X-CSRFToken": token},
            body: JSON.stringify({kind, version, ...data}),
        });
        const body = await answer.json();
        if (!answer.ok) throw new Error(JSON.stringify(body));
        version = body.version;
        return body.kpi;
    };
    const add = (parent_id, name) => send("add", {parent_id, settings: {name}});
    const branch = await add(goal, "部門");
    const group = await add(branch, "要因");
    for (let at = 0; at < leaves; at++) await add(group, `指標${at}`);
    for (let at = 1; at < groups; at++) await send("copy", {kpi: group, parent_id: branch});
    for (let at = 1; at < branches; at++) await send("copy", {kpi: branch, parent_id: goal});
}"""

# From the key until the picture after it was drawn: the second frame begins when the first is out.
KEY = """async ({key, more, text}) => {
    const target = document.activeElement;
    const start = performance.now();
    if (text) target.value = text;
    target.dispatchEvent(new KeyboardEvent("keydown", {key, ...more, bubbles: true, cancelable: true}));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""


def grown(person: Person, name: str, sizes: dict[str, int]) -> str:
    """Make a tree of this size; return its address."""
    page = person.page
    person.open("/kpis/new/")
    form = page.locator("form[action$='/kpis/new/']")
    form.locator("input[name=name]").fill(name)
    form.locator("input[name=goal_name]").fill("売上")
    form.locator("input[name=target]").fill("100")
    form.locator("select[name=rationale_kind]").select_option("history")
    form.locator("[name=rationale]").fill("昨年の実績から")
    person.press("ツリーを作成")
    expect(page.locator("kpi-tree[data-ready]")).to_be_visible()
    page.evaluate(GROW, sizes)
    return re.sub(r"[?#].*", "", page.url)


def opened(page: Page, address: str) -> list[float]:
    """Open the tree several times; return from the click to its first picture, in ms."""
    found = []
    for _ in range(5):
        page.goto(address)
        expect(page.locator("kpi-tree[data-ready]")).to_be_visible()
        found.append(
            float(page.evaluate("performance.getEntriesByName('kpi-tree-ready')[0].startTime"))
        )
    return found


def key(page: Page, name: str, text: str = "", **more: bool) -> float:
    return float(page.evaluate(KEY, {"key": name, "more": more, "text": text}))


def edits(page: Page) -> dict[str, list[float]]:
    """Do each edit several times with all KPIs in sight; return the times in ms."""
    page.locator("[data-stage] [data-key]").first.focus()
    key(page, "0")
    times: dict[str, list[float]] = {}

    def note(what: str, time: float) -> None:
        times.setdefault(what, []).append(time)

    key(page, "ArrowDown")
    key(page, "ArrowDown")
    for run in range(RUNS):
        note("select", key(page, "ArrowDown"))
        note("begin a name", key(page, "F2"))
        note("rename", key(page, "Enter", f"指標の新しい名前{run}"))
        note("begin a KPI", key(page, "Enter"))
        note("add", key(page, "Enter", f"追加{run}"))
        note("move up", key(page, "ArrowUp", altKey=True))
        note("delete", key(page, "Delete"))
        expect(page.locator("[data-saving]")).to_contain_text("保存済み", timeout=60_000)
    note("fold all", key(page, "2"))
    note("open all", key(page, "0"))
    return times


def test_the_editor_keeps_up(new_page: NewPage, stack: Stack) -> None:
    person = Person(new_page(), stack, name="計測 太郎", email="bench@example.com")
    person.sign_up()
    person.found_organization("計測株式会社", "client")
    page = person.page
    small = grown(person, "小さなツリー", {"leaves": 5, "groups": 3, "branches": 1})
    middle = grown(person, "500件のツリー", {"leaves": 9, "groups": 7, "branches": 7})
    large = grown(person, "2000件のツリー", {"leaves": 9, "groups": 7, "branches": 28})
    sizes = {}
    found = {}
    openings = {}
    for name, address in (("20", small), ("500", middle), ("2000", large)):
        openings[name] = opened(page, address)
        sizes[name] = page.evaluate("document.querySelector('[data-saving]').textContent")
        for view in ("図", "アウトライン"):
            page.get_by_role("button", name=view, exact=True).click()
            found[name, view] = edits(page)
        page.get_by_role("button", name="図", exact=True).click()
    report(sizes, openings, found)


def report(
    sizes: dict[str, str],
    openings: dict[str, list[float]],
    found: dict[tuple[str, str], dict[str, list[float]]],
) -> None:
    """Print medians and maxima in ms, and each median as a multiple of the small tree's."""
    lines = ["", "KPIs    view        what            median   max   x small   limit"]
    base = median(openings["20"])
    for name, times in openings.items():
        lines.append(
            f"{name:7} -           open            {median(times):6.0f} {max(times):6.0f}"
            f" {median(times) / base:8.1f}   {OPEN_LIMIT}"
        )
    for (name, view), kinds in found.items():
        for what, times in kinds.items():
            one = median(found["20", view][what])
            lines.append(
                f"{name:7} {view:8}  {what:14}  {median(times):6.0f} {max(times):6.0f}"
                f" {median(times) / one:8.1f}   {PAINT_LIMIT}"
            )
    lines += [f"{name}: {text}" for name, text in sizes.items()]
    print("\n".join(lines))  # noqa: T201

"""Why a tree moved, and what would move it: on a desk, on a phone, and for a screen reader."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.people import Person
from tests.browser.stack import Stack
from tests.browser.test_exchange import is_accessible

pytestmark = pytest.mark.browser
TREE = (
    "階層,名称,キー,単位,あたり,視点,値の出どころ,計算式,目標の適用開始日,目標値,根拠,影響\n"
    "1,売上,sales,円,,財務,計算式,guests * spend,{start},700000,前年実績,\n"
    "2,客数,guests,人,,顧客,,,{start},150,前年実績,\n"
    "2,客単価,spend,円,人,財務,,,{start},5000,前年実績,\n"
    "2,対応件数,answers,件,,業務プロセス,,,{start},40,協議,guests: 早い返事が客を呼ぶ\n"
)
VALUES = {"guests": (100, 110), "spend": (5000, 5100), "answers": (30, 36)}
# The product of both: 100 × 5,000 and 110 × 5,100.
CHANGE = "+61,000円"
PAGES = ("why", "what-if", "matrix", "perspectives")

FILLED = """async ({text, values, months}) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const send = async (path, data) => {
        const answer = await fetch(path, {
            method: "POST",
            headers: {"Content-Type": "application/json", "X-CSRFToken": token},
            body: JSON.stringify(data),
        });
        const body = await answer.json();
        if (!answer.ok) throw new Error(JSON.stringify(body));
        return body;
    };
    const made = await send("/api/v1/trees/import/", {text, name: "店の売上"});
    const state = await (await fetch(`/api/v1/trees/${made.tree}/`)).json();
    for (const kpi of state.kpis) {
        const known = values[kpi.key] ?? [];
        for (let at = 0; at < known.length; at++) {
            await send(`/api/v1/kpis/${kpi.id}/measurements/`, {
                period_start: months[at], value: String(known[at]),
            });
        }
    }
    return made.tree;
}"""


def months() -> tuple[str, str]:
    """Return the first days of the last two months that are over."""
    first = date.today().replace(day=1)  # noqa: DTZ011 - any day of the month does
    back = [(first.year * 12 + first.month - 1 - one) for one in (2, 1)]
    return tuple(f"{at // 12}-{at % 12 + 1:02}-01" for at in back)  # type: ignore[return-value]


def explained(page: Page, address: str) -> None:
    """Wait until the worker has computed both months."""
    for _ in range(60):
        page.goto(address)
        if page.get_by_text(CHANGE).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("main").inner_text())


def test_a_change_is_explained_and_imagined_without_being_kept(
    new_page: NewPage, stack: Stack, screenshots: Path | None
) -> None:
    person = Person(new_page(), stack, name="森 かおり", email="insight@example.com")
    person.sign_up()
    person.found_organization("もり食堂", "client")
    person.open("/kpis/trees/import/")
    tree = person.page.evaluate(
        FILLED, {"text": TREE.format(start=months()[0]), "values": VALUES, "months": months()}
    )
    pages = {name: f"/dashboards/trees/{tree}/{name}/" for name in PAGES}

    explained(person.page, pages["why"])
    # Shapley: 10 guests × the mean price of 5,050, and 100 yen × the mean of 105 guests.
    person.sees("+50,500円")
    person.sees("+10,500円")
    person.picture(screenshots, "15-bridge")
    imagined(person, pages["what-if"])
    person.open(pages["matrix"])
    person.sees("先に手を打つ")
    person.picture(screenshots, "16-matrix")
    fits_a_sheet(person.page)
    person.open(pages["perspectives"])
    drawn = person.page.locator(".strategy-map path[data-kind=influence]")
    expect(drawn.locator("title")).to_have_text("対応件数 → 客数")
    person.picture(screenshots, "17-perspectives")
    fits_a_phone(person.page, pages)
    looked_at_with_axe(new_page, person, pages)


def fits_a_sheet(page: Page) -> None:
    """On paper the table stays a table, and the whole chart is inside its card."""
    expect(page.locator("plotly-chart")).to_have_attribute("data-state", "drawn")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 990})
    try:
        expect(page.locator(".local-nav")).to_be_hidden()
        assert page.locator("[data-variant=cards] thead").first.bounding_box()["height"] > 10  # type: ignore[index]
        card = page.locator("plotly-chart").bounding_box()
        drawing = page.locator("plotly-chart .main-svg").first.bounding_box()
        assert card
        assert drawing
        assert drawing["width"] <= card["width"] + 1
        assert drawing["height"] <= card["height"] + 1
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1440, "height": 900})


def imagined(person: Person, address: str) -> None:
    """Move a slider: the result follows, and the page has it no more when it is opened again."""
    page = person.page
    page.goto(address)
    row = page.get_by_role("row", name=re.compile("^客数"))
    row.locator("input[type=range]").evaluate(
        "one => { one.value = one.min; one.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    expect(page.locator("#results")).to_contain_text("510,000円")  # 100 guests × 5,100 yen
    page.get_by_label(re.compile("^売上")).last.fill("612000")
    page.get_by_role("button", name="試算する").click()
    expect(page.locator("#results")).to_contain_text("120人")
    page.goto(address)
    expect(page.locator("#results")).not_to_contain_text("510,000円")
    expect(row).to_contain_text("110人")


def fits_a_phone(page: Page, pages: dict[str, str]) -> None:
    """No page is wider than the screen."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for address in pages.values():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def looked_at_with_axe(new_page: NewPage, person: Person, pages: dict[str, str]) -> None:
    """Measure the pages."""
    page = new_page(for_axe=True, cookies=person.page.context.storage_state())
    for address in pages.values():
        page.goto(address)
        is_accessible(page)

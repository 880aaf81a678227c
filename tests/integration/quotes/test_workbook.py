"""The comparison as a workbook: another spreadsheet engine computes from its formulas what we do."""

import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import formulas
import openpyxl
import pytest
from django.urls import reverse

from core import tenancy
from quotes.models import RFQ
from quotes.queries.comparison import RoundComparison, comparison_of
from quotes.queries.workbook import comparison_workbook
from tests.integration.quotes.market import Market
from tests.integration.quotes.pages import browser
from tests.integration.quotes.test_verdict import Bids, opened

pytestmark = pytest.mark.django_db
BIDS: Bids = {"vendor": ((200_000, 300_000), 98), "rival": ((180_000, 300_000), 90)}
Cells = dict[tuple[str, str], Any]


def saved(comparison: RoundComparison, folder: Path, changes: Cells) -> Path:
    """Write the workbook, change cells as somebody in Excel would."""
    book = openpyxl.load_workbook(
        io.BytesIO(comparison_workbook(comparison, comparison.rfq.deadline_at))
    )
    for (sheet, address), value in changes.items():
        book[sheet][address] = value
    path = folder / "book.xlsx"
    book.save(path)
    return path


def computed(path: Path) -> Cells:
    """Compute every formula of the workbook anew, with an engine that is not ours."""
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found: Cells = {}
    for key, one in solution.items():
        if "!" in str(key) and ":" not in str(key).split("!")[1]:
            sheet, address = str(key).split("]")[1].split("'!")
            found[sheet, address] = one.value[0, 0]
    return found


def row_of(path: Path, label: str, sheet: str = "評価") -> int:
    """Return the last row that begins with this label."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_col=1, max_col=1)
    return max(int(cell.row) for (cell,) in rows if str(cell.value or "").startswith(label))


def comparison(market: Market, now: datetime, **changes: object) -> RoundComparison:
    with tenancy.acting(market.client):
        found = comparison_of(opened(market, now, BIDS, **changes))
        _ = found.rfq.client, found.ordered
        return found


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"price_method": "lowest"}, "合計点"),
        ({"price_method": "ceiling", "ceiling": Decimal(5_000_000)}, "合計点"),
        ({"method": "division", "division_base": Decimal(50)}, "評価値"),
        ({"method": "topsis"}, "近さ"),
    ],
)
def test_the_formulas_compute_what_we_do(
    market: Market, now: datetime, tmp_path: Path, changes: dict[str, object], label: str
) -> None:
    known = comparison(market, now, **changes)
    with tenancy.acting(market.client):
        path = saved(known, tmp_path, {})
    found = computed(path)

    row = row_of(path, label)
    for column, one in zip("GH", known.result.ranking, strict=True):
        assert float(found["評価", f"{column}{row}"]) == pytest.approx(float(one.total), abs=1e-9)
        assert found["評価", f"{column}{row + 1}"] == one.rank
    totals = row_of(path, "合計（税込）", "見積の内容")
    for column, bid in zip("EG", known.ordered, strict=True):
        total = float(bid.content["totals"]["total"])
        assert float(found["見積の内容", f"{column}{totals}"]) == total


def test_another_price_makes_another_ranking(market: Market, now: datetime, tmp_path: Path) -> None:
    """First 66.4 to 56.7; with 12 × 20,000 + 300,000 = 540,000 yen the second has 40 + 16.7."""
    known = comparison(market, now)
    with tenancy.acting(market.client):
        path = saved(known, tmp_path, {("見積の内容", "F4"): 20_000})
    found = computed(path)

    row = row_of(path, "合計点")
    first, second = (float(found["評価", f"{column}{row}"]) for column in "GH")
    assert first == pytest.approx(40 * 540_000 / 2_700_000 + 30)
    assert second == pytest.approx(40 + 30 * 10 / 18)
    assert (found["評価", f"G{row + 1}"], found["評価", f"H{row + 1}"]) == (2, 1)


def test_what_vendors_wrote_is_never_a_formula(
    market: Market, now: datetime, tmp_path: Path
) -> None:
    market.organizations["vendor"].name = "=1+1"
    known = comparison(market, now, title='=HYPERLINK("x")')
    with tenancy.acting(market.client):
        path = saved(known, tmp_path, {})
    cell = openpyxl.load_workbook(path)["評価"]["A1"]

    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("x")')


def test_it_is_sent_to_the_asking_side_after_the_opening(
    market: Market, now: datetime, sent: RFQ
) -> None:
    rfq = opened(market, now)
    answer = browser(market, "advisor").get(reverse("quotes:rfq-workbook", args=[rfq.pk]))

    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == ["評価", "見積の内容"]
    sealed = browser(market, "client").get(reverse("quotes:rfq-workbook", args=[sent.pk]))
    assert sealed.status_code == 409

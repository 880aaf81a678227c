"""Trees survive the way out and in: whatever the names are, and without executing any of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.rounding import decimal_text
from kpis.domain.exchange import drawing, indented, json_form, mermaid, table, text_table, workbook
from kpis.domain.exchange.cells import Choice, Day, Key, Links, Name, Number, Text, Whole
from kpis.domain.exchange.columns import KPI_COLUMNS, TARGET_COLUMNS, Column
from kpis.domain.exchange.drawing import Card
from kpis.domain.exchange.entries import Entry, Form, TargetEntry, parents
from kpis.domain.exchange.messages import Unreadable
from kpis.domain.exchange.reading import read, text_of
from kpis.domain.tree import Json

AT = datetime(2026, 4, 1, tzinfo=UTC)
NASTY = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-5%改善",
    "@SUM(A1)",
    "'=1",
    "''",
    "＝全角",
    " 前後の空白 ",
    "　全角空白",
    "- 箇条書き",
    "・中黒",
    "1. 番号",
    "売上, 税込",
    'あ"い"う',
    '"囲み"',
    "売上 [円]",
    "売上（税込）",
    "名称,単位",
    "名称;単位",
    "{}",
    "[1]",
    "_x0041_",
    "#見出し",
    "\ufeff先頭",
    "├─枝",
    "000123",
    "1e5",
    "2026-04-01",
]
LETTERS = st.characters(
    blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\ufffe\uffff"
)
NAMES = (st.sampled_from(NASTY) | st.text(LETTERS, min_size=1, max_size=40)).filter(
    lambda one: bool(one.strip())
)
TEXTS = st.sampled_from(NASTY) | st.text(LETTERS | st.sampled_from("\n\t"), max_size=60)


def values(column: Column) -> st.SearchStrategy[Json]:
    """Return every value that a field of the column can have."""
    kind = column.kind
    if isinstance(kind, Name):
        return NAMES
    if isinstance(kind, Key):
        return st.from_regex(r"[a-z_][a-z0-9_]{0,59}", fullmatch=True)
    if isinstance(kind, Text):
        return TEXTS
    if isinstance(kind, Choice):
        return st.sampled_from([*kind.words, *({kind.default} - set(kind.words))])
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Links):
        notes = (
            st.sampled_from(NASTY) | st.text(LETTERS | st.sampled_from("\n\t"), max_size=20)
        ).map(str.strip) | st.sampled_from(NASTY)
        keys = st.from_regex(r"[a-z_][a-z0-9_]{0,59}", fullmatch=True)
        return st.lists(st.fixed_dictionaries({"key": keys, "note": notes}), max_size=3)
    if isinstance(kind, Day):
        days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
        return days.map(date.isoformat) | st.none()
    assert isinstance(kind, Number)
    low = -(10**14) + 1 if kind.low is None else kind.low
    high = 10**14 - 1 if kind.high is None else kind.high
    numbers = st.decimals(low, high, places=kind.places).map(decimal_text)
    return numbers if kind.default is not None else numbers | st.none()


FIELDS: st.SearchStrategy[dict[str, Json]] = st.fixed_dictionaries(
    {one.field: values(one) for one in KPI_COLUMNS}
)
TARGETS: st.SearchStrategy[dict[str, Json]] = st.fixed_dictionaries(
    {one.field: values(one) for one in TARGET_COLUMNS}
)


@st.composite
def trees(draw: st.DrawFn) -> list[Entry]:
    """Draw a tree in the order of its outline."""
    entries: list[Entry] = []
    for _at in range(draw(st.integers(1, 6))):
        level = draw(st.integers(2, entries[-1].level + 1)) if entries else 1
        said = [TargetEntry(one) for one in draw(st.lists(TARGETS, max_size=2))]
        entries.append(Entry(level, draw(FIELDS), said))
    return entries


def same(found: Sequence[Entry], wanted: Sequence[Entry]) -> bool:
    """Tell whether the trees are equal, wherever their rows stood."""
    return [
        (one.level, dict(one.fields), [dict(each.fields) for each in one.targets]) for one in found
    ] == [
        (one.level, dict(one.fields), [dict(each.fields) for each in one.targets]) for one in wanted
    ]


@given(trees())
@settings(max_examples=60)
def test_json_comes_back_exactly(tree: list[Entry]) -> None:
    text = json_form.write(tree, {"name": "ツリー"})
    draft = read(text_of(text.encode()))
    assert (draft.form, draft.name, draft.problems) == (Form.JSON, "ツリー", [])
    assert same(draft.entries, tree)


@given(trees())
@settings(max_examples=60)
def test_csv_comes_back_exactly(tree: list[Entry]) -> None:
    draft = read(text_of(text_table.write(table.write(tree))))
    assert (draft.form, draft.problems) == (Form.TABLE, [])
    assert same(draft.entries, tree)


@given(trees())
@settings(max_examples=30, deadline=None)
def test_a_workbook_comes_back_exactly(tree: list[Entry]) -> None:
    draft = read(text_of(workbook.write(table.write(tree), AT)))
    assert (draft.form, draft.problems) == (Form.TABLE, [])
    assert same(draft.entries, tree)


@given(trees())
def test_an_indented_list_keeps_names_units_and_structure(tree: list[Entry]) -> None:
    draft = read(text_of(indented.write(tree).encode()))
    assert (draft.form, draft.problems) == (Form.INDENTED, [])
    found = [(one.level, one.name, one.fields["unit"]) for one in draft.entries]
    assert found == [(one.level, one.name, one.fields["unit"]) for one in tree]


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_name_survives_in_every_form(name: str) -> None:
    tree = [Entry(1, {"name": name, "unit": "yen"}), Entry(2, {"name": name, "unit": "count"})]
    written = [
        json_form.write(tree, {}).encode(),
        text_table.write(table.write(tree)),
        workbook.write(table.write(tree), AT),
        indented.write(tree).encode(),
    ]
    for data in written:
        draft = read(text_of(data))
        assert [(one.level, one.name, one.fields["unit"]) for one in draft.entries] == [
            (1, name, "yen"),
            (2, name, "count"),
        ]


@given(trees())
def test_no_cell_begins_like_a_formula(tree: list[Entry]) -> None:
    for row in table.write(tree):
        for header, cell in zip(table.write([])[0], row, strict=True):
            is_number = cell[:1] == "-" and cell[1:].replace(".", "").isascii()
            assert cell[:1] not in tuple("=+@＝＋－＠\t\r") or not cell, header
            assert cell[:1] != "-" or is_number, header


def told(data: bytes, form: Form | None = None) -> list[str]:
    """Read the bytes; return what is told, at least that there is a tree."""
    try:
        draft = read(text_of(data), form)
    except Unreadable as error:
        return [error.problem.text()]
    return [draft.entries[0].name and "読めました", *(one.text() for one in draft.problems)]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_is_uploaded_is_read_or_refused_with_a_sentence(data: bytes) -> None:
    assert any(told(data))


@given(st.text(max_size=200), st.sampled_from(Form))
def test_any_text_in_any_form_is_read_or_refused_with_a_sentence(text: str, form: Form) -> None:
    assert any(told(text.encode(), form))


@given(trees())
def test_cards_never_touch_and_stand_beside_their_parent(tree: list[Entry]) -> None:
    cards = [
        Card(one.name, ("目標 1",), above) for one, above in zip(tree, parents(tree), strict=True)
    ]
    placed = drawing.layout(cards)
    for at, one in enumerate(placed):
        for other in placed[at + 1 :]:
            is_apart = one.y + one.height < other.y or other.y + other.height < one.y
            assert one.x != other.x or is_apart
    width, height = drawing.size(placed)
    assert all(one.x > 0 and one.x + drawing.CARD_WIDTH < width for one in placed)
    assert all(one.y > 0 and one.y + one.height < height for one in placed)


@given(trees())
def test_a_drawing_is_xml_with_every_name(tree: list[Entry]) -> None:
    cards = [Card(one.name, (), above) for one, above in zip(tree, parents(tree), strict=True)]
    root = ElementTree.fromstring(drawing.svg(cards, tree[0].name))  # noqa: S314 - our own text
    titles = [one.text for one in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == len(tree) + 1


@given(trees())
def test_every_card_is_on_a_sheet(tree: list[Entry]) -> None:
    cards = [Card(f"{at}", (), above) for at, above in enumerate(parents(tree))]
    sheets = drawing.sheets(cards, 700, 200, "続く")
    assert {card.name for one in sheets for card in one.cards} == {card.name for card in cards}


@given(trees())
def test_mermaid_has_a_line_for_each_kpi_and_nothing_that_ends_a_label(tree: list[Entry]) -> None:
    text = mermaid.write(tree)
    lines = text.splitlines()
    assert len(lines) >= 2 * len(tree)
    assert all(line.count('"') == 2 for line in lines[1 : len(tree) + 1])

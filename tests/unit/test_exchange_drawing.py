"""Drawings keep their words within their cards, and large trees are parted into legible pages."""

from kpis.domain.exchange import document, drawing, mermaid
from kpis.domain.exchange.drawing import Card
from kpis.domain.exchange.entries import Entry


def test_a_japanese_letter_is_as_wide_as_high() -> None:
    assert drawing.em_width("売上") == 2
    assert drawing.em_width("ab") < 2


def test_words_are_broken_into_lines_and_cut_with_an_ellipsis() -> None:
    assert drawing.wrapped("あいうえお", 2, 3) == ("あい", "うえ", "お")
    assert drawing.wrapped("あいうえおかき", 2, 2) == ("あい", "う…")
    assert drawing.wrapped("あ\nい", 9, 2) == ("あ い",)


def test_a_name_that_looks_like_markup_is_text() -> None:
    text = drawing.svg([Card('<b>&"', ("<i>",))], "<t>")
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert "<title>&lt;t&gt;</title>" in text


def test_mermaid_holds_names_as_entities() -> None:
    text = mermaid.write([Entry(1, {"name": 'a"]; click', "unit": "yen"}), Entry(2, {"name": "b"})])
    assert text.splitlines()[1:] == [
        '  n1["a#34;#93;#59; click<br/>円"]',
        '  n2["b<br/>件"]',
        "  n1 --> n2",
    ]


def test_children_stand_around_the_middle_of_their_parent() -> None:
    tall = Card("名前がとても長いので三行になるカードの名前がとても長い", ("一", "二", "三"))
    above, below = drawing.layout([tall, Card("子", (), 0)])
    assert above.middle == below.middle
    top, first, last = drawing.layout([Card("頂"), Card("一", (), 0), Card("二", (), 0)])
    assert top.middle * 2 == first.middle + last.middle


def wide(children: int) -> list[Card]:
    """Return a top with many children, each with one child."""
    cards = [Card("頂")]
    for at in range(children):
        cards.append(Card(f"子{at}", (), 0))
        cards.append(Card(f"孫{at}", (), len(cards) - 1))
    return cards


def test_a_small_tree_is_one_page() -> None:
    (sheet,) = drawing.sheets(wide(3), 2000, 2000, "続く")
    assert (len(sheet.cards), sheet.path) == (7, ())


def test_a_large_tree_is_parted_and_says_where_it_goes_on() -> None:
    cards = wide(40)
    sheets = drawing.sheets(cards, 500, 400, "続く")
    names = {card.name for one in sheets for card in one.cards}
    assert names == {card.name for card in cards}
    assert all(drawing.size(drawing.layout(one.cards))[1] <= 400 for one in sheets)
    first = sheets[0].cards
    assert all("続く" in card.details for card in first if card.parent is not None)
    assert ("頂",) in {one.path for one in sheets}


def test_more_cards_than_a_page_can_hold_are_not_even_tried() -> None:
    cards = [Card("頂"), *(Card("子", (), 0) for _at in range(drawing.MOST_CARDS + 1))]
    assert len(drawing.sheets(cards, 10**6, 10**6, "続く")) == 2


def test_a_document_has_a_drawing_for_each_page() -> None:
    content = document.content(wide(60), "名前", "会社", "続く")
    sheets = content["sheets"]
    assert isinstance(sheets, list)
    assert len(sheets) > 1
    for sheet in sheets:
        assert isinstance(sheet, dict)
        assert isinstance(sheet["width"], int)
        assert 0 < sheet["width"] <= document.WIDTH

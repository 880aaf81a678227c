"""The words by which the design lint reads names."""

import pytest

from kpis.domain.lint.words import Kind, has_number, kind_of, vague_words


@pytest.mark.parametrize(
    ("name", "perspective", "kind"),
    [
        ("納期遵守率", "", Kind.SPEED),
        ("問い合わせ件数", "customer", Kind.SPEED),
        ("On-time delivery rate", "", Kind.SPEED),
        ("改善提案件数", "learning", Kind.OTHER),
        ("担当者継続率", "learning", Kind.OTHER),
        ("納品後の不具合件数", "", Kind.QUALITY),
        ("CVR改善", "", Kind.QUALITY),
        ("ＣＶＲ", "", Kind.QUALITY),
        ("平均修正回数", "process", Kind.QUALITY),
        ("平均滞在時間", "customer", Kind.QUALITY),
        ("Customer satisfaction", "", Kind.QUALITY),
        ("仕様変更件数", "", Kind.RISK),
        ("Discount accounts", "", Kind.OTHER),
        ("ROAS", "financial", Kind.RETURN),
        ("売上", "", Kind.RETURN),
    ],
)
def test_what_a_kpi_looks_after(name: str, perspective: str, kind: Kind) -> None:
    """The first kind with a word in the name, and the perspective where words mislead."""
    assert kind_of(name, perspective) == kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("いい記事を早く、いい記事を", ("いい", "早く")),
        ("いいね数", ()),
        ("お取り扱いいただく件数", ()),
        ("二十分以内の応答", ()),
        ("十分な品質", ("十分な",)),
        ("Reply as soon as possible", ("as soon as possible",)),
        ("Good articles", ("good",)),
        ("Goods received", ()),
        ("納期遵守率", ()),
    ],
)
def test_vague_words(text: str, words: tuple[str, ...]) -> None:
    """Words that everybody understands in another way, and words that only look like them."""
    assert vague_words(text) == words


def test_numbers_in_names() -> None:
    """Full width or not."""
    assert has_number("毎月９５％以上")
    assert not has_number("毎月")

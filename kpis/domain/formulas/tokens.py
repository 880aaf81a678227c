"""From the text of a formula to its words, with full-width signs read as their ASCII twins."""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from kpis.domain.formulas.messages import FormulaError
from kpis.domain.formulas.nodes import Span

MAX_LENGTH = 500
MAX_DIGITS = 28


class Kind(StrEnum):
    """What a word of a formula is."""

    NUMBER = "number"
    WORD = "word"
    LABEL = "label"
    MARK = "mark"


class Token(NamedTuple):
    """A word of a formula; its place is that in the original text, one sign for one."""

    kind: Kind
    text: str
    span: Span

    @property
    def end(self) -> int:
        """Return where the next word may begin."""
        return self.span.position + self.span.length

    @property
    def number(self) -> Decimal:
        """Return the value of a number."""
        return Decimal(self.text)


_TWINS = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full-width ！ to ～
    **{ord(sign): ord(twin) for sign, twin in zip("\u3000×÷−、", " */-,", strict=True)},
}
_SAME = {"<>": "!=", "≠": "!=", "≦": "<=", "≤": "<=", "≧": ">=", "≥": ">="}
_WORDS = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<label>\[[^\[\]]*\])"
    r"|(?P<mark><=|>=|!=|<>|[-+*/^(),%<>=≠≦≤≧≥])"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_LETTERS = re.compile(r"\w+")


def tokenize(text: str) -> list[Token]:
    """Cut the text into words; refuse what can be no word of a formula."""
    if len(text) > MAX_LENGTH:
        params = {"length": len(text), "limit": MAX_LENGTH}
        raise FormulaError("too_long", MAX_LENGTH, len(text) - MAX_LENGTH, params)
    return list(_cut(text, text.translate(_TWINS)))


def _cut(original: str, text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _WORDS.match(text, position)
        if found is None:
            raise _stranger(text, position)
        start, position = found.span()
        if found.lastgroup == "space":
            continue
        span = Span(start, position - start)
        kind = Kind(str(found.lastgroup))
        if kind == Kind.NUMBER:
            _check_number(text, span)
        word = original[start:position] if kind == Kind.LABEL else found.group()
        yield Token(kind, _SAME.get(word, word), span)


def _check_number(text: str, span: Span) -> None:
    """Refuse a number that is too long, and 1,000, which a function would read as two."""
    start, length = span
    if sum(sign.isdigit() for sign in text[start : start + length]) > MAX_DIGITS:
        raise FormulaError("number_too_long", start, length, {"limit": MAX_DIGITS})
    grouped = _GROUPED.match(text, start)
    if grouped:
        found = grouped.group()
        raise FormulaError("thousands_separator", start, len(found), {"found": found})


def _stranger(text: str, position: int) -> FormulaError:
    """Say what is wrong with a sign that begins no word."""
    sign = text[position]
    letters = _LETTERS.match(text, position)
    if sign == "[":
        return FormulaError("label_unclosed", position, 1)
    if letters and sign.isalpha():
        label = letters.group()
        return FormulaError("bare_label", position, len(label), {"label": label})
    return FormulaError("unexpected_character", position, 1, {"character": shown(sign)})


def shown(text: str) -> str:
    """Return the text as a sentence can hold it: signs that cannot be seen by their number."""
    return "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in text)

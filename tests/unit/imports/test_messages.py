"""Every sentence has its code, is written once, and can be filled in."""

import re
from pathlib import Path

import pytest

from kpis.domain.imports import messages
from kpis.domain.imports.dates import DateIssue
from kpis.domain.imports.messages import MESSAGES, Message, message
from kpis.domain.imports.numbers import NumberIssue

FOLDER = Path(messages.__file__).parent
LITERAL = re.compile(r'"([a-z]+_[a-z_]+)"')
SUBJECTS = re.compile(
    "(file|note|column|dates|row|vendor|name|not|kpi|measurement|denominator|mapping|delivered)_"
)
BUILT = re.compile("(delimiter|format|severity|outcome|role|date|number|scheduled|delivered)_")
FIELDS = {"row_filter", "column_missing"}


def literals() -> set[str]:
    """Return what looks like a code in the modules that use codes."""
    return {
        literal
        for path in FOLDER.glob("*.py")
        if path.name != "messages.py"
        for literal in LITERAL.findall(path.read_text(encoding="utf-8"))
    }


def test_every_code_in_the_source_has_a_sentence() -> None:
    used = {literal for literal in literals() if SUBJECTS.match(literal)} - FIELDS
    assert len(used) > 45
    assert used <= set(MESSAGES)


def test_every_sentence_is_used() -> None:
    assert {code for code in MESSAGES if not BUILT.match(code)} <= literals()


@pytest.mark.parametrize("issue", DateIssue)
@pytest.mark.parametrize("part", ["date", "scheduled", "delivered"])
def test_every_issue_of_a_date_has_a_sentence(part: str, issue: DateIssue) -> None:
    assert f"{part}_{issue.value}" in MESSAGES


@pytest.mark.parametrize("issue", NumberIssue)
def test_every_issue_of_a_number_has_a_sentence(issue: NumberIssue) -> None:
    assert f"number_{issue.value}" in MESSAGES


@pytest.mark.parametrize("code", MESSAGES)
def test_sentences_are_filled_in_by_name(code: str) -> None:
    names = re.findall(r"%\((\w+)\)s", MESSAGES[code])
    text = message(code, **dict.fromkeys(names, "X")).text()
    assert "%" not in text.replace("X", "")


def test_a_sentence_can_be_translated() -> None:
    said = message("note_preamble", count=3)
    english = {MESSAGES["note_preamble"]: "The first %(count)s rows are skipped."}
    assert said.text(lambda text: english[text]) == "The first 3 rows are skipped."
    assert str(said) == "見出しの前の 3 行は読みません。"


def test_a_sentence_survives_storage() -> None:
    said = message("note_preamble", count=3)
    assert Message.from_dict(said.to_dict()) == said

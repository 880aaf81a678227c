"""Write the rules of the design lint into docs/reference/lint-rules.md; --check only compares."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kpis.domain.lint.rule import Rule  # noqa: E402
from kpis.domain.lint.rules import RULES  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "lint-rules.md"


def page() -> str:
    """Return the document: a table of all rules, and a section for each."""
    parts = [
        "# Rules of the design lint",
        "Written from the rules in `kpis/domain/lint/` by `scripts/lint_rules.py`; with `--check` "
        "it compares. An error should be mended before both sides sign, a warning asks for a second look, "
        "info is a hint. A finding can be waived with a reason and a last day.",
        "\n".join(["| code | severity | rule |", "|---|---|---|", *map(_row, RULES)]),
    ]
    return "\n\n".join([*parts, *map(_section, RULES)]) + "\n"


def _row(rule: Rule) -> str:
    return f"| [{rule.code}](#{rule.code.lower()}) | {_severity(rule)} | {rule.title.en} |"


def _severity(rule: Rule) -> str:
    if rule.before_sign_off is None:
        return rule.severity.value
    return f"{rule.severity.value} at sign-off, {rule.before_sign_off.value} before"


def _section(rule: Rule) -> str:
    return "\n".join(
        [
            f"## {rule.code}",
            "",
            f"**{rule.title.ja}** / {rule.title.en} ({_severity(rule)}; {rule.idea})",
            "",
            f"- Why: {rule.why.ja} / {rule.why.en}",
            f"- How to fix: {rule.remedy.ja} / {rule.remedy.en}",
        ]
    )


def main() -> None:
    """Write, or compare."""
    if "--check" not in sys.argv:
        TARGET.write_text(page())
    elif not TARGET.exists() or TARGET.read_text() != page():
        sys.exit(
            f"{TARGET.relative_to(ROOT)} is not what the code says: run scripts/lint_rules.py."
        )


if __name__ == "__main__":
    main()

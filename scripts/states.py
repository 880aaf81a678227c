"""Draw the state machines into docs/reference/states.md; with --check only compare."""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.domain.states import Transitions  # noqa: E402
from kpis.domain.states import OBJECTIVE_TRANSITIONS, TREE_TRANSITIONS  # noqa: E402
from quotes.domain.states import RFQ_TRANSITIONS  # noqa: E402
from reviews.domain.states import ACTION_TRANSITIONS, REVIEW_TRANSITIONS  # noqa: E402
from vendors.domain.states import ENGAGEMENT_TRANSITIONS  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "states.md"
MACHINES: list[tuple[str, str, Transitions[Any]]] = [
    ("KPI tree (KPIツリー)", "kpis/domain/states.py", TREE_TRANSITIONS),
    ("Objective (目標・OKR)", "kpis/domain/states.py", OBJECTIVE_TRANSITIONS),
    ("Request for quotation (見積依頼)", "quotes/domain/states.py", RFQ_TRANSITIONS),
    ("Engagement (契約)", "vendors/domain/states.py", ENGAGEMENT_TRANSITIONS),
    ("Review (振り返り)", "reviews/domain/states.py", REVIEW_TRANSITIONS),
    ("Action item (アクション)", "reviews/domain/states.py", ACTION_TRANSITIONS),
]


def drawings() -> str:
    """Return the document: one drawing for each machine."""
    parts = [
        "# State machines",
        "Drawn from the tables in the code by `make docs`; `make check` compares. Nothing moves in "
        "any other way: operations ask the table, and refuse with a reason.",
    ]
    for title, source, machine in MACHINES:
        parts += [f"## {title}", f"Table: `{source}`", f"```mermaid\n{machine.mermaid()}\n```"]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write, or compare."""
    if "--check" not in sys.argv:
        TARGET.write_text(drawings())
    elif not TARGET.exists() or TARGET.read_text() != drawings():
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what the code says: run `make docs`.")


if __name__ == "__main__":
    main()

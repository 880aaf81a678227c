"""Write the errors of the API into docs/reference/api-problems.md; --check only compares."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.domain.problems import PROBLEM_TYPES, ProblemType  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "api-problems.md"
# Floors that the API reaches; others have refusals of their own on pages only.
FLOORS = ("core", "accounts", "kpis")


def page() -> str:
    """Return the document: the kinds of errors, and the codes of all refusals."""
    parts = [
        "# Problems of the API",
        "Written from `core/domain/problems.py` and the refusals in the code by"
        " `scripts/api_problems.py`; with `--check` it compares. An error is"
        " `application/problem+json` (RFC 9457): `type` leads to"
        " `/api/v1/problems/<name>/`, `code` tells one reason from another, `detail` is for"
        " people, `errors` name places of the body by JSON pointers.",
        "## Types",
        "\n".join(["| name | status | title | remedy |", "|---|---|---|---|", *map(_row, types())]),
        "## Codes",
        "Refusals have the type `refused` unless a type of their own stands above; other"
        " errors have the code `api.` and the name of their type.",
        "\n".join(["| code | status | reason |", "|---|---|---|", *refusals()]),
    ]
    return "\n\n".join(parts) + "\n"


def types() -> list[ProblemType]:
    """Return the kinds of errors by status."""
    return sorted(PROBLEM_TYPES.values(), key=lambda one: (one.status, one.name))


def _row(one: ProblemType) -> str:
    return f"| `{one.name}` | {one.status} | {one.title} | {one.remedy} |"


def refusals() -> list[str]:
    """Return a row for each code with a reason that stands in the code."""
    found: dict[str, str] = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            texts = _texts(path)
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "Refusal":
                    code = call.args[0]
                    if isinstance(code, ast.Constant):
                        found.setdefault(str(code.value), _refusal(call, texts))
    return [f"| `{code}` | {rest} |" for code, rest in sorted(found.items())]


def _texts(path: Path) -> dict[int, tuple[str, str]]:
    """Return the `reason = _("…")` lines of a module, by line."""
    return {
        node.lineno: (ast.unparse(node.targets[0]), _words(node.value))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
    }


def _refusal(call: ast.Call, texts: dict[int, tuple[str, str]]) -> str:
    status = call.args[2] if len(call.args) > 2 else ast.Constant(403)
    shown = str(status.value) if isinstance(status, ast.Constant) else "–"
    reason = call.args[1]
    words = _words(reason)
    if isinstance(reason, ast.Name):
        above = [line for line in texts if line < call.lineno and texts[line][0] == reason.id]
        words = texts[max(above)][1] if above else ""
    return f"{shown} | {words or '–'}"


def _words(node: ast.expr) -> str:
    """Return the longest text in an expression."""
    found = [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    return max(found, key=len, default="").replace("|", "/")


def main() -> None:
    """Write, or compare."""
    if "--check" not in sys.argv:
        TARGET.write_text(page())
    elif not TARGET.exists() or TARGET.read_text() != page():
        sys.exit(
            f"{TARGET.relative_to(ROOT)} is not what the code says: run scripts/api_problems.py."
        )


if __name__ == "__main__":
    main()

"""What is committed: no address of a registry, no path of somebody's machine, no large file."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REGISTRIES = re.compile(r"p[y]pi\.(org|com)|python[h]osted|np[m]js\.|d[e]b\.debian|r[e]gistry\.")
MACHINE = re.compile(r"(?<![\w.])/(home|Users|root|work)/\w")
LARGEST = 2_000_000
LARGEST_FONT = 5_000_000  # of a Japanese font, which has thousands of letters


def committed() -> list[Path]:
    """Return the files of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def texts() -> list[tuple[str, str]]:
    """Return name and text of each file that is text, but this one and libraries of others."""
    found = []
    for path in committed():
        is_ours = path != Path(__file__) and not path.is_relative_to(ROOT / "static/vendor")
        if is_ours and path.is_file() and path.suffix not in {".png", ".gz", ".woff2", ".ico"}:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(errors="replace")))
    return found


def test_no_file_names_a_registry() -> None:
    assert [name for name, text in texts() if REGISTRIES.search(text)] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert [(name, MACHINE.findall(text)) for name, text in texts() if MACHINE.search(text)] == []


def test_no_file_is_large() -> None:
    def limit(path: Path) -> int:
        return LARGEST_FONT if path.suffix == ".ttf" else LARGEST

    assert [path.name for path in committed() if path.stat().st_size > limit(path)] == []


def test_a_python_file_has_room_for_one_subject() -> None:
    long = [
        name
        for name, text in texts()
        if name.endswith(".py")
        and not name.startswith("tests/")
        and "/migrations/" not in name
        and text.count("\n") > 400
    ]
    assert long == []

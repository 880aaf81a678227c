"""A browser for the tests: found, or installed."""

import os
import shutil
import subprocess
import sys

from core.embedded.failures import Unavailable
from core.embedded.place import Place

VARIABLE = "PLAYWRIGHT_BROWSER_EXECUTABLE_PATH"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
JAPANESE_FONT = "fonts-noto-cjk"


def ensure_browser(place: Place) -> str:
    """Return the path of a browser that starts; install one where there is none."""
    given = os.environ.get(VARIABLE)
    if given:
        if not _starts(given):
            raise Unavailable(f"{VARIABLE} is {given}, which does not start: unset or mend it.")
        return given
    found = _find()
    if found is None:
        log = place.log_path("browser")
        print(f"Installing a browser for the tests (output in {log}) …", flush=True)
        _install(place)
        found = _find()
        if found is None:
            raise Unavailable(
                "The tests need a browser and none could be installed: install Chromium, or set"
                f" {VARIABLE} to a browser of the Chromium family ({log} says what was tried)."
            )
    _ensure_japanese_font(place)
    return found


def _find() -> str | None:
    candidates = [path for name in NAMES if (path := shutil.which(name))]
    return next(
        (path for path in [*candidates, _playwrights_own()] if path and _starts(path)), None
    )


def _playwrights_own() -> str | None:
    program = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or None


def _starts(path: str) -> bool:
    """Tell whether a browser is more than a name: some systems have a stub that only apologises."""
    try:
        return (
            subprocess.run(
                [path, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
                check=False,
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install(place: Place) -> None:
    if _apt(place, "chromium", JAPANESE_FONT):
        return
    _logged(place, [sys.executable, "-m", "playwright", "install", "chromium"])


def _ensure_japanese_font(place: Place) -> None:
    """Without one the pages are drawn as boxes: the tests hold, the pictures are of no use."""
    lister = shutil.which("fc-list")
    if lister:
        listed = subprocess.run([lister, ":lang=ja"], capture_output=True, check=False)
        if listed.stdout.strip():
            return
    if not _apt(place, JAPANESE_FONT, "fontconfig"):
        print("There is no Japanese font: screenshots will show boxes.", file=sys.stderr)


def _apt(place: Place, *packages: str) -> bool:
    """Install system packages, where we may and apt is there."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    _logged(place, ["apt-get", "update"])
    return _logged(place, ["apt-get", "install", "-y", "--no-install-recommends", *packages])


def _logged(place: Place, command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with place.open_log("browser") as file:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
            check=False,
        )
    return done.returncode == 0

"""Makes or refreshes .venv from the lock file; runs on a bare Python, before anything is installed."""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "stamp"
LOCK = ROOT / "requirements-dev.lock"
PYTHON = VENV / "bin" / "python"


def fingerprint() -> str:
    """Return what the environment is made from: the lock, this program and the Python version."""
    parts = [LOCK.read_bytes(), Path(__file__).read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_fresh() -> bool:
    """Tell whether .venv was made from exactly this lock by exactly this Python."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text().strip() == fingerprint()


def ensure_venv() -> None:
    """Create .venv with nothing but pip in it, unless one of this very Python is there."""
    if PYTHON.exists():
        ask = [str(PYTHON), "-c", "import pip, sys; print(sys.version)"]
        said = subprocess.run(ask, capture_output=True, text=True, check=False)
        if said.stdout.strip() == sys.version.strip():
            return
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"{sys.executable} cannot make a virtual environment: install its venv module"
            f" (on Debian and Ubuntu: apt-get install python{version}-venv)."
        )


def pip(*arguments: str) -> bool:
    """Run pip inside .venv and tell whether it worked."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def install_uv() -> bool:
    """Install the uv that the lock names, hashes checked, through pip and so with pip's settings."""
    block = re.search(r"^uv==(?:.*\\\n)+.*\n", LOCK.read_text(), re.MULTILINE)
    if block is None:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as file:
        file.write(block.group())
        file.flush()
        return pip("install", "-qq", "--no-deps", "--only-binary=:all:", "-r", file.name)


def pip_settings() -> str:
    """Return what pip is configured with, one setting a line."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def as_uv_settings(listed: str) -> dict[str, str]:
    """Translate the indexes that pip is configured with into the variables that uv reads."""
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}  # safe here: every file has its hash
    for key, value in re.findall(r"^[\w:]*\.?([\w-]+)='(.*)'$", listed, re.MULTILINE):
        if key in names:
            separator = "," if key == "find-links" else " "
            settings.setdefault(names[key], separator.join(value.replace("\\n", " ").split()))
    return settings


def install() -> None:
    """Fill .venv with exactly what the lock names: by uv, or by pip where uv cannot."""
    if install_uv():
        command = [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes"]
        command += ["--no-build", "--python", str(PYTHON), str(LOCK)]
        environment = as_uv_settings(pip_settings()) | os.environ
        if subprocess.run(command, env=environment, check=False).returncode == 0:
            return
        print("uv could not install the lock; trying the same with pip.", file=sys.stderr)
    if not pip("install", "-qq", "--no-deps", "--only-binary=:all:", "-r", str(LOCK)):
        sys.exit(
            "The packages of requirements-dev.lock could not be installed: pip needs a reachable"
            " package index, and ready-made wheels for this Python and machine."
        )


def main() -> None:
    """Make .venv unless it is fresh; two runs at a time wait for each other."""
    with (ROOT / "requirements-dev.lock").open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not is_fresh():
            print("Installing into .venv …", flush=True)
            ensure_venv()
            install()
            STAMP.write_text(fingerprint() + "\n")
        STAMP.touch()


if __name__ == "__main__":
    main()

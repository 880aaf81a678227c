"""Writes the lock files from pyproject.toml, or with --check tells whether they fit it.

requirements.lock is what the site runs on; requirements-dev.lock adds the tools. Both carry hashes
and no addresses. Versions that are locked already stay, unless --upgrade is given.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".venv" / "bin" / "uv"
MARK = "# Written by `make lock` from the dependencies of pyproject.toml, whose fingerprint is "
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--group", "dev"]}


def first_line() -> str:
    """Return the line that ties a lock file to the dependencies it was written from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [project["project"]["dependencies"], project["dependency-groups"]]
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    return f"{MARK}{digest[:16]}\n"


def check() -> None:
    """End with one sentence when a lock file was written from other dependencies."""
    for name in LOCKS:
        if not (ROOT / name).read_text().startswith(first_line()):
            sys.exit(f"{name} does not fit pyproject.toml: run `make lock`.")


def write(arguments: list[str]) -> None:
    """Resolve and write both files; the tools may not change what the site runs on."""
    for name, options in LOCKS.items():
        command = [str(UV), "pip", "compile", "pyproject.toml", "--quiet", "--universal"]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        command += ["--no-header", "--output-file", name, *options, *arguments]
        if options:
            command += ["--constraint", "requirements.lock"]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            sys.exit(f"{name} could not be written.")
        path = ROOT / name
        path.write_text(first_line() + path.read_text())


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        write(sys.argv[1:])

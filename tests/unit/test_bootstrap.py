"""The programs that run before anything is installed."""

import os
import subprocess
from pathlib import Path

import pytest

from core.embedded.place import PROJECT
from scripts import lock, make_venv

FIND_PYTHON = PROJECT / "scripts" / "find-python"


def find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the search with nothing in the environment but what is given."""
    return subprocess.run(
        ["/bin/sh", str(FIND_PYTHON)], env=environment, capture_output=True, text=True, check=False
    )


def program(folder: Path, name: str, exit_code: int) -> Path:
    """Make a program that ends with an exit code."""
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    said = find_python(PATH=str(tmp_path))

    assert said.returncode == 1
    assert said.stderr.startswith("Python 3.11 or newer is needed")
    assert said.stderr.count("\n") == 1


def test_old_python_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path, "python3", exit_code=1)
    wanted = program(tmp_path, "python3.12", exit_code=0)

    assert find_python(PATH=str(tmp_path)).stdout.strip() == str(wanted)


def test_named_python_comes_first(tmp_path: Path) -> None:
    program(tmp_path, "python3", exit_code=0)
    wanted = program(tmp_path, "my-python", exit_code=0)

    assert find_python(PATH=str(tmp_path), PYTHON=str(wanted)).stdout.strip() == str(wanted)


def test_uv_is_told_where_pip_looks() -> None:
    listed = (
        "global.extra-index-url='file:///a file:///b'\nglobal.find-links='/w'\n:env:.timeout='9'\n"
    )

    assert make_venv.as_uv_settings(listed) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INDEX": "file:///a file:///b",
        "UV_FIND_LINKS": "/w",
    }


def test_lock_that_does_not_fit_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = (PROJECT / "pyproject.toml").read_text()
    for name in lock.LOCKS:
        (tmp_path / name).write_text((PROJECT / name).read_text())
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text(project)
    lock.check()

    (tmp_path / "pyproject.toml").write_text(project.replace("celery>=5.7", "celery>=5.8"))

    with pytest.raises(SystemExit, match=r"does not fit pyproject.toml: run `make lock`"):
        lock.check()


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"]
)
def test_locks_carry_hashes_and_no_addresses(name: str) -> None:
    text = (PROJECT / name).read_text()

    assert "://" not in "".join(line for line in text.splitlines() if '"url"' not in line)
    assert text.count("sha256:" if name.endswith(".lock") else "sha512-") > 20


def test_site_runs_on_nothing_that_the_tools_lock_differently() -> None:
    pins = [
        {line.split()[0] for line in (PROJECT / name).read_text().splitlines() if "==" in line}
        for name in lock.LOCKS
    ]

    assert pins[0] <= pins[1]
    assert os.access(FIND_PYTHON, os.X_OK)

"""The parts of the embedded services that need no server."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.embedded import Unavailable, browser, environment, network
from core.embedded.children import Ledger
from core.embedded.passwords import password
from core.embedded.place import PROJECT, Place, is_locked, only_one
from core.embedded.processes import Child, end_all, living_in
from core.embedded.roles import DatabaseAddress
from core.embedded.run import Supervised


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Folders for a test, used by its own account."""
    return Place(data=tmp_path, services=tmp_path, account=None)


def child(place: Place, *command: str, name: str = "example") -> Child:
    """Make a child that runs a command."""
    return Child(name, place, command, place.data, dict(os.environ))


def wait_for(path: Path) -> str:
    """Return what a file holds as soon as it holds something."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.02)
    raise AssertionError(f"{path} stayed empty")


def is_gone(pid: int) -> bool:
    """Wait a while for a process to end."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://owner:word@127.0.0.1:5432/aimitsu",
        "postgresql://o%40x:p%2Fw%3A@db/aimitsu?sslmode=require",
        "postgresql://owner:word@/aimitsu?host=%2Frun%2Fpostgresql",
    ],
)
def test_address_survives_reading_and_writing(url: str) -> None:
    assert DatabaseAddress.parse(url).url == url


@pytest.mark.parametrize("url", ["mysql://a:b@c/d", "postgresql://a:b@c", "postgresql://a:b@c/"])
def test_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(Unavailable, match="postgresql://"):
        DatabaseAddress.parse(url)


def test_secret_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("EXAMPLE", "from the variable")
    monkeypatch.setenv("EXAMPLE_FILE", str(tmp_path / "secret"))

    assert environment.read("EXAMPLE") == "from the file"


def test_development_keeps_what_the_user_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIMITSU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AIMITSU_BASE_URL", "https://kpi.example")
    monkeypatch.setenv("REDIS_URL_FILE", "/nowhere")

    made = environment.for_development({"REDIS_URL": "redis://here"}, port=8000)

    assert made["AIMITSU_BASE_URL"] == "https://kpi.example"
    assert made["REDIS_URL"] == "redis://here"
    assert "REDIS_URL_FILE" not in made


def test_wanted_port_in_use_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        with (
            pytest.raises(Unavailable, match=f"Port {taken} is in use"),
            network.reserved_port(taken),
        ):
            pass


@pytest.mark.parametrize("wanted", ["http", "0", "65536", "-1"])
def test_wanted_port_that_is_none_is_one_sentence(wanted: str) -> None:
    with pytest.raises(Unavailable, match="PORT must be"), network.reserved_port(wanted):
        pass


def test_two_sites_choose_two_ports() -> None:
    with network.reserved_port(None) as first, network.reserved_port(None) as second:
        assert first != second


def test_password_is_made_once_and_private(tmp_path: Path) -> None:
    first = password(tmp_path, "owner")

    assert password(tmp_path, "owner") == first
    assert password(tmp_path, "app") != first
    assert len(first) >= 32
    assert (tmp_path / "passwords.json").stat().st_mode & 0o077 == 0


def test_log_is_private_and_begins_anew_when_large(place: Place) -> None:
    with place.open_log("example") as log:
        log.write(b"x" * 10_000_001)
    with place.open_log("example") as log:
        log.write(b"y")

    assert place.log_path("example").read_bytes() == b"y"
    assert place.log_path("example").stat().st_mode & 0o077 == 0


def test_second_run_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(Unavailable, match="running already"), only_one(tmp_path):
            pass
    assert not is_locked(tmp_path)


def test_child_that_ended_says_where_to_look(place: Place) -> None:
    example = child(place, "sh", "-c", "echo why; exit 3")
    example.start()

    with pytest.raises(Unavailable, match=r"example ended by itself.*example\.log"):
        example.wait_until(lambda: False, seconds=10)
    assert place.log_path("example").read_text() == "why\n"


def test_child_that_does_not_answer_is_not_waited_for_for_ever(place: Place) -> None:
    example = child(place, "sleep", "60")
    example.start()

    with pytest.raises(Unavailable, match="did not answer within 0 seconds"):
        example.wait_until(lambda: False, seconds=0)
    example.stop(patience=5)
    assert not example.is_running


def test_stop_ends_a_stubborn_child_and_its_children(place: Place) -> None:
    script = "trap '' TERM; (trap '' TERM; echo $$ > pid; sleep 60) & wait; sleep 60"
    example = child(place, "sh", "-c", script)
    example.start()
    wait_for(place.data / "pid")
    group = living_in(place.data)

    example.stop(patience=0.1)

    assert len(group) >= 2
    assert all(is_gone(process.pid) for process in group)


def test_child_dies_with_its_parent(place: Place) -> None:
    program = (
        "import os, time, pathlib\n"
        "from core.embedded.place import Place\n"
        "from core.embedded.processes import Child\n"
        f"folder = pathlib.Path({str(place.data)!r})\n"
        "example = Child('example', Place(folder, folder, None), ['sleep', '60'], folder, {**os.environ})\n"
        "example.start()\n"
        "(folder / 'pid').write_text(str(example.process.pid))\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT)
    pid = int(wait_for(place.data / "pid"))

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    assert is_gone(pid)


def test_ledger_finds_what_still_runs_and_no_other(place: Place) -> None:
    example = child(place, "sleep", "60")
    example.start()
    assert example.process is not None
    ledger = Ledger(place.data)
    ledger.write([example.process.pid])
    reused = ledger.path.read_text().replace(f'"{example.process.pid}"', f'"{os.getpid()}"')

    assert [process.pid for process in ledger.living()] == [example.process.pid]
    end_all(ledger.living())
    example.process.wait()
    assert ledger.living() == []
    ledger.path.write_text(reused)
    assert ledger.living() == []


def test_dead_member_starts_again_after_a_pause_that_doubles(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    member = Supervised(child(place, "false", name="worker"))
    member.start()

    for pause in ("1", "2"):
        assert member.child.process is not None
        member.child.process.wait()
        assert not member.look_after()
        assert f"The worker ended; it starts again in {pause} s." in capsys.readouterr().out
        member.restart_at = 0
        assert member.look_after()
    member.child.stop(patience=5)


def test_missing_browser_is_one_sentence(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "_find", lambda: None)
    monkeypatch.setattr(browser, "_install", lambda place: None)

    with pytest.raises(Unavailable, match="install Chromium, or set"):
        browser.ensure_browser(place)


def test_named_browser_must_start(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browser.VARIABLE, "/bin/false")

    with pytest.raises(Unavailable, match="/bin/false, which does not start"):
        browser.ensure_browser(place)

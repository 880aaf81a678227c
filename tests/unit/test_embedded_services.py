"""Real servers from the wheels, each test with a data folder of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.embedded.place import PROJECT
from core.embedded.processes import living_in

ROLES = """
import os, psycopg2
rows = {}
for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
    connection = psycopg2.connect(os.environ[name])
    cursor = connection.cursor()
    cursor.execute("SELECT current_user, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
                   " FROM pg_roles WHERE rolname = current_user")
    print(*cursor.fetchone())
"""
REMEMBER = """
import os, psycopg2, redis
connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("CREATE TABLE IF NOT EXISTS runs (at timestamptz DEFAULT now())")
cursor.execute("INSERT INTO runs DEFAULT VALUES")
cursor.execute("SELECT count(*) FROM runs")
client = redis.Redis.from_url(os.environ["REDIS_URL"])
print(cursor.fetchone()[0], client.incr("runs"))
print(client.config_get("maxmemory-policy")["maxmemory-policy"], client.config_get("appendonly")["appendonly"])
client.close()
"""
HOLD = "import os, time; print(os.getppid(), flush=True); time.sleep(60)"


@pytest.fixture
def clean_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a clone that never ran; its data are dropped afterwards."""
    ours = ("DATABASE_", "REDIS_", "AIMITSU_", "PYTEST_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    folder = tmp_path / "a clone" / "data"
    made = kept | {"AIMITSU_DATA_DIR": str(folder)}
    yield made
    dropped = module(made | {"FORCE": "1"}, "reset")
    assert dropped.returncode == 0, dropped.stderr
    assert not folder.exists()


def module(
    environment: dict[str, str], name: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run one of the modules of core.embedded to its end."""
    return subprocess.run(
        [sys.executable, "-m", f"core.embedded.{name}", *arguments],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def shell(environment: dict[str, str], program: str) -> list[str]:
    """Run a Python program with the services up and return the lines that it printed."""
    done = module(environment, "shell", sys.executable, "-c", program)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def holding(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Have the services up in the background; returns once they are."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core.embedded.shell", sys.executable, "-c", HOLD],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == str(process.pid)
    return process


def servers_of(launcher: int) -> list[psutil.Process]:
    """Return the database and broker processes that a launcher started."""
    children = psutil.Process(launcher).children()
    return [one for one in children if one.name() in {"postgres", "valkey-server"}]


def all_gone(processes: list[psutil.Process]) -> bool:
    """Wait a while for processes to end."""
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


def test_roles_are_what_tenancy_stands_on(clean_environment: dict[str, str]) -> None:
    assert shell(clean_environment, ROLES) == [
        "aimitsu_app False False False False",
        "aimitsu_owner False False True False",
    ]


def test_data_survive_between_runs(clean_environment: dict[str, str]) -> None:
    first = shell(clean_environment, REMEMBER)
    second = shell(clean_environment, REMEMBER)

    assert first == ["1 1", "noeviction yes"]
    assert second == ["2 2", "noeviction yes"]


def test_exit_code_is_that_of_the_command(clean_environment: dict[str, str]) -> None:
    assert module(clean_environment, "shell", "sh", "-c", "exit 7").returncode == 7


def test_ctrl_c_stops_the_servers_without_a_traceback(clean_environment: dict[str, str]) -> None:
    process = holding(clean_environment)
    servers = servers_of(process.pid)

    process.send_signal(signal.SIGINT)
    for child in psutil.Process(process.pid).children():
        if child not in servers:
            child.send_signal(signal.SIGINT)  # as the terminal does
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "core/embedded" not in errors
    assert len(servers) == 2
    assert all_gone(servers)


def test_killed_run_leaves_nothing_that_hinders_the_next(clean_environment: dict[str, str]) -> None:
    shell(clean_environment, REMEMBER)
    process = holding(clean_environment)
    servers = servers_of(process.pid)
    postmaster = next(one for one in servers if one.name() == "postgres")
    data = Path(postmaster.cwd())

    postmaster.suspend()  # so that it cannot hear of its parent's death
    process.kill()
    process.communicate()
    again = shell(clean_environment, REMEMBER)

    assert again[0] == "2 2"
    assert all_gone(servers)
    assert living_in(data) == []


def test_command_beside_a_run_uses_its_servers(clean_environment: dict[str, str]) -> None:
    process = holding(clean_environment)
    servers = servers_of(process.pid)

    seen = shell(clean_environment, "import os; print(os.environ['DATABASE_URL'])")

    running = json.loads((Path(clean_environment["AIMITSU_DATA_DIR"]) / "running.json").read_text())
    assert seen == [running["DATABASE_URL"]]
    process.terminate()
    process.communicate(timeout=60)
    assert all_gone(servers)


def test_servers_listen_on_loopback_only(clean_environment: dict[str, str]) -> None:
    process = holding(clean_environment)

    addresses = {
        connection.laddr.ip
        for server in servers_of(process.pid)
        for connection in server.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }

    assert addresses == {"127.0.0.1"}
    process.terminate()
    process.communicate(timeout=60)


def test_throw_away_services_leave_nothing(clean_environment: dict[str, str]) -> None:
    program = (
        "from core.embedded import services\n"
        "from core.embedded.place import find_place\n"
        "with services('test'):\n"
        "    print(len(list(find_place().services.glob('test-*'))))\n"
        "print(len(list(find_place().services.glob('test-*'))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=clean_environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["1", "0"]


def test_role_that_may_not_make_roles_is_one_sentence(clean_environment: dict[str, str]) -> None:
    process = holding(clean_environment)
    running = json.loads((Path(clean_environment["AIMITSU_DATA_DIR"]) / "running.json").read_text())
    elsewhere = Path(clean_environment["AIMITSU_DATA_DIR"]).with_name("elsewhere")
    theirs = clean_environment | {
        "AIMITSU_DATA_DIR": str(elsewhere),
        "DATABASE_URL": running["DATABASE_OWNER_URL"],
        "REDIS_URL": running["REDIS_URL"],
    }

    refused = module(theirs, "shell", "true")

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "give it CREATEROLE" in refused.stderr
    module(theirs | {"FORCE": "1"}, "reset")
    process.terminate()
    process.communicate(timeout=60)

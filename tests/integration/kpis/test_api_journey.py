"""The journey of docs/how-to/api.md, run as it is written against a server with real HTTP."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kpis.models import Measurement, Tree
from tests.factories.accounts import make_actor, make_organization, make_token

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
START_SECONDS = 60


@contextmanager
def serving(env: dict[str, str], log: Path) -> Iterator[str]:
    """Serve the site on a free port until the block ends."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    program = str(Path(sys.executable).parent / "granian")
    options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", "1")
    with log.open("wb") as out:
        server = subprocess.Popen(
            [program, *options, "aimitsu.wsgi:application"],
            cwd=ROOT,
            env=env | {"AIMITSU_BASE_URL": address},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


def test_the_journey_of_the_docs_works(committed_db: dict[str, str], tmp_path: Path) -> None:
    actor = make_actor(organization=make_organization())
    _token, secret = make_token(by=actor)
    script = "set -eu -o pipefail\n" + "\n".join(
        BLOCK.findall((ROOT / "docs/how-to/api.md").read_text())
    )
    bash = shutil.which("bash")
    assert bash, "the journey is written for bash and curl"

    with serving(committed_db, tmp_path / "server.log") as address:
        done = subprocess.run(
            [bash, "-c", script],
            env={**os.environ, "AIMITSU": address, "TOKEN": secret},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[:2] == ["120.000000", "1"]
    assert Tree.objects.get().name == "新規顧客を増やす"
    assert Measurement.objects.get().value == 96
    assert secret not in (tmp_path / "server.log").read_text()

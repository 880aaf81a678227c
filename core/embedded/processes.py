"""Child processes that never outlive their parent for long."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from core.embedded.failures import Unavailable
from core.embedded.place import Account, Place

PR_SET_PDEATHSIG = 1


def _leash(number: signal.Signals) -> Callable[[], None] | None:
    """Return what makes the kernel send a signal to a child when its parent dies, where it can."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def leash() -> None:
        prctl(PR_SET_PDEATHSIG, number)

    return leash


@dataclass(slots=True)
class Child:
    """A program that runs beside this one, in a session of its own, with its output in a log."""

    name: str
    place: Place
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str]
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.place.log_path(self.name)

    def start(self) -> None:
        """Start the program; call this from the main thread, whose end would end the program."""
        account = self.account
        with self.place.open_log(self.name) as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_leash(self.stop_signal),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until the program answers; say in one sentence where to look when it does not."""
        end = time.monotonic() + seconds
        while not is_ready():
            self.require()
            if time.monotonic() > end:
                raise Unavailable(
                    f"{self.name} did not answer within {seconds:.0f} seconds; see {self.log}."
                )
            time.sleep(0.05)

    def require(self) -> None:
        """Say in one sentence where to look when the program has ended by itself."""
        if not self.is_running:
            raise Unavailable(f"{self.name} ended by itself; the end of {self.log} says why.")

    @property
    def is_running(self) -> bool:
        """Whether the program was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the signal that ends the program politely."""
        if self.process is not None and self.is_running:
            self.process.send_signal(self.stop_signal)

    def stop(self, *, patience: float) -> None:
        """End the program politely, and what is left of it after `patience` seconds for certain."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        with suppress(ProcessLookupError):  # what it started may outlive it
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def living_in(folder: Path) -> list[psutil.Process]:
    """Return the processes whose working folder is `folder`: what a killed run left behind."""
    found, real = [], folder.resolve()
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == real:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or of somebody else
    return found


def end_all(processes: Iterable[psutil.Process], *, patience: float = 5) -> None:
    """End processes that are not our children: politely first, then for certain."""
    remaining = list(processes)
    for number in (signal.SIGINT, signal.SIGKILL):
        for process in remaining:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        _, remaining = psutil.wait_procs(remaining, timeout=patience)


def in_foreground(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    output: IO[bytes] | None = None,
) -> int:
    """Run a program in this terminal and return its exit code; it may tidy up after a Ctrl-C."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=output,
        stderr=output,
        preexec_fn=_leash(signal.SIGTERM),
    )
    try:
        return process.wait()
    except KeyboardInterrupt as stop:
        if stop.args != (signal.SIGINT,):  # the terminal sends that to both of us
            process.send_signal(signal.SIGINT)
        for number in (signal.SIGINT, signal.SIGKILL):
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.send_signal(number)
        raise

"""Ports of this machine."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.embedded.failures import Unavailable

LOOPBACK = "127.0.0.1"
FIRST_PORT = 8000


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


@contextmanager
def reserved_port(wanted: str | None) -> Iterator[int]:
    """Keep a port for the site: the wanted one, or the first free one from 8000 on.

    The web server shares its port among processes, so that two sites could open the same one
    unnoticed; a socket that is bound and does not listen keeps others away.
    """
    port = _choose(wanted)
    with socket.socket() as keeper:
        if sys.platform == "linux":
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            keeper.bind((LOOPBACK, port))
        yield port


def _choose(wanted: str | None) -> int:
    if wanted:
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise Unavailable(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
        if not is_free(int(wanted)):
            raise Unavailable(
                f"Port {wanted} is in use: stop what listens there, or choose another PORT."
            )
        return int(wanted)
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if is_free(port):
            return port
    return free_port()

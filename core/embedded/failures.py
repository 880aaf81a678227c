"""What a person can put right is said in one sentence, without a traceback."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130


class Unavailable(Exception):
    """Something that is needed is not there; the message says what to do, in one sentence."""


def _stop(received: int, _frame: FrameType | None) -> None:
    """End the program once; a second signal must not cut the cleaning-up short."""
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: None)
    raise KeyboardInterrupt(received)


def as_program(main: Callable[[], int]) -> None:
    """Run a command to its exit code; Ctrl-C, SIGTERM and a closed terminal end it cleanly."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        code = main()
    except Unavailable as failure:
        print(failure, file=sys.stderr)
        code = 1
    except PermissionError as error:
        print(
            f"User {os.geteuid()} may not use {error.filename}: was it made by another user?",
            file=sys.stderr,
        )
        code = 1
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)

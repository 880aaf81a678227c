"""`make manage`: run a command with database and broker up."""

import sys

from core.embedded.environment import for_development
from core.embedded.failures import Unavailable, as_program
from core.embedded.network import FIRST_PORT
from core.embedded.processes import in_foreground
from core.embedded.services import attached


def main() -> int:
    """Run the command of our arguments and return its exit code."""
    command = sys.argv[1:]
    if not command:
        raise Unavailable("Name a command, as in: python -m core.embedded.shell manage.py check")
    if command[0] == "manage.py":
        command = [sys.executable, *command]
    with attached() as found:
        return in_foreground(command, for_development(found.addresses(), port=FIRST_PORT))


if __name__ == "__main__":
    as_program(main)

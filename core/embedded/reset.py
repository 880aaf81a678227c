"""`make reset`: drop the data of this clone."""

import os
import shutil
import sys

from core.embedded.children import Ledger
from core.embedded.failures import Unavailable, as_program
from core.embedded.place import data_folder, find_place, only_one
from core.embedded.processes import end_all, living_in


def main() -> int:
    """Ask, unless FORCE is set, and remove database, broker, mail, logs and passwords."""
    data = data_folder()
    if not data.exists():
        print("There are no data.")
        return 0
    if not os.environ.get("FORCE"):
        if not sys.stdin.isatty():
            raise Unavailable("There is nobody to ask: `make reset FORCE=1` drops the data.")
        if input(f"Drop all data of {data}? [y/N] ").strip().lower() not in {"y", "yes"}:
            return 1
    place = find_place()
    with only_one(data):
        end_all(Ledger(data).living())
        end_all([p for part in place.services.iterdir() for p in living_in(part)])
        shutil.rmtree(place.services)
        shutil.rmtree(data)
    print("The data are dropped; the next `make run` begins anew.")
    return 0


if __name__ == "__main__":
    as_program(main)

"""Asks a page of our own and ends with 0 when it answers 200: the health check of a container."""

import os
import sys
import urllib.request


def main() -> int:
    """Ask under the first of the allowed host names, as the site answers no other."""
    host = os.environ.get("AIMITSU_ALLOWED_HOSTS", "127.0.0.1").partition(",")[0].strip()
    request = urllib.request.Request(sys.argv[1], headers={"Host": host})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - our own address
            return 0 if answer.status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())

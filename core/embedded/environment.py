"""What the environment says, before Django and its settings are there."""

import os
from pathlib import Path


def read(name: str) -> str | None:
    """Return NAME, or the content of the file that NAME_FILE points at, or None."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name) or None

"""What the environment says, before Django and its settings are there."""

import os
from collections.abc import Mapping
from pathlib import Path

from core.embedded.passwords import password
from core.embedded.place import data_folder


def read(name: str) -> str | None:
    """Return NAME, or the content of the file that NAME_FILE points at, or None."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name) or None


def for_development(addresses: Mapping[str, str], *, port: int) -> dict[str, str]:
    """Return the environment of a site on this machine; what the user has set stays."""
    data = data_folder()
    defaults = {
        "AIMITSU_MODE": "development",
        "AIMITSU_DEMO": "1",
        "AIMITSU_DATA_DIR": str(data),
        "AIMITSU_SECRET_KEY": password(data, "secret-key"),
        "AIMITSU_SEALING_KEYS": password(data, "sealing-key"),
        "AIMITSU_BASE_URL": f"http://127.0.0.1:{port}",
        "AIMITSU_WORKER_SHUTDOWN_SECONDS": "5",
        "PYTHONUNBUFFERED": "1",
    }
    given = {
        name: value
        for name, value in os.environ.items()
        if name.removesuffix("_FILE") not in addresses
    }
    return defaults | given | dict(addresses)

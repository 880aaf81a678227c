"""Random passwords, made once and kept in the data folder, readable by nobody else."""

import fcntl
import json
import os
import secrets
from pathlib import Path


def password(data: Path, name: str) -> str:
    """Return the password called `name`, made at the first call."""
    path = data / "passwords.json"
    with (data / "passwords.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            write_private(path, json.dumps(known, indent=1))
    return known[name]


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, in one step."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(path)

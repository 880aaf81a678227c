"""Secrets in links: a person holds the token, the database only its hash."""

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a token that nobody can guess, as an address may hold it."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return what is stored of a token: who reads the table cannot open a link."""
    return hashlib.sha256(token.encode()).hexdigest()


API_MARK = "aimitsu"


def new_api_token() -> tuple[str, str]:
    """Return what names an API token in lists, and the whole token that only its holder keeps."""
    prefix = secrets.token_hex(4)
    return prefix, f"{API_MARK}_{prefix}_{new_token()}"


def prefix_of(token: str) -> str:
    """Return the part of an API token that names it; nothing for what is no API token."""
    mark, _first, rest = token.partition("_")
    prefix, _second, secret = rest.partition("_")
    return prefix if mark == API_MARK and secret else ""


def is_same(token: str, kept_hash: str) -> bool:
    """Tell whether the token is the one of this hash, in the same time for every wrong one."""
    return hmac.compare_digest(hash_of(token), kept_hash)

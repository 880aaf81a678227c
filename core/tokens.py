"""Secrets in links: a person holds the token, the database only its hash."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a token that nobody can guess, as an address may hold it."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return what is stored of a token: who reads the table cannot open a link."""
    return hashlib.sha256(token.encode()).hexdigest()

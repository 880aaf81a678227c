"""What forms complain about, for the top of a page and for the answer to an automatic save."""

from typing import Any

from django import forms


def complaints_of(form: forms.Form, *formsets: Any) -> list[str]:
    """Return what the forms complain about, each sentence once."""
    errors = [form.errors, *(one for rows in formsets for one in rows.errors)]
    found = [str(text) for one in errors for texts in one.values() for text in texts]
    return list(dict.fromkeys(found))

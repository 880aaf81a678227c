"""What the words of a formula mean: keys, labels and functions, with a hint for the misspelt."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from unicodedata import normalize

from kpis.domain.formulas.messages import FormulaError
from kpis.domain.formulas.nodes import Function
from kpis.domain.formulas.tokens import Token, shown

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_KEYS = 5
_MOST_LETTERS = 100


class Vocabulary:
    """The KPIs that a formula may name."""

    def __init__(self, keys: Collection[str], labels: Mapping[str, Collection[str]]) -> None:
        self._keys = frozenset(keys)
        self._given = labels

    @cached_property
    def _labels(self) -> dict[str, set[str]]:
        """The keys by label, with plain spaces; read only for a formula with brackets."""
        return self._grouped(_trimmed)

    @cached_property
    def _folded(self) -> dict[str, set[str]]:
        """The keys by label, with neither spaces nor width nor case."""
        return self._grouped(_folded)

    def _grouped(self, spelling: Callable[[str], str]) -> dict[str, set[str]]:
        grouped: dict[str, set[str]] = {}
        for label, meant in self._given.items():
            keys = self._keys.intersection([meant] if isinstance(meant, str) else meant)
            known = {key for key in keys if _KEY.fullmatch(key)}
            if known:
                grouped.setdefault(spelling(label), set()).update(known)
        return grouped

    def is_only_key(self, token: Token) -> bool:
        """Tell whether the word can be nothing but a key: `sales(2)` lacks an operator."""
        return token.text in self._keys and token.text.lower() not in list(Function)

    def key(self, token: Token) -> str:
        """Return the key that the word is."""
        if token.text in self._keys:
            return token.text
        if token.text.lower() in list(Function):
            raise _refused("function_without_arguments", token, name=token.text.lower())
        raise _unknown("name_unknown", "name", token, token.text, self._keys)

    def labelled(self, token: Token) -> str:
        """Return the key of the KPI whose name stands in brackets.

        The name as written goes first; else the width of letters and spaces does not matter.
        """
        label = token.text[1:-1]
        if not label.strip():
            raise _refused("label_empty", token)
        keys = self._labels.get(_trimmed(label)) or self._folded.get(_folded(label), set())
        if not keys:
            raise _unknown("label_unknown", "label", token, _trimmed(label), self._labels)
        if len(keys) > 1:
            some = ", ".join(sorted(keys)[:_MOST_KEYS])
            raise _refused("label_ambiguous", token, label=shown(_trimmed(label)), keys=some)
        return next(iter(keys))


def function(token: Token) -> Function:
    """Return the function of that name, in any case of its letters."""
    name = token.text.lower()
    if name in list(Function):
        return Function(name)
    raise _unknown("function_unknown", "name", token, name, list(Function))


def _unknown(code: str, kind: str, token: Token, word: str, known: Iterable[str]) -> FormulaError:
    """Return the error for an unknown word, with the closest one that is known."""
    params = {kind: shown(word)}
    names, start = [str(name) for name in known], word[:_MOST_LETTERS]
    close = get_close_matches(start, names, n=1) or get_close_matches(start.lower(), names, n=1)
    if close:
        return _refused(f"{code}_close", token, **params, suggestion=close[0])
    if code == "function_unknown":
        params["functions"] = ", ".join(Function)
    return _refused(code, token, **params)


def _refused(code: str, token: Token, **params: str | int) -> FormulaError:
    return FormulaError(code, token.span.position, token.span.length, params)


def _trimmed(label: str) -> str:
    return " ".join(label.split())


def _folded(label: str) -> str:
    return "".join(normalize("NFKC", label).casefold().split())

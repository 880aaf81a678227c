"""From the text of a formula to its tree: recursive descent with few levels, no Python."""

from collections.abc import Collection, Mapping
from typing import NoReturn

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import FormulaError
from kpis.domain.formulas.names import Vocabulary, function
from kpis.domain.formulas.nodes import (
    Binary,
    Call,
    Compare,
    Comparison,
    Function,
    If,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Power,
    Span,
)
from kpis.domain.formulas.tokens import MAX_LENGTH, Kind, Token, shown, tokenize

MAX_NODES = 100
MAX_DEPTH = 20
MAX_EXPONENT = 10
MAX_PLACES = 6

_MOST = {Function.ABS: 1, Function.ROUND: 2, Function.IF: 3}
_LEAST = {Function.IF: 3}
_COMPARISONS = frozenset(Comparison)
_NO_LABELS: Mapping[str, Collection[str]] = {}


def parse(
    text: str, *, keys: Collection[str], labels: Mapping[str, Collection[str]] = _NO_LABELS
) -> Formula:
    """Read a formula that names the keys, or in brackets the labels; or raise FormulaError.

    Labels whose keys are not among `keys` are unknown. The depth counts parentheses, functions
    and signs inside each other; a long sum is not deep.
    """
    formula = Formula(_Parser(text, Vocabulary(keys, labels)).whole())
    length = len(formula.text())
    if length > MAX_LENGTH:  # so that the canonical text can always be read again
        raise FormulaError("too_long", 0, len(text), {"length": length, "limit": MAX_LENGTH})
    return formula


class _Parser:
    """Where the reading of one text stands."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._tokens = tokenize(text)
        self._vocabulary = vocabulary
        self._length = len(text)
        self._next = 0
        self._nodes = 0
        self._depth = 0

    def whole(self) -> Node:
        """Read all of the text."""
        if not self._tokens:
            raise FormulaError("empty", 0, self._length)
        root = self._sum()
        token = self._peek()
        if token is not None:
            self._leftover(token)
        return root

    def _sum(self) -> Node:
        start = self._position()
        left = self._product()
        while self._sees("+", "-"):
            operator = Operator(self._take().text)
            right = self._product()
            left = Binary(operator, left, right, self._made(start))
        return left

    def _product(self) -> Node:
        start = self._position()
        left = self._sign()
        while self._sees("*", "/"):
            operator = Operator(self._take().text)
            self._refuse_stars()
            right = self._sign()
            left = Binary(operator, left, right, self._made(start))
        return left

    def _sign(self) -> Node:
        if not self._sees("-"):
            return self._power()
        minus = self._enter()
        operand = self._sign()
        self._depth -= 1
        return Negative(operand, self._made(minus.span.position))

    def _power(self) -> Node:
        start = self._position()
        base = self._atom()
        if not self._sees("^"):
            return base
        hat = self._take()
        exponent = self._exponent(hat)
        return Power(base, exponent, self._made(start))

    def _exponent(self, hat: Token) -> int:
        sign = 1
        if self._sees("-"):
            self._take()
            sign = -1
        token = self._peek()
        if token is None or not _is_whole(token, MAX_EXPONENT):
            place = token or hat
            raise FormulaError("exponent_invalid", *place.span, {"limit": MAX_EXPONENT})
        return sign * int(self._take().number)

    def _atom(self) -> Node:
        token = self._peek()
        if token is None:
            raise FormulaError("operand_missing", self._length, 0)
        match token.kind:
            case Kind.NUMBER:
                return self._number()
            case Kind.LABEL:
                key = self._vocabulary.labelled(self._take())
                return Name(key, self._made(token.span.position))
            case Kind.WORD:
                return self._name_or_call()
        if token.text == "(":
            return self._parenthesis()
        raise FormulaError("operand_missing", *token.span)

    def _number(self) -> Number:
        token = self._take()
        is_percent = self._sees("%")
        if is_percent:
            self._take()
        return Number(token.number, is_percent, self._made(token.span.position))

    def _name_or_call(self) -> Node:
        word = self._take()
        if self._sees("(") and not self._vocabulary.is_only_key(word):
            return self._call(word)
        return Name(self._vocabulary.key(word), self._made(word.span.position))

    def _parenthesis(self) -> Node:
        opened = self._enter()
        inner = self._sum()
        self._close(opened)
        return inner

    def _call(self, word: Token) -> Node:
        name = function(word)
        opened = self._enter()
        if name == Function.IF:
            condition = self._condition()
            branches = self._arguments(name, word, read=1)
            self._close(opened)
            return If(condition, branches[0], branches[1], self._made(word.span.position))
        arguments = self._arguments(name, word, read=0)
        self._close(opened)
        return Call(name, tuple(arguments), self._made(word.span.position))

    def _condition(self) -> Compare:
        start = self._position()
        left = self._sum()
        if not self._sees(*_COMPARISONS):
            place = self._peek()
            if place is not None and place.text not in (",", ")"):
                self._leftover(place)
            raise FormulaError("condition_missing", *self._since(start))
        comparison = Comparison(self._take().text)
        right = self._sum()
        second = self._peek()
        if second is not None and second.text in _COMPARISONS:
            raise FormulaError("comparison_chained", *second.span)
        return Compare(comparison, left, right, self._made(start))

    def _arguments(self, name: Function, word: Token, *, read: int) -> list[Node]:
        """Read the arguments up to the closing parenthesis, after those already read."""
        found: list[Node] = []
        while not self._sees(")") and self._peek() is not None:
            if found or read:
                self._comma()
            start = self._position()
            found.append(self._sum())
            self._check_argument(name, read + len(found), found[-1], self._since(start))
        least = _LEAST.get(name, 1)
        if self._peek() is not None and read + len(found) < least:
            params = {"function": name.value, "count": least}
            raise FormulaError("arguments_too_few", *word.span, params)
        return found

    def _check_argument(self, name: Function, number: int, node: Node, span: Span) -> None:
        most = _MOST.get(name, MAX_NODES)
        if number > most:
            params = {"function": name.value, "count": most}
            raise FormulaError("arguments_too_many", *span, params)
        if name == Function.ROUND and number == 2 and not _is_places(node):
            raise FormulaError("places_invalid", *span, {"limit": MAX_PLACES})

    def _comma(self) -> None:
        token = self._take()
        if token.text != ",":
            self._leftover(token)

    def _close(self, opened: Token) -> None:
        token = self._peek()
        if token is None:
            raise FormulaError("parenthesis_unclosed", *opened.span)
        if token.text != ")":
            self._leftover(token)
        self._take()
        self._depth -= 1

    def _leftover(self, token: Token) -> NoReturn:
        """Refuse a word that cannot follow a value."""
        code = _AFTER_A_VALUE.get(token.text, "operator_missing")
        params = {"found": shown(token.text)} if code == "operator_missing" else {}
        raise FormulaError(code, *token.span, params)

    def _refuse_stars(self) -> None:
        first, second = self._tokens[self._next - 1], self._peek()
        if first.text == "*" and second is not None and second.text == "*":
            raise FormulaError("power_as_stars", first.span.position, second.end - first.span[0])

    def _enter(self) -> Token:
        """Take a word that begins a deeper level."""
        token = self._take()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FormulaError("too_deep", *token.span, {"limit": MAX_DEPTH})
        return token

    def _made(self, start: int) -> Span:
        """Count a node that goes from there to the last word taken."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise FormulaError("too_many_nodes", *self._since(start), {"limit": MAX_NODES})
        return self._since(start)

    def _since(self, start: int) -> Span:
        return Span(start, self._tokens[self._next - 1].end - start)

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _sees(self, *marks: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == Kind.MARK and token.text in marks

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _position(self) -> int:
        token = self._peek()
        return self._length if token is None else token.span.position


_AFTER_A_VALUE = {
    **{comparison.value: "comparison_outside_if" for comparison in Comparison},
    ")": "parenthesis_unopened",
    ",": "comma_outside",
    "%": "percent_without_number",
    "^": "power_chained",
}


def _is_whole(token: Token, limit: int) -> bool:
    """Tell whether it is a whole number within the limit."""
    return token.kind == Kind.NUMBER and "." not in token.text and token.number <= limit


def _is_places(node: Node) -> bool:
    """Tell whether it is a number of decimal places."""
    return (
        isinstance(node, Number)
        and not node.is_percent
        and node.value <= MAX_PLACES
        and node.value == int(node.value)
    )

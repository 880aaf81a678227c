"""What a rule is, what it finds, and the sentences for both in Japanese and English."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint.model import LintNode, LintTree, NodeId


class Severity(StrEnum):
    """How much a finding matters, worst first: an error should be mended before both sides sign."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence: the Japanese source, which the catalogue knows, and its English."""

    ja: str
    en: str


Reader = Callable[[Text], str]


def japanese(text: Text) -> str:
    """Read the Japanese."""
    return text.ja


def english(text: Text) -> str:
    """Read the English."""
    return text.en


class Term(StrEnum):
    """A word inside a finding that is read in the reader's language."""

    FINANCIAL = "financial"
    CUSTOMER = "customer"
    PROCESS = "process"
    LEARNING = "learning"
    INITIAL = "initial"
    IMPROVEMENT = "improvement"
    GROWTH = "growth"
    DATA_SOURCE = "data_source"
    FREQUENCY = "frequency"
    CLIENT_OWNER = "client_owner"
    VENDOR_OWNER = "vendor_owner"
    ONLY_SPEED = "only_speed"
    ONLY_RETURN = "only_return"
    VENDOR = "vendor"


TERMS: Mapping[Term, Text] = {
    Term.FINANCIAL: Text(gettext_noop("財務"), "financial"),
    Term.CUSTOMER: Text(gettext_noop("顧客"), "customer"),
    Term.PROCESS: Text(gettext_noop("業務プロセス"), "internal process"),
    Term.LEARNING: Text(gettext_noop("学習と成長"), "learning and growth"),
    Term.INITIAL: Text(gettext_noop("初期"), "initial"),
    Term.IMPROVEMENT: Text(gettext_noop("改善期"), "improvement"),
    Term.GROWTH: Text(gettext_noop("拡大期"), "growth"),
    Term.DATA_SOURCE: Text(gettext_noop("データの取得元"), "data source"),
    Term.FREQUENCY: Text(gettext_noop("測定の頻度"), "frequency"),
    Term.CLIENT_OWNER: Text(gettext_noop("発注側"), "client"),
    Term.VENDOR_OWNER: Text(gettext_noop("外注先"), "vendor"),
    Term.ONLY_SPEED: Text(gettext_noop("納期と件数だけのKPI"), "a set of speed and quantity only"),
    Term.ONLY_RETURN: Text(gettext_noop("ROIなどの成果だけのKPI"), "a set of returns only"),
    Term.VENDOR: Text(gettext_noop("外注先"), "the vendor"),
}

_BETWEEN = Text(gettext_noop("、"), ", ")

Param = str | int | Decimal | tuple[str, ...]


class FixKind(StrEnum):
    """What a click would do to the node of the finding."""

    UPDATE = "update"  # set these fields
    MOVE = "move"  # put it under `parent_id`


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that removes the finding and that the editor can make by one click."""

    kind: FixKind
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a rule does not hold."""

    node_id: NodeId | None
    params: Mapping[str, Param] = field(default_factory=dict)
    fix: Fix | None = None


def hit(node: LintNode, *, fix: Fix | None = None, **params: Param) -> Hit:
    """Make the hit of a node; its name is filled in everywhere."""
    return Hit(node.id, {"name": node.name, **params}, fix)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: why it is there, what it says, and the check that finds where it does not hold.

    `idea` is the thought behind it in a few words. `message` is filled with the parameters of
    a finding. `before_sign_off` is the severity while the tree is still being designed, where
    that is milder.
    """

    code: str
    severity: Severity
    idea: str
    title: Text
    message: Text
    why: Text
    remedy: Text
    check: Callable[[LintTree], Iterable[Hit]]
    before_sign_off: Severity | None = None

    def severity_in(self, tree: LintTree) -> Severity:
        """Return how much a finding matters in this tree."""
        return self.severity if tree.at_sign_off else self.before_sign_off or self.severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold at a node, or in the tree as a whole (`node_id` is None)."""

    code: str
    severity: Severity
    node_id: NodeId | None
    params: Mapping[str, Param] = field(default_factory=dict)
    fix: Fix | None = None


def filled(text: Text, params: Mapping[str, Param], read: Reader = japanese) -> str:
    """Write a sentence with its parameters."""
    return read(text) % {name: _shown(value, read) for name, value in params.items()}


def _shown(value: Param, read: Reader) -> str:
    if isinstance(value, tuple):
        return read(_BETWEEN).join(_shown(part, read) for part in value)
    if isinstance(value, Term):
        return read(TERMS[value])
    return _number(value) if isinstance(value, Decimal) else str(value)


def _number(value: Decimal) -> str:
    """Write a number as people do: 1,500,000 and 6.25, never 50.00."""
    whole, _, rest = f"{value:,f}".partition(".")
    return f"{whole}.{rest.rstrip('0')}".rstrip(".")

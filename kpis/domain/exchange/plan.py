"""From a draft to KPIs that can be stored: keys, vendors, formulas and targets made sure of."""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from kpis.domain.exchange.cells import folded
from kpis.domain.exchange.columns import KPI_COLUMNS, LINK_FIELDS
from kpis.domain.exchange.entries import Draft, Entry, Fields, TargetEntry, parents
from kpis.domain.exchange.messages import MESSAGES, Problem
from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import FormulaError
from kpis.domain.formulas.parse import parse
from kpis.domain.needs import in_order
from kpis.domain.scoring import Direction, InvalidTarget, TargetSpec, check_target
from kpis.domain.tree import Json, LinkKind

_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_ANY_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LABEL = re.compile(r"[\[［]([^\]］]*)[\]］]")
_HEADERS = {one.field: one.header for one in KPI_COLUMNS}
MOST_EXPLAINED = 20
_POOLABLE = frozenset({"sum", "mean", "median", "ratio"})
LIMITS = ("worst", "accept_low", "accept_high", "worst_low", "worst_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is there already where the tree goes.

    `defaults` are the fields of a new KPI, `organizations` the ids behind each name of a vendor,
    `names` the keys behind each name of a KPI, `needs` which keys each key is computed from;
    `taken` are keys that no new KPI may have, `above` is the key of the KPI above a branch.
    """

    defaults: Fields
    organizations: Mapping[str, Sequence[str]]
    first_day: date
    new_key: Callable[[], str]
    taken: frozenset[str] = frozenset()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    above: str | None = None
    adds_children: bool = False


@dataclass(frozen=True, slots=True)
class PlannedLink:
    """A line beside the tree to the KPI that will have this key; `name` is its name."""

    kind: LinkKind
    key: str
    note: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlannedKPI:
    """A KPI as it will be: its fields, the index of its parent, its targets and lines."""

    fields: Fields
    parent: int | None
    level: int
    targets: Sequence[Fields]
    row: int
    links: Sequence[PlannedLink] = ()

    @property
    def name(self) -> str:
        """The name."""
        return str(self.fields["name"])


@dataclass(frozen=True, slots=True)
class Plan:
    """The KPIs in the order of the outline, and everything that is to be mended."""

    kpis: Sequence[PlannedKPI]
    problems: Sequence[Problem]

    @property
    def errors(self) -> list[Problem]:
        """What stands in the way of saving."""
        return [one for one in self.problems if not one.is_note]


def plan(draft: Draft, around: Surroundings) -> Plan:
    """Make the draft complete, and tell at which row what is to be mended."""
    return _Planning(draft, around).done()


class _Words:
    """What formulas may name.

    A formula is read with the few words that stand in it: two thousand formulas need not each look
    at two thousand names. The whole vocabulary, which knows what was probably meant, is asked only
    for the first ones that cannot be read.
    """

    def __init__(self, labels: Mapping[str, Sequence[str]]) -> None:
        self._labels = labels
        self._keys = frozenset(key for keys in labels.values() for key in keys)
        self._by_folded: dict[str, list[str]] = defaultdict(list)
        for label in labels:
            self._by_folded[folded(label)].append(label)
        self._explained = 0

    def parse(self, text: str, *, own_key: str) -> Formula:
        """Read a formula; it never names its own KPI. Raises FormulaError."""
        said = [one for label in _LABEL.findall(text) for one in self._by_folded[folded(label)]]
        labels = {one: self._labels[one] for one in said}
        keys = {key for keys in labels.values() for key in keys}
        keys = (keys | self._keys & set(_ANY_WORD.findall(text))) - {own_key}
        try:
            return parse(text, keys=keys, labels=labels)
        except FormulaError:
            self._explained += 1
            if self._explained > MOST_EXPLAINED:
                raise
            return parse(text, keys=self._keys - {own_key}, labels=self._labels)


class _Planning:
    """Where the planning of one draft stands."""

    def __init__(self, draft: Draft, around: Surroundings) -> None:
        self.entries = draft.entries
        self.around = around
        self.problems = list(draft.problems)
        self.parents = parents(draft.entries)
        self.keys: list[str] = []
        self.renewed: dict[str, str] = {}

    def done(self) -> Plan:
        """Do one thing after the other."""
        self._give_keys()
        fields = [self._fields(at, entry) for at, entry in enumerate(self.entries)]
        fields = self._with_formulas(fields)
        links = self._links()
        kpis = [
            PlannedKPI(
                fields=one,
                parent=self.parents[at],
                level=entry.level,
                targets=self._targets(entry, one),
                row=entry.row,
                links=links[at],
            )
            for at, (entry, one) in enumerate(zip(self.entries, fields, strict=True))
        ]
        self.problems.sort(key=lambda one: (one.is_note, one.row))
        return Plan(kpis, self.problems)

    def _tell(self, row: int, code: str, /, **params: str | int) -> None:
        self.problems.append(Problem(row, code, params))

    def _give_keys(self) -> None:
        """Keep the keys that are said, unless the tree has them; the others are new."""
        said = [str(one.fields.get("key") or "") for one in self.entries]
        seen: set[str] = set()
        for entry, key in zip(self.entries, said, strict=True):
            if key in seen:
                self._tell(entry.row, "key_twice", key=key)
            elif key in self.around.taken:
                self.problems.append(Problem(entry.row, "key_renewed", {"key": key}, is_note=True))
                self.renewed[key] = self.around.new_key()
            seen |= {key} - {""}
            self.keys.append(self.renewed.get(key, key) or self.around.new_key())

    def _fields(self, at: int, entry: Entry) -> dict[str, Json]:
        apart = {"key", *LINK_FIELDS}
        said = {name: value for name, value in entry.fields.items() if name not in apart}
        fields = {**self.around.defaults, "name": "", **said, "key": self.keys[at]}
        if "responsible_organization" in entry.fields:
            fields["responsible_organization"] = self._organization(entry)
        source, aggregation = fields.get("value_source"), fields.get("aggregation")
        if source == "children" and aggregation not in _POOLABLE:
            self._tell(entry.row, "not_poolable")
        return fields

    def _organization(self, entry: Entry) -> str | None:
        name = str(entry.fields["responsible_organization"] or "").strip()
        if not name:
            return None
        found = self.around.organizations.get(name, ())
        if len(found) == 1:
            return found[0]
        self._tell(entry.row, "vendor_twice" if found else "vendor_unknown", name=name[:60])
        return None

    def _with_formulas(self, fields: list[dict[str, Json]]) -> list[dict[str, Json]]:
        """Read the formulas, by key or by name, and refuse circles."""
        labels: dict[str, Sequence[str]] = dict(self.around.names)
        ours: dict[str, list[str]] = defaultdict(list)
        for one in fields:
            ours[str(one["name"])].append(str(one["key"]))
        labels |= ours
        words = _Words(labels)
        needs: dict[str, Sequence[str]] = {key: list(of) for key, of in self.around.needs.items()}
        below: dict[str, list[str]] = defaultdict(list)
        for at, one in enumerate(fields):
            parent = self.parents[at]
            if parent is not None:
                below[str(fields[parent]["key"])].append(str(one["key"]))
            elif self.around.above and self.around.adds_children:
                above = self.around.above
                needs[above] = [*needs.get(above, ()), str(one["key"])]
        done = []
        for entry, one in zip(self.entries, fields, strict=True):
            key = str(one["key"])
            text, names = self._formula(entry, one, words)
            done.append({**one, "formula": text})
            is_sum = one.get("value_source") == "children"
            needs[key] = below[key] if is_sum else names
        self._refuse_circle(needs, done)
        return done

    def _formula(
        self,
        entry: Entry,
        fields: Fields,
        words: _Words,
    ) -> tuple[str, list[str]]:
        """Return the formula as it is kept, and the keys that it needs."""
        text = str(fields.get("formula") or "")
        text = _WORD.sub(lambda found: self.renewed.get(found[0], found[0]), text)
        is_used = fields.get("value_source") == "formula"
        if not is_used and not text:
            return text, []
        try:
            formula = words.parse(text, own_key=str(fields["key"]))
        except FormulaError as error:
            if is_used:
                place, reason = error.position + 1, error.text()
                self._tell(entry.row, "formula", place=place, reason=reason)
            return text, []
        return (formula.text() if "[" in text else text), sorted(formula.names) if is_used else []

    def _refuse_circle(self, needs: Mapping[str, Sequence[str]], fields: Sequence[Fields]) -> None:
        _order, circle = in_order(needs)
        rows = {str(one["key"]): entry.row for one, entry in zip(fields, self.entries, strict=True)}
        ours = [key for key in circle if key in rows]
        if ours:
            names = {str(one["key"]): str(one["name"]) for one in fields}
            names |= {key: name for name, keys in self.around.names.items() for key in keys}
            told = " → ".join(names.get(key, key) for key in circle)
            self._tell(rows[ours[0]], "formula_circle", names=told[:300])

    def _links(self) -> list[list[PlannedLink]]:
        """Find the KPIs that the lines lead to, here or in the tree around."""
        above = {
            key: self.around.above if parent is None else self.keys[parent]
            for key, parent in zip(self.keys, self.parents, strict=True)
        }
        known = {key: name for name, keys in self.around.names.items() for key in keys}
        known |= {key: one.name for key, one in zip(self.keys, self.entries, strict=True)}
        found = []
        for entry, key in zip(self.entries, self.keys, strict=True):
            ours: dict[str, PlannedLink] = {}
            for name, said in _said_links(entry):
                link = replace(said, key=self.renewed.get(said.key, said.key))
                code = _why_not(link, key, known, ours, above)
                if code:
                    self._tell(entry.row, code, column=_HEADERS[name], key=said.key)
                else:
                    ours[link.key] = replace(link, name=known[link.key])
            found.append(list(ours.values()))
        return found

    def _targets(self, entry: Entry, fields: Fields) -> list[Fields]:
        """Make the targets of an entry complete; each day has one."""
        days: set[Json] = set()
        made: list[Fields] = []
        for target in entry.targets:
            said = {
                **target.fields,
                "valid_from": target.fields.get("valid_from") or self.around.first_day.isoformat(),
                "rationale_kind": target.fields.get("rationale_kind") or "negotiation",
            }
            if said["valid_from"] in days:
                self._tell(target.row, "same_day", day=str(said["valid_from"]))
            days.add(said["valid_from"])
            if not str(target.fields.get("rationale") or "").strip():
                self._tell(target.row, "no_rationale")
            self._check_line(target, fields)
            made.append(said)
        return made

    def _check_line(self, target: TargetEntry, fields: Fields) -> None:
        numbers = {name: _number(target.fields.get(name)) for name in ("value", *LIMITS)}
        baseline = _number(fields.get("baseline"))
        direction = Direction(str(fields.get("direction") or "higher"))
        value = numbers.pop("value")
        try:
            check_target(TargetSpec(direction, value, baseline=baseline, **numbers))
        except InvalidTarget as error:
            code = error.code if error.code in MESSAGES else "target_invalid"
            self._tell(target.row, code)


def _said_links(entry: Entry) -> Iterator[tuple[str, PlannedLink]]:
    for name, kind in LINK_FIELDS.items():
        listed = entry.fields.get(name)
        named = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        for one in named:
            yield name, PlannedLink(kind, str(one["key"]), str(one["note"]))


def _why_not(
    link: PlannedLink,
    key: str,
    known: Container[str],
    there: Container[str],
    above: Mapping[str, str | None],
) -> str | None:
    """Say why a KPI cannot have this line, as the tree would say it."""
    if link.key not in known:
        return "link_unknown"
    if link.key == key:
        return "link_to_itself"
    if link.key in there or above[key] == link.key:
        return "link_twice"
    is_reference = link.kind is LinkKind.REFERENCE
    return "into_own_subtree" if is_reference and key in _ancestors(link.key, above) else None


def _ancestors(key: str, above: Mapping[str, str | None]) -> Iterator[str]:
    at = above.get(key)
    while at is not None:
        yield at
        at = above.get(at)


def _number(value: Json) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))

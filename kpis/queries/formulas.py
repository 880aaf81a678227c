"""Formulas of a tree: what they may name, how people read them, and whether they need themselves."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from kpis.domain.formulas.formula import Formula
from kpis.domain.formulas.messages import FormulaError
from kpis.domain.formulas.parse import parse
from kpis.domain.needs import in_order
from kpis.models import KPI, Tree
from kpis.models.choices import ValueSource

_WORD = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Vocabulary:
    """The KPIs that a formula may name: by key, or by name in [brackets]."""

    kpis: Sequence[KPI]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of the KPIs."""
        return frozenset(one.key for one in self.kpis)

    @cached_property
    def labels(self) -> Mapping[str, Sequence[str]]:
        """The keys behind each name; a name may be used twice."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.kpis:
            found[one.name].append(one.key)
        return found

    def parse(self, text: str) -> Formula:
        """Read a formula; raises FormulaError."""
        return parse(text, keys=self.keys, labels=self.labels)

    def shown(self, text: str) -> str:
        """Write a stored formula with the names that people know, as it can be typed again."""
        names = {
            keys[0]: name
            for name, keys in self.labels.items()
            if len(keys) == 1 and not set("[]") & set(name)
        }
        return _WORD.sub(lambda found: _label(found[0], names), text)


def _label(word: str, names: Mapping[str, str]) -> str:
    return f"[{names[word]}]" if word in names else word


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Write a stored formula with these words in the place of the keys."""
    return _WORD.sub(lambda found: values.get(found[0], found[0]), text)


def words_in(text: str) -> list[str]:
    """Return the words of a stored formula, keys and functions, each once and in their order."""
    return list(dict.fromkeys(_WORD.findall(text)))


def stored(text: str) -> Formula | None:
    """Read a stored formula, also one that names KPIs that are gone; None for what is none."""
    try:
        return parse(text, keys=frozenset(words_in(text))) if text else None
    except FormulaError:
        return None


def vocabulary_of(tree: Tree, *, without: KPI | None = None) -> Vocabulary:
    """Return what a formula of the tree may name; a KPI never names itself."""
    kpis = KPI.objects.living().filter(tree=tree)
    return Vocabulary([one for one in kpis if without is None or one.pk != without.pk])


def parsed(kpi: KPI, vocabulary: Vocabulary) -> Formula | None:
    """Return the formula of a KPI that is computed by one; None when it cannot be read (any more)."""
    if kpi.value_source != ValueSource.FORMULA:
        return None
    try:
        return vocabulary.parse(kpi.formula)
    except FormulaError:
        return None


def circle_through(kpi: KPI, vocabulary: Vocabulary) -> list[KPI]:
    """Return the KPIs by which the KPI, as it would be, needs its own value; none when all is well."""
    kpis = {one.pk: one for one in vocabulary.kpis} | {kpi.pk: kpi}
    all_keys = Vocabulary(list(kpis.values()))
    by_key = {one.key: one.pk for one in kpis.values()}
    below: dict[UUID, list[UUID]] = defaultdict(list)
    for one in kpis.values():
        if one.parent_id is not None:
            below[one.parent_id].append(one.pk)
    needs: dict[UUID, Sequence[UUID]] = {}
    for one in kpis.values():
        formula = parsed(one, all_keys)
        if formula is not None:
            needs[one.pk] = [by_key[name] for name in sorted(formula.names)]
        else:
            needs[one.pk] = below[one.pk] if one.value_source == ValueSource.CHILDREN else []
    _order, circle = in_order(needs)
    return [kpis[pk] for pk in circle]

"""The history of a tree: who changed what when and why, told as differences in words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Organization, User
from core.domain.rounding import decimal_text
from core.templatetags.numbers import UNITS
from kpis import wording
from kpis.domain.commands import Command, CommandKind, parts
from kpis.models import KPI, PlannedChange, Target, Tree, TreeCommand
from kpis.models.choices import LibraryType, Phase, TreeStatus
from kpis.models.trees import TargetQuerySet, TreeCommandQuerySet
from kpis.queries.formulas import Vocabulary
from kpis.queries.plans import BAND_LABELS

SYSTEM = "system"
TARGETS = "targets"
# What one may look for: a word, and the kinds of commands behind it.
KINDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "settings": (_lazy("設定の変更"), ("update", "batch")),
    "add": (_lazy("追加"), ("add",)),
    "delete": (_lazy("削除"), ("delete",)),
    "move": (_lazy("移動・並べ替え"), ("move", "reorder")),
    "link": (_lazy("つながり"), ("link", "unlink")),
    "tree": (_lazy("ツリー全体"), ("rename", "status", "bands", "phase")),
}
# The branches of whole deletions are not read for a list.
TOLD_IN_FULL = ("update", "batch", "rename", "status", "bands", "phase")
LONG = {"definition", "notes"}
LONGEST = 120
TREE_LABELS: Mapping[str, Any] = {
    **BAND_LABELS,
    "name": _lazy("ツリー名"),
    "status": _lazy("状態"),
    "outsourcing_type": _lazy("外注の種類"),
    "phase": _lazy("フェーズ"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the history; empty means everything."""

    kpi: UUID | None = None
    person: str = ""
    kind: str = ""

    @property
    def is_any(self) -> bool:
        """Whether nothing in particular is looked for."""
        return self == Asked()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field before and after."""

    kpi: str
    label: str
    old: str
    new: str

    def __str__(self) -> str:
        name = f"{wording.short(self.kpi)}の" if self.kpi else ""
        return f"{name}{self.label}：{self.old} → {self.new}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the tree with its differences, and the reason where one was asked for."""

    command: TreeCommand
    kind: str
    differences: Sequence[Difference]
    reason: str


def commands_of(tree: Tree, asked: Asked) -> TreeCommandQuerySet:
    """Return the tree's commands that fit, newest first."""
    found = TreeCommand.objects.filter(tree=tree).select_related("by_user")
    if asked.kpi is not None:
        found = found.filter(_touching(str(asked.kpi)))
    if asked.person == SYSTEM:
        found = found.filter(by_user=None)
    elif asked.person:
        found = found.filter(by_user_id=UUID(asked.person))
    if asked.kind in KINDS:
        found = found.filter(kind__in=KINDS[asked.kind][1])
    return found.defer("payload", "inverse").order_by("-version")


def _touching(pk: str) -> Q:
    """Return the commands that name a KPI: alone, in a branch, in a batch or at a line's end."""
    node, alone = {"nodes": [{"id": pk}]}, {"id": pk}
    found = Q(payload__id=pk) | Q(payload__contains=node)
    found |= Q(inverse__payload__contains=node)
    for part in (alone, node):
        found |= Q(payload__contains={"commands": [{"payload": part}]})
    return found | Q(payload__link__node_id=pk) | Q(payload__link__target_id=pk)


def people_of(tree: Tree) -> list[User]:
    """Return who has changed the tree, by name."""
    ids = TreeCommand.objects.filter(tree=tree).order_by().values("by_user").distinct()
    return list(User.objects.filter(pk__in=ids).order_by("name", "email"))


def kpis_of(tree: Tree) -> list[KPI]:
    """Return the KPIs that the tree has, and those that it had."""
    return list(KPI.objects.filter(tree=tree).order_by("deleted_at", "position", "name"))


def entries(tree: Tree, commands: Sequence[TreeCommand]) -> list[Entry]:
    """Return the commands with their differences: five queries, however many."""
    ids = [one.pk for one in commands]
    full = TreeCommand.objects.filter(pk__in=ids, kind__in=TOLD_IN_FULL)
    content = {
        pk: (payload, inverse)
        for pk, payload, inverse in full.values_list("pk", "payload", "inverse")
    }
    reasons = dict(
        PlannedChange.objects.filter(command__in=ids).values_list("command_id", "reason")
    )
    reader = _Reader.of(tree)
    return [
        Entry(
            one,
            kind_label(one.kind),
            reader.differences(one.kind, *content[one.pk]) if one.pk in content else (),
            reasons.get(one.pk, ""),
        )
        for one in commands
    ]


def kind_label(kind: str) -> str:
    """Return the word for a kind of command."""
    return next((str(word) for word, kinds in KINDS.values() if kind in kinds), kind)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Writes the values of a tree's commands the way people read them."""

    kpis: Mapping[str, KPI]
    vocabulary: Vocabulary
    organizations: Mapping[str, str]

    @classmethod
    def of(cls, tree: Tree) -> "_Reader":
        kpis = list(KPI.objects.filter(tree=tree))
        known = {pk for one in kpis if (pk := one.responsible_organization_id)}
        names = Organization.objects.filter(pk__in=known).values_list("pk", "name")
        return cls(
            {str(one.pk): one for one in kpis},
            Vocabulary(kpis),
            {str(pk): name for pk, name in names},
        )

    def differences(
        self, kind: str, payload: Mapping[str, Any], inverse: Mapping[str, Any]
    ) -> list[Difference]:
        back = inverse["payload"]
        if kind not in set(CommandKind):
            return [
                Difference(
                    "", str(TREE_LABELS[name]), _of_tree(name, back.get(name)), _of_tree(name, new)
                )
                for name, new in payload.items()
                if name in TREE_LABELS and back.get(name) != new
            ]
        after = _fields(Command(CommandKind(kind), payload))
        before = _fields(Command(CommandKind(inverse["kind"]), back))
        return [
            Difference(
                self._name(node_id),
                wording.field_label(name),
                self._text(node_id, name, before.get((node_id, name))),
                self._text(node_id, name, new),
            )
            for (node_id, name), new in after.items()
        ]

    def _name(self, node_id: str) -> str:
        return self.kpis[node_id].name if node_id in self.kpis else ""

    def _text(self, node_id: str, name: str, value: Any) -> str:
        kpi = self.kpis.get(node_id)
        if value in (None, ""):
            return str(_("なし"))
        if name == "formula":
            return self.vocabulary.shown(str(value))
        if name == "baseline" and kpi is not None:
            return f"{decimal_text(Decimal(str(value)))}{UNITS[kpi.unit]}"
        if name == "responsible_organization":
            return self.organizations.get(str(value), str(_("（外注先）")))
        if name in {"counts_from", "retired_from"}:
            return wording.month(date.fromisoformat(str(value)))
        if name == "deadline_on":
            day = date.fromisoformat(str(value))
            return f"{wording.month(day)}{day.day}日"
        text = wording.field_text(name, value)
        return text if name not in LONG or len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _fields(command: Command) -> dict[tuple[str, str], Any]:
    """Return the values that the updates of a command set, by KPI and field; the last one counts."""
    found: dict[tuple[str, str], Any] = {}
    for part in parts(command):
        fields = part.payload.get("fields")
        if part.kind == CommandKind.UPDATE and isinstance(fields, dict):
            for name, value in fields.items():
                found[str(part.payload["id"]), name] = value
    return found


def _of_tree(name: str, value: Any) -> str:
    if value in (None, ""):
        return str(_("なし"))
    if name in BAND_LABELS:
        return f"{value}点以上"
    choices = {"status": TreeStatus, "outsourcing_type": LibraryType, "phase": Phase}
    return str(choices[name](value).label) if name in choices else str(value)


def targets_of(tree: Tree, asked: Asked) -> TargetQuerySet:
    """Return the targets of the tree that fit, by KPI, the latest day first."""
    found = Target.objects.filter(kpi__tree=tree).select_related("kpi", "created_by")
    if asked.kpi is not None:
        found = found.filter(kpi_id=asked.kpi)
    if asked.person == SYSTEM:
        found = found.filter(created_by=None)
    elif asked.person:
        found = found.filter(created_by_id=UUID(asked.person))
    return found.order_by("kpi__position", "kpi_id", "-valid_from", "-created_at")


@dataclass(frozen=True, slots=True)
class TargetVersion:
    """A target with the last day on which it is valid: None for one that is open or replaced."""

    target: Target
    until: date | None

    @property
    def is_standing(self) -> bool:
        """Whether no later entry for the same day replaced it."""
        return self.target.superseded_at is None


def versions_of(targets: Sequence[Target]) -> list[TargetVersion]:
    """Return the targets with the end of their validity: the day before the next one of the KPI."""
    kpi_ids = {one.kpi_id for one in targets}
    starts: dict[UUID, list[date]] = {}
    standing = Target.objects.standing().filter(kpi__in=kpi_ids).order_by("valid_from")
    for kpi_id, start in standing.values_list("kpi_id", "valid_from"):
        starts.setdefault(kpi_id, []).append(start)
    return [TargetVersion(one, _until(one, starts.get(one.kpi_id, ()))) for one in targets]


def _until(target: Target, starts: Collection[date]) -> date | None:
    if target.superseded_at is not None:
        return None
    later = [one for one in starts if one > target.valid_from]
    return min(later) - timedelta(days=1) if later else None


def rows_of(tree: Tree, asked: Asked) -> Iterator[Sequence[str]]:
    """Yield the history as rows of a table, the newest first, a hundred commands at a time."""
    found = commands_of(tree, asked)
    for start in range(0, found.count(), 100):
        for one in entries(tree, list(found[start : start + 100])):
            yield (
                str(one.command.version),
                one.command.at.astimezone(tree.client.zone).isoformat(timespec="seconds"),
                wording.author(one.command.by_user),
                one.kind,
                one.command.summary,
                "\n".join(str(difference) for difference in one.differences),
                one.reason,
            )

"""The words of the KPI floor for what codes and commands mean."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from kpis.domain.commands import Command, CommandKind, parts
from kpis.domain.tree import LinkKind, Tree, TreeProblem
from kpis.models import KPI

NAME_LENGTH = 60

TARGET_PROBLEMS = {
    "no_target": _lazy("目標値を入力してください。"),
    "monitor_only": _lazy("監視のみのKPIには目標を設定できません。先に方向を変えてください。"),
    "worst_equals_target": _lazy(
        "0点とする値は、目標と違う値にしてください。同じ値では点数を計算できません。"
    ),
    "worst_on_good_side": _lazy("0点とする値は、目標より悪い側の値にしてください。"),
    "band_reversed": _lazy("範囲の下限は、上限以下の値にしてください。"),
}
TREE_PROBLEMS = {
    TreeProblem.INTO_OWN_SUBTREE: _lazy("KPIを、そのKPI自身や下のKPIの下へは移動できません。"),
    TreeProblem.ROOT_STAYS_ROOT: _lazy("KGIは一番上から動かせません。"),
    TreeProblem.UNKNOWN_NODE: _lazy("このKPIはすでに削除されています。"),
    TreeProblem.UNKNOWN_PARENT: _lazy("置き場所のKPIはすでに削除されています。"),
    TreeProblem.UNKNOWN_LINK: _lazy("この線はすでに削除されています。"),
    TreeProblem.LINK_TWICE: _lazy("この2つのKPIは、すでにつながっています。"),
    TreeProblem.LINK_TO_ITSELF: _lazy("KPIを、そのKPI自身とつなぐことはできません。"),
}


def target_problem(code: str) -> str:
    """Say what is wrong with a target and what to do."""
    return str(TARGET_PROBLEMS.get(code, _("目標の値をご確認ください。")))


def tree_problem(problem: TreeProblem) -> str:
    """Say why a change does not fit the tree."""
    return str(TREE_PROBLEMS.get(problem, _("この変更は、いまのツリーには合いません。")))


def author(user: User | None) -> str:
    """Name who did something; nobody's name stands for the site itself."""
    return _("%(name)sさん") % {"name": user} if user else _("システム")


def short(name: Any) -> str:
    """Quote a name, shortened so that it fits into a sentence."""
    text = str(name)
    return f"「{text if len(text) <= NAME_LENGTH else text[: NAME_LENGTH - 1] + '…'}」"


def month(day: date) -> str:
    """Write a month: 2026年12月."""
    return f"{day.year}年{day.month}月"


def field_label(name: str) -> str:
    """Return the word for a field of a KPI."""
    return str(KPI._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def field_text(name: str, value: Any) -> str:
    """Write a field's value, as it stands in a command, the way people read it."""
    if value is None or value == "":
        return str(_("なし"))
    labels: Mapping[Any, Any] = dict(getattr(KPI._meta.get_field(name), "flatchoices", ()))
    return str(labels.get(value, value))


def update_summary(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say in Japanese what an update changed; the log keeps this sentence."""
    if "name" in after:
        renamed = f"{short(before['name'])}の名称を{short(after['name'])}に変更"
        others = [field_label(one) for one in after if one != "name"]
        return f"{renamed}、{'・'.join(others)}を変更" if others else renamed
    told = [_change_text(one, before[one], after[one]) for one in after]
    if len(told) > 3:
        return f"{short(name)}の{'・'.join(field_label(one) for one in after)}を変更"
    return f"{short(name)}の{'、'.join(told)}"


def _change_text(name: str, old: Any, new: Any) -> str:
    if name in {"definition", "notes", "responsible_organization"}:
        return f"{field_label(name)}を変更"
    return (
        f"{field_label(name)}を{short(field_text(name, old))}から"
        f"{short(field_text(name, new))}に変更"
    )


def command_summary(command: Command, before: Tree) -> str:
    """Say in Japanese what a ready-made command does; the log keeps this sentence."""
    payload: Mapping[str, Any] = command.payload
    if command.kind == CommandKind.ADD:
        top = payload["nodes"][0]
        parent = before.nodes.get(top["parent_id"] or "")
        below = f"{short(parent.fields['name'])}の下に" if parent else ""
        return f"{short(top['fields'].get('name', ''))}を{below}追加"
    if command.kind == CommandKind.REORDER:
        return "並び順を変更"
    if command.kind == CommandKind.BATCH:
        told = parts(command)
        return f"{command_summary(told[0], before)}ほか{len(told) - 1}件" if told else ""
    if command.kind in (CommandKind.LINK, CommandKind.UNLINK):
        return _link_summary(command, before)
    node = before.nodes.get(payload["id"])
    name = node.fields["name"] if node else ""
    if command.kind == CommandKind.UPDATE and node:
        return update_summary(str(name), node.fields, payload["fields"])
    return f"{short(name)}を{'削除' if command.kind == CommandKind.DELETE else '移動'}"


def _link_summary(command: Command, before: Tree) -> str:
    link: Mapping[str, Any] = command.payload["link"]  # type: ignore[assignment]
    names = [
        short(before.nodes[key].fields["name"]) if key in before.nodes else short("")
        for key in (link["node_id"], link["target_id"])
    ]
    is_reference = link["kind"] == LinkKind.REFERENCE
    line = "下への参照" if is_reference else "への影響の線"
    done = "追加" if command.kind == CommandKind.LINK else "削除"
    return f"{names[0]}から{names[1]}{'の' if is_reference else ''}{line}を{done}"

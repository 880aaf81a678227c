"""KPIs that an import makes for names that have none yet."""

from collections.abc import Sequence
from datetime import datetime

from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.operations.trees import add_command, change_tree
from kpis.queries.undo import goal_of


def add_delivery_kpis(
    *, tree: Tree, names: Sequence[str], by: Actor, at: datetime
) -> dict[str, KPI]:
    """Make one on-time delivery rate per vendor name under the goal; return the KPIs by name."""
    goal = goal_of(tree)
    made: dict[str, KPI] = {}
    for name in names:
        tree.refresh_from_db(fields=["version"])
        title = f"納期遵守率（{name}）"[:200]
        command = add_command(
            tree,
            goal.pk,
            {
                "name": title,
                "definition": "納期までに納品された件数÷その月に納期が来た件数（未納を含む）",
                "unit": "percent",
                "decimals": 1,
                "aggregation": "ratio",
                "perspective": "process",
                "responsible_side": "vendor",
                "responsible_label": name[:100],
                "data_source": "納品の一覧（ファイル）",
            },
        )
        change_tree(tree=tree, command=command, version=tree.version, by=by, at=at)
        made[name] = KPI.objects.living().filter(tree=tree, name=title).latest("position")
    return made

"""KPIs that an import makes for names that have none yet."""

from collections.abc import Sequence
from datetime import datetime

from core.tenancy import Actor
from kpis.models import KPI, Tree
from kpis.operations.tree_commands import add_kpis
from kpis.queries.trees import goal_of


def add_delivery_kpis(
    *, tree: Tree, names: Sequence[str], by: Actor, at: datetime
) -> dict[str, KPI]:
    """Make one on-time delivery rate per vendor name under the goal; return the KPIs by name."""
    tree.refresh_from_db(fields=["version"])
    many = [
        {
            "name": f"納期遵守率（{name}）"[:200],
            "definition": "納期までに納品された件数÷その月に納期が来た件数（未納を含む）",
            "unit": "percent",
            "decimals": 1,
            "frequency": "month",
            "aggregation": "ratio",
            "perspective": "process",
            "responsible_side": "vendor",
            "responsible_organization": None,
            "responsible_label": name[:100],
            "data_source": "納品の一覧（ファイル）",
        }
        for name in names
    ]
    parent = goal_of(tree)
    made = add_kpis(tree=tree, version=tree.version, parent_id=parent.pk, many=many, by=by, at=at)
    tree.refresh_from_db(fields=["version"])
    return dict(zip(names, made, strict=True))

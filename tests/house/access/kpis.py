"""Who reaches trees, targets, measurements, imports and scorecards."""

from tests.house.access.model import (
    CLIENT_EDITORS,
    CLIENT_SIDE,
    EDITORS,
    SIGNED_IN,
    VENDOR_SIDE,
    Route,
)

TREE, KPI, SOURCE = {"pk": "tree"}, {"pk": "kpi"}, {"pk": "source"}
OF_TREE = {"tree_pk": "tree"}
# Whoever works for a client may start a tree; a vendor works for none.
STARTERS = {"client_owner", "client_editor", "advisor", "stranger"}


def change(route: str, kwargs: dict[str, str], /, **data: str) -> Route:
    """A change that editors of the client's side may make."""
    return Route(f"kpis:{route}", kwargs, method="post", data=data, allowed=EDITORS)


ROUTES = [
    Route("kpis:tree-list", allowed=SIGNED_IN - VENDOR_SIDE),
    Route("kpis:tree-create", allowed=STARTERS),
    Route("kpis:tree-create-example", method="post", allowed=STARTERS),
    Route("kpis:tree-detail", TREE, allowed=CLIENT_SIDE),
    Route("kpis:tree-state", TREE, allowed=CLIENT_SIDE),
    Route("kpis:kpi-panel", KPI, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-changes", TREE, allowed=CLIENT_SIDE),
    Route("kpis:tree-history", TREE, allowed=CLIENT_SIDE),
    Route("kpis:tree-rename", TREE, allowed=EDITORS),
    Route("kpis:kpi-edit", KPI, allowed=EDITORS),
    Route("kpis:kpi-move", KPI, allowed=EDITORS),
    Route("kpis:target-set", {"kpi_pk": "kpi"}, allowed=EDITORS),
    Route("kpis:measurement-record", {"kpi_pk": "kpi"}, allowed=EDITORS),
    Route("kpis:tree-create", method="post", allowed=STARTERS),
    change("tree-rename", TREE, name="別の名前", version="1"),
    change("tree-activate", TREE, version="1"),
    change("tree-archive", TREE, version="1"),
    change("tree-restore", TREE, version="1"),
    change("tree-undo", TREE, version="1"),
    change("tree-redo", TREE, version="1"),
    change("kpi-add", OF_TREE, name="新しいKPI", version="1", place="child", beside="goal"),
    Route("kpis:kpi-detail", KPI, allowed=CLIENT_SIDE),
    change("kpi-edit", KPI),
    change("kpi-rename", KPI, name="別の名前", version="1"),
    change("kpi-shift", KPI, shift="up", version="1"),
    change("kpi-move", KPI, parent="goal", version="1"),
    change("kpi-delete", KPI, version="1"),
    change("target-set", {"kpi_pk": "kpi"}),
    change("target-withdraw", {"pk": "target"}),
    change("measurement-record", {"kpi_pk": "kpi"}),
    Route("kpis:import-list", OF_TREE, allowed=CLIENT_SIDE),
    change("import-upload", OF_TREE),
    Route("kpis:import-detail", SOURCE, allowed=CLIENT_SIDE),
    change("import-mapping", SOURCE),
    change("import-destinations", SOURCE),
    change("import-confirm", SOURCE),
    change("import-discard", SOURCE),
    Route("kpis:scorecard-detail", OF_TREE, allowed=CLIENT_SIDE),
    change("scorecard-recompute", OF_TREE),
    Route("kpis:run-progress", {"pk": "run"}, allowed=CLIENT_SIDE),
    Route("kpis:tree-lint", TREE, allowed=CLIENT_SIDE),
    change("lint-fix", TREE),
    change("lint-waive", TREE),
    change("waiver-withdraw", {"pk": "waiver"}),
    Route("kpis-api:tree-lint", TREE, allowed=CLIENT_SIDE),
    Route("kpis:definition-list", allowed=SIGNED_IN),
    Route("kpis:definition-create", allowed=STARTERS | {"other_advisor"}),
    Route("kpis:definition-create", method="post", allowed=STARTERS | {"other_advisor"}),
    Route("kpis:definition-detail", {"pk": "definition"}, allowed=SIGNED_IN),
    Route("kpis:definition-detail", {"pk": "own_definition"}, allowed=CLIENT_SIDE),
    Route("kpis:definition-edit", {"pk": "own_definition"}, allowed=CLIENT_EDITORS),
    Route("kpis:definition-edit", {"pk": "own_definition"}, method="post", allowed=CLIENT_EDITORS),
    Route(
        "kpis:definition-retire", {"pk": "own_definition"}, method="post", allowed=CLIENT_EDITORS
    ),
    change("definition-use", {"pk": "own_definition"}, tree="tree"),
    Route("kpis-api:definition-list", allowed=SIGNED_IN),
    Route("kpis-api:definition-detail", {"pk": "definition"}, allowed=SIGNED_IN),
    Route("kpis-api:definition-detail", {"pk": "own_definition"}, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-list", allowed=SIGNED_IN - VENDOR_SIDE),
    Route("kpis-api:tree-detail", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-scorecard", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-command", TREE, method="post", allowed=EDITORS),
    Route("kpis-api:measurement-record", KPI, method="post", allowed=EDITORS),
]
PLAN = {"pk": "plan"}
ROUTES += [
    Route("kpis:plan-list", TREE, allowed=CLIENT_SIDE),
    Route("kpis:plan-create", TREE, allowed=EDITORS),
    change("plan-create", TREE),
    Route("kpis:plan-edit", PLAN, allowed=EDITORS),
    change("plan-edit", PLAN),
    change("plan-withdraw", PLAN),
    Route("kpis:bands-edit", TREE, allowed=EDITORS),
    change("bands-edit", TREE),
    Route("kpis:phase-switch", TREE, allowed=EDITORS),
    change("phase-switch", TREE),
    Route("kpis:tree-history-csv", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:plan-list", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:plan-list", TREE, method="post", allowed=EDITORS),
    Route("kpis-api:plan-withdraw", PLAN, method="post", allowed=EDITORS),
    Route("kpis-api:tree-bands", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-phase", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-phase", TREE, method="post", allowed=EDITORS),
]

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
    Route("kpis:tree-import", allowed=STARTERS),
    Route("kpis:tree-import", method="post", allowed=STARTERS),
    Route("kpis:branch-import", TREE, allowed=EDITORS),
    change("branch-import", TREE),
    Route("kpis:tree-export", TREE, allowed=CLIENT_SIDE),
    Route("kpis:tree-export-file", {**TREE, "form": "csv"}, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-import", method="post", allowed=STARTERS),
    Route("kpis-api:tree-export", TREE, allowed=CLIENT_SIDE),
    # Templates and the guided start; only its author sees a guided start.
    Route("kpis:template-list", allowed=SIGNED_IN - VENDOR_SIDE),
    Route("kpis:template-detail", {"code": "example"}, allowed=SIGNED_IN - VENDOR_SIDE),
    Route("kpis:template-detail", {"code": "example"}, method="post", allowed=STARTERS),
    Route("kpis-api:template-list", allowed=SIGNED_IN - VENDOR_SIDE),
    Route("kpis-api:template-plant", {"code": "example"}, method="post", allowed=STARTERS),
    Route("kpis-api:guided-list", allowed=STARTERS),
    Route("kpis-api:guided-list", method="post", allowed=STARTERS),
    Route("kpis-api:guided-detail", {"pk": "guided"}, allowed={"client_owner"}),
    Route("kpis-api:guided-detail", {"pk": "guided"}, method="delete", allowed={"client_owner"}),
    Route("kpis-api:guided-step", {"pk": "guided", "step": 1}, allowed={"client_owner"}),
    Route(
        "kpis-api:guided-step", {"pk": "guided", "step": 1}, method="put", allowed={"client_owner"}
    ),
    Route("kpis-api:guided-finish", {"pk": "guided"}, method="post", allowed={"client_owner"}),
    Route("kpis:guided-begin", allowed=STARTERS),
    Route("kpis:guided-begin", method="post", allowed=STARTERS),
    Route("kpis:guided-step", {"pk": "guided", "step": 1}, allowed={"client_owner"}),
    Route("kpis:guided-step", {"pk": "guided", "step": 1}, method="post", allowed={"client_owner"}),
    Route("kpis:guided-discard", {"pk": "guided"}, method="post", allowed={"client_owner"}),
    Route("kpis:guided-done", {"pk": "guided"}, allowed={"client_owner"}),
]


def write(route: str, kwargs: dict[str, str], method: str = "post", /) -> Route:
    """A change over the API that editors of the client's side may make."""
    return Route(f"kpis-api:{route}", kwargs, method=method, allowed=EDITORS)


ROUTES += [
    Route(f"kpis-api:tree-{name}", TREE, allowed=CLIENT_SIDE)
    for name in ("bridge", "goal-seek", "sensitivity", "matrix", "perspectives")
]
# What is imagined is not kept: whoever reads the tree may imagine.
ROUTES += [Route("kpis-api:tree-what-if", TREE, method="post", allowed=CLIENT_SIDE)]
DEFINERS = STARTERS | {"other_advisor"}
OWN_DEFINITION = {"pk": "own_definition"}
ROUTES += [
    Route("kpis-api:tree-list", allowed=SIGNED_IN - VENDOR_SIDE),
    Route("kpis-api:tree-list", method="post", allowed=STARTERS),
    Route("kpis-api:tree-detail", TREE, allowed=CLIENT_SIDE),
    write("tree-detail", TREE, "patch"),
    write("tree-activate", TREE),
    write("tree-archive", TREE),
    write("tree-restore", TREE),
    write("tree-command", TREE),
    Route("kpis-api:tree-history", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-scorecard", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:scorecard-list", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-lint", TREE, allowed=CLIENT_SIDE),
    write("lint-fix", TREE),
    write("lint-waive", TREE),
    write("waiver-detail", {"pk": "waiver"}, "delete"),
    Route("kpis-api:kpi-detail", KPI, allowed=CLIENT_SIDE),
    Route("kpis-api:target-list", KPI, allowed=CLIENT_SIDE),
    write("target-list", KPI),
    write("target-detail", {"pk": "target"}, "delete"),
    Route("kpis-api:measurement-record", KPI, allowed=CLIENT_SIDE),
    write("measurement-record", KPI),
    Route("kpis-api:definition-list", allowed=SIGNED_IN),
    Route("kpis-api:definition-list", method="post", allowed=DEFINERS),
    Route("kpis-api:definition-detail", {"pk": "definition"}, allowed=SIGNED_IN),
    Route("kpis-api:definition-detail", OWN_DEFINITION, allowed=CLIENT_SIDE),
    Route("kpis-api:definition-detail", OWN_DEFINITION, "put", allowed=CLIENT_EDITORS),
    Route("kpis-api:definition-detail", OWN_DEFINITION, "delete", allowed=CLIENT_EDITORS),
    Route("kpis-api:definition-versions", OWN_DEFINITION, allowed=CLIENT_SIDE),
    write("definition-use", OWN_DEFINITION),
]

OBJECTIVE, PROMISE = {"pk": "objective"}, {"pk": "promise"}
ROUTES += [
    Route("kpis:objective-list", OF_TREE, allowed=CLIENT_SIDE),
    Route("kpis:objective-create", OF_TREE, allowed=EDITORS),
    change("objective-create", OF_TREE),
    Route("kpis:objective-detail", OBJECTIVE, allowed=CLIENT_SIDE),
    Route("kpis:objective-edit", OBJECTIVE, allowed=EDITORS),
    change("objective-edit", OBJECTIVE),
    change("objective-activate", {"pk": "draft_objective"}),
    change("objective-check-in", OBJECTIVE),
    change("objective-close", OBJECTIVE),
    Route("kpis:promise-list", OF_TREE, allowed=CLIENT_SIDE),
    Route("kpis:promise-create", OF_TREE, allowed=EDITORS),
    change("promise-create", OF_TREE),
    Route("kpis:promise-edit", PROMISE, allowed=EDITORS),
    change("promise-edit", PROMISE),
    change("promise-retire", PROMISE),
    Route("kpis-api:objective-list", OF_TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:objective-list", OF_TREE, "post", allowed=EDITORS),
    Route("kpis-api:objective-detail", OBJECTIVE, allowed=CLIENT_SIDE),
    Route("kpis-api:objective-detail", OBJECTIVE, "put", allowed=EDITORS),
    Route("kpis-api:objective-activate", {"pk": "draft_objective"}, "post", allowed=EDITORS),
    Route("kpis-api:objective-check-in", OBJECTIVE, "post", allowed=EDITORS),
    Route("kpis-api:objective-close", OBJECTIVE, "post", allowed=EDITORS),
    Route("kpis-api:promise-list", OF_TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:promise-list", OF_TREE, "post", allowed=EDITORS),
    Route("kpis-api:promise-detail", PROMISE, "put", allowed=EDITORS),
    Route("kpis-api:promise-retire", PROMISE, "post", allowed=EDITORS),
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
    Route("kpis-api:plan-detail", PLAN, allowed=CLIENT_SIDE),
    Route("kpis-api:plan-detail", PLAN, method="put", allowed=EDITORS),
    Route("kpis-api:plan-withdraw", PLAN, method="post", allowed=EDITORS),
    Route("kpis-api:tree-bands", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-phase", TREE, allowed=CLIENT_SIDE),
    Route("kpis-api:tree-phase", TREE, method="post", allowed=EDITORS),
]

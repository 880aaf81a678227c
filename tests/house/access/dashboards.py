"""Who reaches the pages that combine floors."""

from tests.house.access.model import (
    CLIENT_SIDE,
    EVERYBODY,
    SIGNED_IN,
    Route,
)

ROUTES = [
    Route("dashboards:home", allowed=SIGNED_IN),
    Route("dashboards:dashboard-list", allowed=SIGNED_IN),
    Route("dashboards:tree-dashboard", {"pk": "tree"}, allowed=CLIENT_SIDE),
    *(
        Route(f"dashboards:{page}", {"pk": "tree"}, allowed=CLIENT_SIDE)
        for page in ("tree-why", "tree-what-if", "tree-matrix", "tree-perspectives")
    ),
    Route(
        "dashboards:engagement-dashboard", {"pk": "engagement"}, allowed=CLIENT_SIDE | {"vendor"}
    ),
    Route("dashboards:share-enter", {"token": "share_token"}, allowed=EVERYBODY),
    Route("dashboards:shared", {"pk": "share"}, allowed={"share"}),
]

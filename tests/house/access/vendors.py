"""Who may reach the pages of the vendor floor."""

from tests.house.access.model import CLIENT_EDITORS, CLIENT_SIDE, EDITORS, SIGNED_IN, Route

# The sides of the engagement; the rival takes no part in it.
PARTIES = CLIENT_SIDE | {"vendor"}
# Advisors propose for their client, but never sign for it.
NEGOTIATORS = EDITORS | {"vendor"}
SIGNERS = CLIENT_EDITORS | {"vendor"}
# The directory is everybody's own: that of the stranger is another one.
DIRECTORY = CLIENT_SIDE | {"other_advisor", "stranger"}
KEEPERS = EDITORS | {"stranger"}

ROUTES: list[Route] = [
    Route("vendors:vendor-list", allowed=DIRECTORY),
    Route("vendors:vendor-add", allowed=KEEPERS),
    Route("vendors:vendor-add", method="post", allowed=KEEPERS),
    Route("vendors:vendor-detail", {"pk": "vendor_entry"}, allowed=CLIENT_SIDE),
    Route("vendors:vendor-edit", {"pk": "vendor_entry"}, allowed=EDITORS),
    Route("vendors:vendor-edit", {"pk": "vendor_entry"}, "post", allowed=EDITORS),
    Route("vendors:engagement-list", allowed=SIGNED_IN),
    Route("vendors:engagement-add", allowed=KEEPERS),
    Route("vendors:engagement-add", method="post", allowed=KEEPERS),
    Route("vendors:engagement-detail", {"pk": "engagement"}, allowed=PARTIES),
    Route("vendors:engagement-sign", {"pk": "proposed"}, "post", allowed=SIGNERS),
    Route("vendors:engagement-change", {"pk": "proposed"}, allowed=NEGOTIATORS),
    Route("vendors:engagement-change", {"pk": "proposed"}, "post", allowed=NEGOTIATORS),
    Route("vendors:engagement-end", {"pk": "proposed"}, "post", allowed=EDITORS),
    Route("vendors:agreement-print", {"pk": "agreement"}, allowed=PARTIES),
    Route("vendors:share-list", {"tree_pk": "tree"}, allowed=CLIENT_SIDE),
    Route("vendors:share-create", {"tree_pk": "tree"}, "post", allowed=EDITORS),
    Route("vendors:share-revoke", {"pk": "share"}, "post", allowed=EDITORS),
]

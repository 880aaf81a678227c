"""Who may reach the pages of the review floor."""

from tests.house.access.model import CLIENT_SIDE, EDITORS, SIGNED_IN, Route

# The vendor of the engagement takes part; the rival does not.
PARTIES = CLIENT_SIDE | {"vendor"}
# Cycles are everybody's own: those of the stranger are others.
CYCLES = CLIENT_SIDE | {"other_advisor", "stranger"}
KEEPERS = EDITORS | {"stranger"}

ROUTES: list[Route] = [
    Route("reviews:review-list", allowed=SIGNED_IN),
    Route("reviews:review-detail", {"pk": "review"}, allowed=PARTIES),
    Route("reviews:review-open", {"pk": "review"}, "post", allowed=EDITORS),
    Route("reviews:review-agenda", {"pk": "review"}, "post", allowed=EDITORS),
    Route("reviews:review-minutes", {"pk": "review"}, "post", allowed=EDITORS),
    Route("reviews:review-close", {"pk": "review"}, "post", allowed=EDITORS),
    Route("reviews:agenda-item-note", {"pk": "agenda_item"}, "post", allowed=EDITORS),
    Route(
        "reviews:promise-rate",
        {"pk": "review", "promise_pk": "promise"},
        "post",
        allowed=EDITORS | {"vendor"},
    ),
    Route("reviews:action-add", {"pk": "review"}, "post", allowed=EDITORS),
    Route("reviews:action-list", allowed=SIGNED_IN),
    Route("reviews:action-detail", {"pk": "action"}, allowed=PARTIES),
    Route("reviews:action-edit", {"pk": "action"}, allowed=EDITORS),
    Route("reviews:action-edit", {"pk": "action"}, "post", allowed=EDITORS),
    Route("reviews:action-finish", {"pk": "action"}, "post", allowed=EDITORS),
    Route("reviews:action-drop", {"pk": "action"}, "post", allowed=EDITORS),
    Route("reviews:cycle-list", allowed=CYCLES),
    Route("reviews:cycle-add", allowed=KEEPERS),
    Route("reviews:cycle-add", method="post", allowed=KEEPERS),
    Route("reviews:cycle-edit", {"pk": "cycle"}, allowed=EDITORS),
    Route("reviews:cycle-edit", {"pk": "cycle"}, "post", allowed=EDITORS),
    Route("reviews:cycle-deactivate", {"pk": "idle_cycle"}, "post", allowed=EDITORS),
    Route("reviews:cycle-reactivate", {"pk": "idle_cycle"}, "post", allowed=EDITORS),
    Route("reviews:cycle-review-now", {"pk": "cycle"}, allowed=EDITORS),
    Route("reviews:cycle-review-now", {"pk": "cycle"}, "post", allowed=EDITORS),
    Route("reviews:reminder-list", allowed=SIGNED_IN),
    Route("reviews:reminder-read-all", method="post", allowed=SIGNED_IN),
    # A notice is one person's own.
    Route("reviews:reminder-open", {"pk": "reminder"}, "post", allowed={"client_owner"}),
]

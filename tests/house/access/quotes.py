"""Who may reach the pages of quote rounds."""

from tests.house.access.model import (
    CLIENT_EDITORS,
    CLIENT_SIDE,
    EDITORS,
    SIGNED_IN,
    VENDOR_SIDE,
    Route,
)

ASKED = VENDOR_SIDE
# Everybody with a client of their own may start a request there.
STARTERS = EDITORS | {"stranger"}
DRAFT, SENT, OPENED = {"pk": "draft_rfq"}, {"pk": "rfq"}, {"pk": "opened_rfq"}

ROUTES: list[Route] = [
    Route("quotes:rfq-list", allowed=SIGNED_IN),
    Route("quotes:rfq-create", allowed=STARTERS),
    Route("quotes:rfq-create", method="post", allowed=STARTERS),
    # A draft is the asking side's alone; what is sent, also those who are asked may see.
    Route("quotes:rfq-detail", DRAFT, allowed=CLIENT_SIDE),
    Route("quotes:rfq-detail", SENT, allowed=CLIENT_SIDE | ASKED),
    Route("quotes:rfq-edit", DRAFT, allowed=EDITORS),
    Route("quotes:rfq-edit", DRAFT, "post", allowed=EDITORS),
    Route("quotes:rfq-send", DRAFT, "post", allowed=EDITORS),
    Route("quotes:rfq-open", SENT, "post", allowed=EDITORS),
    Route("quotes:rfq-cancel", SENT, allowed=EDITORS),
    Route("quotes:rfq-cancel", SENT, "post", allowed=EDITORS),
    Route("quotes:rfq-comparison", OPENED, allowed=CLIENT_SIDE),
    Route("quotes:rfq-report", OPENED, allowed=CLIENT_SIDE),
    Route("quotes:rfq-workbook", OPENED, allowed=CLIENT_SIDE),
    # Advisors recommend; the client decides.
    Route("quotes:rfq-decide", OPENED, allowed=CLIENT_EDITORS),
    Route("quotes:rfq-decide", OPENED, "post", allowed=CLIENT_EDITORS),
    Route("quotes:quote-edit", SENT, allowed=ASKED),
    Route("quotes:quote-edit", SENT, "post", allowed=ASKED),
    Route("quotes:quote-edit", DRAFT, allowed=set()),
    Route("quotes:quote-autosave", SENT, "post", allowed=ASKED),
    Route("quotes:quote-submit", SENT, allowed=ASKED),
    Route("quotes:quote-submit", SENT, "post", allowed=ASKED),
    Route("quotes:rfq-decline", SENT, allowed=ASKED),
    Route("quotes:rfq-decline", SENT, "post", allowed=ASKED),
    # The vendor's own revision, opened: the rival never reads it.
    Route("quotes:revision-detail", {"pk": "revision"}, allowed=CLIENT_SIDE | {"vendor"}),
]

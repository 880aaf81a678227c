"""Who reaches the pages of organizations and people."""

from tests.house.access.model import EVERYBODY, SIGNED_IN, Route

OWNER = {"client_owner"}
CLIENT = {"client_owner", "client_editor", "client_viewer"}
# Everybody in the cast but the editor and the viewer owns the organization it acts for.
OWNERS = SIGNED_IN - {"client_editor", "client_viewer"}
# The owners of clients: only they assign advisory firms.
CLIENT_OWNERS = {"client_owner", "stranger"}
FIRMS = {"advisor", "other_advisor"}
PERSON = {"email": "someone@example.jp", "role": "viewer"}

ROUTES = [
    Route("accounts:organization-detail", allowed=SIGNED_IN),
    Route("accounts:organization-create", allowed=SIGNED_IN),
    Route("accounts:organization-create", method="post", allowed=SIGNED_IN),
    Route("accounts:organization-edit", allowed=OWNERS),
    Route("accounts:organization-edit", method="post", allowed=OWNERS),
    Route(
        "accounts:organization-switch",
        method="post",
        data={"organization": "client"},
        allowed=CLIENT,
    ),
    Route("accounts:invitation-create", method="post", data=PERSON, allowed=OWNERS),
    Route("accounts:invitation-resend", {"pk": "invitation"}, "post", allowed=OWNER),
    Route("accounts:invitation-revoke", {"pk": "invitation"}, "post", allowed=OWNER),
    # It is addressed to nobody of the cast.
    Route("accounts:invitation-choose", {"pk": "invitation"}, "post", allowed=set()),
    Route("accounts:invitation-enter", {"token": "invitation_token"}, allowed=EVERYBODY),
    # Without a token in the session there is nothing to accept, for nobody.
    Route("accounts:invitation-accept", allowed=set()),
    Route("accounts:invitation-accept", method="post", allowed=set()),
    Route(
        "accounts:membership-role",
        {"pk": "membership"},
        method="post",
        data={"role": "editor"},
        allowed=OWNER,
    ),
    Route("accounts:membership-remove", {"pk": "membership"}, "post", allowed=OWNER),
    Route("accounts:advisor-search", allowed=CLIENT_OWNERS),
    # The client has assigned this firm already, and is told so.
    Route("accounts:advisor-assign", method="post", data={"firm": "firm"}, allowed=CLIENT_OWNERS),
    Route("accounts:advisor-invite", method="post", allowed=CLIENT_OWNERS),
    Route("accounts:advisor-withdraw", {"pk": "assignment"}, "post", allowed=OWNER),
    Route("accounts:client-list", allowed=FIRMS),
    Route("accounts:token-list", allowed=SIGNED_IN),
    Route("accounts:token-create", allowed=SIGNED_IN),
    Route("accounts:token-create", method="post", allowed=SIGNED_IN),
    # Made by the editor: the maker and the owner of the organization may stop it.
    Route(
        "accounts:token-revoke",
        {"pk": "api_token"},
        method="post",
        allowed={"client_owner", "client_editor"},
    ),
]

"""Who reaches the pages of organizations and people."""

from tests.house.access.model import EVERYBODY, SIGNED_IN, Route

OWNER = {"client_owner"}
CLIENT = {"client_owner", "client_editor", "client_viewer"}
# Everybody in the cast but the editor and the viewer owns the organization it acts for.
OWNERS = SIGNED_IN - {"client_editor", "client_viewer"}

ROUTES = [
    Route("accounts:organization-detail", allowed=SIGNED_IN),
    Route("accounts:organization-create", allowed=SIGNED_IN),
    Route("accounts:organization-edit", allowed=OWNERS),
    Route(
        "accounts:organization-switch",
        method="post",
        data={"organization": "client"},
        allowed=CLIENT,
    ),
    Route(
        "accounts:invitation-create",
        method="post",
        data={"email": "someone@example.jp", "role": "viewer"},
        allowed=OWNERS,
    ),
    Route("accounts:invitation-revoke", {"pk": "invitation"}, method="post", allowed=OWNER),
    Route("accounts:invitation-enter", {"token": "invitation_token"}, allowed=EVERYBODY),
    # Without a token in the session there is nothing to accept, for nobody.
    Route("accounts:invitation-accept", allowed=set()),
    Route(
        "accounts:membership-role",
        {"pk": "membership"},
        method="post",
        data={"role": "editor"},
        allowed=OWNER,
    ),
    Route("accounts:membership-remove", {"pk": "membership"}, method="post", allowed=OWNER),
    Route(
        "accounts:advisor-assign",
        method="post",
        data={"name": "相談室"},
        allowed={"client_owner", "stranger"},
    ),
    Route("accounts:advisor-withdraw", {"pk": "assignment"}, method="post", allowed=OWNER),
]

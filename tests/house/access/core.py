"""Who reaches health, the audit trail, the gallery, and the pages of sign-in."""

from tests.house.access.model import EVERYBODY, SIGNED_IN, Route

OWNERS = SIGNED_IN - {"client_editor", "client_viewer"}
ROUTES = [
    Route("core:healthz", allowed=EVERYBODY),
    Route("core:readyz", allowed=EVERYBODY),
    Route("core:audit-log", allowed=OWNERS),
    Route("core:ui-gallery", allowed=SIGNED_IN),
    Route("core:dev-mailbox", allowed=set()),  # a trial only; tests are none
    Route("core:dev-mail", {"name": "any"}, allowed=set()),
    Route("api-schema", allowed=SIGNED_IN),
    Route("api-docs", allowed=SIGNED_IN),
    Route("api-problem", {"name": "stale"}, allowed=EVERYBODY),
    # Sign-in is the library's: open to everybody, or for the signed-in.
    Route("account_login", allowed=EVERYBODY),
    Route("account_confirm_login_code", allowed=SIGNED_IN),
    Route("account_signup", allowed=EVERYBODY),
    Route("account_logout", allowed=SIGNED_IN),
    Route("account_reauthenticate", allowed=SIGNED_IN),
    Route("account_email", allowed=SIGNED_IN),
    Route("account_change_password", allowed=SIGNED_IN),
    Route("account_set_password", allowed=SIGNED_IN),
    Route("account_inactive", allowed=EVERYBODY),
    Route("account_email_verification_sent", allowed=EVERYBODY),
    Route("account_confirm_email", {"key": "no-such-key"}, allowed=EVERYBODY),
    Route("account_reset_password", allowed=EVERYBODY),
    Route("account_reset_password_done", allowed=EVERYBODY),
    Route(
        "account_reset_password_from_key", {"uidb36": "1", "key": "no-such-key"}, allowed=EVERYBODY
    ),
    Route("account_reset_password_from_key_done", allowed=EVERYBODY),
]

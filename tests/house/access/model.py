"""The shape of the access table: who may reach which route."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLIENT = frozenset({"client_owner", "client_editor", "client_viewer"})
CLIENT_EDITORS = frozenset({"client_owner", "client_editor"})
CLIENT_SIDE = CLIENT | {"advisor"}
EDITORS = CLIENT_EDITORS | {"advisor"}
VENDOR_SIDE = frozenset({"vendor", "rival"})
MEMBERS = CLIENT_SIDE | VENDOR_SIDE | {"other_advisor", "stranger"}
SIGNED_IN = MEMBERS
EVERYBODY = MEMBERS | {"anonymous", "share"}


@dataclass(frozen=True)
class Route:
    """One route with one method, and the cast that it answers; everybody else is turned away.

    `kwargs` maps the route's parameters to names of objects in `tests.cast.World`
    (`{"pk": "rfq"}`), or to literal values that are no such name. Turned away means 404, 403 or,
    for the anonymous, the sign-in page. A route with two methods stands in the table twice.
    """

    name: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    method: str = "get"
    allowed: frozenset[str] | set[str] = SIGNED_IN
    data: Mapping[str, Any] = field(default_factory=dict)

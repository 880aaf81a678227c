"""The main navigation by the kind of the active organization."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from core.access import actor_of
from core.tenancy import Actor
from reviews.queries.notices import unread_count


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the main navigation."""

    label: str
    url: str
    is_current: bool


CLIENT_SIDE = (
    (_("ホーム"), "dashboards:home"),
    (_("KPIツリー"), "kpis:tree-list"),
    (_("見積依頼"), "quotes:rfq-list"),
    (_("外注先"), "vendors:vendor-list"),
    (_("契約"), "vendors:engagement-list"),
    (_("ダッシュボード"), "dashboards:dashboard-list"),
    (_("振り返り"), "reviews:review-list"),
)
VENDOR_SIDE = (
    (_("ホーム"), "dashboards:home"),
    (_("見積依頼"), "quotes:rfq-list"),
    (_("契約"), "vendors:engagement-list"),
    (_("ダッシュボード"), "dashboards:dashboard-list"),
    (_("振り返り"), "reviews:review-list"),
)

# Pages whose address does not begin with that of the entry they belong to.
ELSEWHERE = (
    ("/vendors/agreements/", "/vendors/engagements/"),
    ("/vendors/trees/", "/dashboards/"),
)


def entries(actor: Actor, path: str) -> list[Entry]:
    """Return the entries for this actor; the longest address that fits the path is current."""
    if actor.kind is None:
        return []
    table = VENDOR_SIDE if actor.is_vendor else CLIENT_SIDE
    urls = [(label, reverse(name)) for label, name in table]
    home = reverse("dashboards:home")
    place = next((path_of for prefix, path_of in ELSEWHERE if path.startswith(prefix)), path)
    fitting = [url for _label, url in urls if place.startswith(url) and url != home]
    current = home if path == home else max(fitting, key=len, default="")
    return [Entry(str(label), url, url == current) for label, url in urls]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every page the actor, its navigation and the organizations to switch to."""
    actor = actor_of(request)
    user = getattr(request, "user", None)
    memberships = list(Membership.objects.of(user)) if isinstance(user, User) else []
    return {
        "actor": actor,
        "navigation": entries(actor, request.path),
        "organizations": [one.organization for one in memberships],
        "unread_notices": unread_count(actor),
        "is_demo": settings.SITE_IS_DEMO,
    }

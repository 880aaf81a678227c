"""Links to dashboards: told once, stored as a hash, closed at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.domain.refusals import Denied
from core.models import AuditEvent
from tests.factories import accounts
from tests.factories.vendors import make_proposed, make_share
from tests.integration.vendors.conftest import Stage
from vendors.models import DashboardShare
from vendors.operations import shares as operations
from vendors.queries.shares import share_for_token

NOW = accounts.NOW


def test_the_token_opens_the_share_and_is_not_stored(stage: Stage) -> None:
    share, token = make_share(tree=stage.tree, by=stage.owner)

    assert share_for_token(token, NOW) == share
    assert token not in str(DashboardShare.objects.values().get())
    assert token not in str(list(AuditEvent.objects.values()))
    assert share_for_token(share.token_hash, NOW) is None


def test_a_share_ends_with_its_day(stage: Stage) -> None:
    share, token = make_share(tree=stage.tree, by=stage.owner)

    assert share_for_token(token, share.expires_at - timedelta(seconds=1)) == share
    assert share_for_token(token, share.expires_at) is None


def test_a_revoked_share_opens_nothing(stage: Stage) -> None:
    share, token = make_share(tree=stage.tree, by=stage.owner)

    operations.revoke_share(share=share, by=stage.advisor, at=NOW)

    assert share_for_token(token, NOW) is None
    with pytest.raises(Denied, match="すでに取り消して"):
        operations.revoke_share(share=share, by=stage.owner, at=NOW)


@pytest.mark.parametrize("who", ["viewer", "vendor", "stranger"])
def test_others_share_nothing(stage: Stage, who: str) -> None:
    with pytest.raises(Denied):
        make_share(tree=stage.tree, by=getattr(stage, who))


def test_views_are_counted(stage: Stage) -> None:
    share, _token = make_share(tree=stage.tree, by=stage.owner)

    operations.record_view(share=share, at=NOW)
    operations.record_view(share=share, at=NOW)

    share.refresh_from_db()
    assert (share.viewed_count, share.last_viewed_at) == (2, NOW)


def test_the_page_tells_the_link_once(stage: Stage, client: Client) -> None:
    client.force_login(accounts.user_of(stage.owner))
    address = reverse("vendors:share-list", args=[stage.tree.pk])
    engagement = make_proposed(
        vendor=stage.vendor_organization, tree=stage.tree, kpis=[stage.on_time], by=stage.owner
    )

    answer = client.post(
        reverse("vendors:share-create", args=[stage.tree.pk]),
        {"label": "監査", "days": "7", "engagement": engagement.pk},
    )

    assert answer["Location"] == address
    first, second = client.get(address), client.get(address)
    link = first.context["link"]
    assert share_for_token(link.rstrip("/").split("/")[-1], NOW) is not None
    assert link in first.content.decode()
    assert link not in second.content.decode()
    assert DashboardShare.objects.get().engagement == engagement


def test_a_viewer_sees_the_links_but_makes_none(stage: Stage, client: Client) -> None:
    make_share(tree=stage.tree, by=stage.owner)
    client.force_login(accounts.user_of(stage.viewer))
    address = reverse("vendors:share-list", args=[stage.tree.pk])

    page = client.get(address)
    answer = client.post(f"{address}create/", {"label": "x", "days": "7"})

    assert "経営会議" in page.content.decode()
    assert "取り消す" not in page.content.decode()
    assert answer.status_code == 403

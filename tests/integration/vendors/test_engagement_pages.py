"""The pages of an engagement: from the proposal to the agreement."""

from django.test import Client
from django.urls import reverse

from tests.factories import accounts
from tests.integration.vendors.acts import active, change, proposed
from tests.integration.vendors.conftest import Stage
from vendors.models import Engagement, EngagementStatus
from vendors.queries.agreements import latest_agreement


def test_the_pages_lead_from_proposal_to_agreement(stage: Stage, client: Client) -> None:
    engagement = proposed(stage)
    page = reverse("vendors:engagement-detail", args=[engagement.pk])
    sha256 = latest_agreement(engagement).sha256

    for actor in (stage.owner, stage.vendor):
        client.force_login(accounts.user_of(actor))
        assert sha256 in client.get(page).content.decode()
        unread = client.post(f"{page}sign/", {"seen_sha256": sha256})
        assert unread.status_code == 422
        answer = client.post(f"{page}sign/", {"seen_sha256": sha256, "has_read": "on"})
        assert answer["Location"] == page

    engagement.refresh_from_db()
    assert engagement.status == EngagementStatus.ACTIVE
    printed = reverse("vendors:agreement-print", args=[latest_agreement(engagement).pk])
    assert sha256 in client.get(printed).content.decode()


def test_a_stale_signature_page_answers_409(stage: Stage, client: Client) -> None:
    engagement = proposed(stage)
    page = reverse("vendors:engagement-detail", args=[engagement.pk])
    seen = latest_agreement(engagement).sha256
    change(stage, engagement, by=stage.owner)
    client.force_login(accounts.user_of(stage.vendor))

    answer = client.post(f"{page}sign/", {"seen_sha256": seen, "has_read": "on"})

    assert answer.status_code == 409
    assert "第2版" in answer.content.decode()


def test_the_change_form_of_a_vendor_shows_only_its_kpis(stage: Stage, client: Client) -> None:
    engagement = proposed(stage)
    address = reverse("vendors:engagement-change", args=[engagement.pk])

    client.force_login(accounts.user_of(stage.vendor))
    page = client.get(address).content.decode()
    assert "納期遵守率" in page
    assert "獲得単価" not in page
    client.force_login(accounts.user_of(stage.owner))
    assert "獲得単価" in client.get(address).content.decode()


def test_the_change_form_makes_a_new_version(stage: Stage, client: Client) -> None:
    engagement = active(stage)
    client.force_login(accounts.user_of(stage.owner))
    prefix = f"kpi-{stage.on_time.pk}"

    answer = client.post(
        reverse("vendors:engagement-change", args=[engagement.pk]),
        {
            "title": engagement.title,
            "starts_on": "2026-04-01",
            "ends_on": "2027-04-01",
            "amount": "2400000",
            "valid_from": "2026-12-01",
            "reason": "実績が安定したため",
            "seen_sha256": latest_agreement(engagement).sha256,
            f"{prefix}-is_agreed": "on",
            f"{prefix}-target": "98",
            f"{prefix}-required_minimum": "90",
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    assert latest_agreement(engagement).version == 2
    shown = client.get(reverse("vendors:engagement-detail", args=[engagement.pk]))
    assert "署名を待っている変更があります" in shown.content.decode()


def test_an_engagement_can_be_made_by_hand(stage: Stage, client: Client) -> None:
    client.force_login(accounts.user_of(stage.advisor))
    entry = stage.client.vendors.get()
    address = f"{reverse('vendors:engagement-add')}?tree={stage.tree.pk}"
    data = {
        "vendor": entry.pk,
        "title": "前からの契約",
        "starts_on": "2026-04-01",
        "ends_on": "2027-04-01",
        f"kpi-{stage.on_time.pk}-is_agreed": "on",
    }

    incomplete = client.post(address, data)
    complete = client.post(address, {**data, f"kpi-{stage.on_time.pk}-target": "95"})

    assert incomplete.status_code == 422
    assert "約束する水準を入力してください" in incomplete.content.decode()
    assert complete.status_code == 302
    engagement = Engagement.objects.get(title="前からの契約")
    assert (engagement.rfq_id, engagement.client_id) == (None, stage.client.pk)


def test_the_client_sees_before_signing_what_should_be_mended(stage: Stage) -> None:
    """The design check is the client's own affair: the vendor is not shown it."""
    engagement = proposed(stage)
    address = reverse("vendors:engagement-detail", args=[engagement.pk])
    pages = {}
    for name, actor in (("client", stage.owner), ("vendor", stage.vendor)):
        browser = Client()
        browser.force_login(accounts.user_of(actor))
        pages[name] = browser.get(address).content.decode()

    assert "署名の前に直したいところ" in pages["client"]
    assert "「納期遵守率」" in pages["client"]
    assert "署名の前に直したいところ" not in pages["vendor"]

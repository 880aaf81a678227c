"""The comparison: words, arithmetic, marks; and that its size does not change its queries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse

from accounts.models import Membership, Organization, Role, User
from accounts.queries import actor_of_membership
from core import tenancy
from core.domain.organizations import OrganizationKind
from core.tenancy import Actor
from kpis.domain.scoring import Direction
from quotes import operations
from quotes.domain import comparison as domain
from quotes.domain import criteria
from quotes.domain.drafts import LineDraft
from quotes.models import RFQ, Criterion
from quotes.queries.arithmetic import arithmetic, exclusion, places_for
from quotes.queries.comparison import comparison_of
from quotes.queries.tables import tables_of
from tests.factories.quotes import make_opened, make_quote, make_sent, quote_draft, request_draft
from tests.integration.quotes.market import Market
from tests.integration.quotes.pages import browser, queries_of

pytestmark = pytest.mark.django_db


def scored(
    criterion: criteria.Criterion, price: Decimal, answer: Decimal | None = None
) -> domain.Contribution:
    """Score one quote beside one of 3.5 by one criterion."""
    offers = [
        criteria.Offer("a", price, {"c": answer}),
        criteria.Offer("b", Decimal("3.5"), {"c": criterion.required_minimum}),
    ]
    result = domain.compare([criterion], offers)
    return next(one for one in result.ranking if one.vendor_id == "a").contributions[0]


def words(**fields: object) -> Criterion:
    return Criterion(name="納期遵守率", unit="percent", **fields)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (
            scored(
                criteria.Criterion(
                    "price",
                    criteria.CriterionKind.PRICE,
                    Decimal(40),
                    price_method=criteria.PriceMethod.CEILING,
                    ceiling=Decimal(5),
                ),
                Decimal("3.50"),
            ),
            "40 × (1 − 3.50 ÷ 5.00) = 12.0点",
        ),
        (
            scored(
                criteria.Criterion("price", criteria.CriterionKind.PRICE, Decimal(40)),
                Decimal(5000),
            ),
            "40 × 3.50 ÷ 5,000.00 = 0.0点",
        ),
        (
            scored(
                criteria.Criterion(
                    "c",
                    criteria.CriterionKind.COMMITMENT,
                    Decimal(30),
                    required_minimum=Decimal(80),
                    desired_level=Decimal(98),
                ),
                Decimal(1),
                Decimal("95.5"),
            ),
            "30 × (95.5 − 80) ÷ (98 − 80) = 25.8点",
        ),
        (
            scored(
                criteria.Criterion(
                    "c",
                    criteria.CriterionKind.COMMITMENT,
                    Decimal(30),
                    direction=Direction.LOWER,
                    required_minimum=Decimal(10),
                    desired_level=Decimal(2),
                ),
                Decimal(1),
                Decimal(4),
            ),
            "30 × (10 − 4) ÷ (10 − 2) = 22.5点",
        ),
        (
            scored(
                criteria.Criterion(
                    "c",
                    criteria.CriterionKind.COMMITMENT,
                    Decimal(30),
                    required_minimum=Decimal(80),
                    desired_level=Decimal(98),
                ),
                Decimal(1),
                Decimal(100),
            ),
            "30 × 100%（望ましい水準 98% に到達） = 30.0点",
        ),
    ],
)
def test_the_arithmetic_is_written_out(part: domain.Contribution, sentence: str) -> None:
    direction = "lower" if "10 − 2" in sentence else "higher"
    desired = Decimal(2) if direction == "lower" else Decimal(98)
    criterion = words(direction=direction, desired_level=desired)

    assert arithmetic(part, criterion, "USD") == sentence


def test_an_exclusion_shows_the_digits_that_decide() -> None:
    reason = criteria.ExclusionReason(
        criteria.ExclusionCode.BELOW_MINIMUM, "c", Decimal("79.999999"), Decimal(80)
    )

    assert exclusion(reason, words(), "JPY") == (
        "「納期遵守率」の約束 79.999999% が、最低水準 80% に届いていません。"
    )


def test_different_totals_look_different() -> None:
    assert places_for([Decimal("64.54"), Decimal("64.46")]) == 2
    assert places_for([Decimal("64.5"), Decimal("64.5")]) == 1


def test_best_and_worst_are_marked_by_row(market: Market, now: datetime) -> None:
    rfq = make_opened(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=market.asked,
        quotes={market.vendor: (200_000, 300_000), market.rival: (180_000, 300_000)},
        by=market.client,
        at=now,
    )
    with tenancy.acting(market.client):
        tables = tables_of(comparison_of(rfq))

    assert [one.name for one in tables.columns] == ["rival株式会社", "vendor株式会社"]
    assert [[one.mark for one in row.cells] for row in tables.lines] == [
        ["best", "worst"],
        ["", ""],
    ]
    assert [one.text for one in tables.lines[0].cells] == ["¥2,160,000", "¥2,400,000"]
    assert tables.sums[2].label == "見積金額（税抜）"
    assert [one.text for one in tables.sums[2].cells] == ["¥2,460,000", "¥2,700,000"]


def many(market: Market, count: int, at: datetime) -> list[Actor]:
    """Return so many vendors more."""
    actors = []
    for place in range(count):
        organization = Organization.objects.create(
            name=f"外注先{place}", kind=OrganizationKind.VENDOR.value, created_at=at
        )
        user = User.objects.create_user(f"v{place}-{organization.pk}@example.com")
        membership = Membership.objects.create(
            user=user, organization=organization, role=Role.OWNER, joined_at=at
        )
        actors.append(actor_of_membership(membership))
        with tenancy.acting(market.client):
            market.organizations["client"].vendors.create(organization=organization, created_at=at)
    return actors


def opened_with(market: Market, vendors: Sequence[Actor], lines: int, at: datetime) -> RFQ:
    """Return an opened round of this size."""
    organizations = list(Organization.objects.filter(pk__in=[v.organization_id for v in vendors]))
    draft = request_draft(
        branch=market.branch,
        kpis=[market.kpi],
        vendors=organizations,
        deadline_at=at + timedelta(days=3),
        ceiling=None,
        lines=[LineDraft(f"品目{i}", Decimal(1), "式") for i in range(lines)],
    )
    rfq = make_sent(branch=market.branch, kpis=[], vendors=[], by=market.client, at=at, draft=draft)
    for place, vendor in enumerate(vendors):
        with tenancy.acting(vendor):
            quote = quote_draft(rfq, prices=[1000 + place + i for i in range(lines)])
        make_quote(rfq, by=vendor, at=at, draft=quote)
    with tenancy.acting(market.client):
        return operations.open_round(rfq=rfq, by=market.client, at=rfq.deadline_at)


def test_ten_vendors_with_300_lines_take_the_queries_of_two_with_two(
    market: Market, now: datetime
) -> None:
    vendors = many(market, 10, now)
    client = browser(market, "client")
    counted = []
    for size, lines in ((2, 2), (10, 300)):
        rfq = opened_with(market, vendors[:size], lines, now)
        address = reverse("quotes:rfq-comparison", args=[rfq.pk])
        counted.append(queries_of(partial(client.get, address)))

    assert counted == [17, 17]

"""What a quote would have to offer: applied, it draws level; one unit less and it does not."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.domain.scoring import Direction
from quotes.domain.comparison import compare, exact_scores
from quotes.domain.criteria import Criterion, CriterionKind, Offer, PriceMethod
from quotes.domain.needed import LEVEL_PLACES, Needed, needed

STEP = Decimal(1).scaleb(-LEVEL_PLACES)
LEVELS = {"up": (Direction.HIGHER, 80, 98), "down": (Direction.LOWER, 10, 2)}


def criteria(method: PriceMethod, *, rating: int = 0) -> list[Criterion]:
    """Price 40 points, a level that should be high 40, one that should be low 20."""
    found = [
        Criterion(
            "price",
            CriterionKind.PRICE,
            Decimal(40),
            price_method=method,
            ceiling=Decimal(1_000_000),
        )
    ]
    for key, weight in (("up", 40), ("down", 20)):
        direction, worst, desired = LEVELS[key]
        found.append(
            Criterion(
                key,
                CriterionKind.COMMITMENT,
                Decimal(weight),
                direction=direction,
                required_minimum=Decimal(worst),
                desired_level=Decimal(desired),
            )
        )
    if rating:
        found.append(Criterion("talk", CriterionKind.RATING, Decimal(rating)))
    return found


def offer(name: str, price: int, up: str, down: str) -> Offer[str]:
    return Offer(
        name,
        Decimal(price),
        {"up": Decimal(up), "down": Decimal(down), "talk": Decimal(50)},
    )


def changed(one: Offer[str], key: str, value: Decimal) -> Offer[str]:
    if key == "price":
        return replace(one, price=value)
    return replace(one, answers={**one.answers, key: value})


def is_level(known: Sequence[Criterion], offers: Sequence[Offer[str]], name: str) -> bool:
    """Whether this quote is ranked and nobody has more points, exactly."""
    ranking = compare(known, offers).ranking
    weights = [Fraction(one.weight) for one in known]
    totals = {
        one.vendor_id: sum(w * s for w, s in zip(weights, row, strict=True))
        for one, row in zip(ranking, exact_scores(known, ranking), strict=True)
    }
    return name in totals and totals[name] == max(totals.values())


def check(known: Sequence[Criterion], offers: Sequence[Offer[str]], one: Needed[str]) -> None:
    """Apply what is needed, and then a unit less."""
    own = next(offer for offer in offers if offer.vendor_id == one.vendor_id)
    others = [offer for offer in offers if offer is not own]
    if one.value is None:
        best = {"price": Decimal(1), "up": Decimal(98), "down": Decimal(2)}[one.criterion_key]
        assert not is_level(known, [*others, changed(own, one.criterion_key, best)], own.vendor_id)
        return
    enough = changed(own, one.criterion_key, one.value)
    assert is_level(known, [*others, enough], own.vendor_id)
    worse = {"price": Decimal(1), "up": -STEP, "down": STEP}[one.criterion_key]
    short = changed(own, one.criterion_key, one.value + worse)
    assert not is_level(known, [*others, short], own.vendor_id)


def test_the_price_that_draws_level_below_a_ceiling() -> None:
    """40 × (1 − 60/100) + 40 + 20 = 76 against 40 × (1 − 80/100) + 60 = 68: 600,000 yen would do."""
    offers = [offer("first", 600_000, "98", "2"), offer("second", 800_000, "98", "2")]

    price, up, down = needed(
        criteria(PriceMethod.CEILING), compare(criteria(PriceMethod.CEILING), offers)
    )

    assert (price.vendor_id, price.raw, price.value) == ("second", 800_000, 600_000)
    assert (up.value, down.value) == (None, None)  # both promise the desired level already


def test_below_the_lowest_it_is_the_others_who_lose() -> None:
    """50 points behind on promises, so the price must fall until the first loses as many."""
    offers = [offer("first", 500_000, "98", "2"), offer("second", 600_000, "89", "2")]
    known = criteria(PriceMethod.LOWEST)

    price = needed(known, compare(known, offers))[0]

    # 40 + 20 + 20 = 40·p/500,000 + 60, so p = 250,000.
    assert price.value == 250_000
    check(known, offers, price)


def test_ratings_and_weightless_criteria_are_left_out() -> None:
    known = [
        *criteria(PriceMethod.CEILING, rating=10),
        Criterion("x", CriterionKind.RATING, Decimal(0)),
    ]
    offers = [offer("first", 600_000, "98", "2"), offer("second", 800_000, "90", "2")]

    found = needed(known, compare(known, offers))

    assert [one.criterion_key for one in found] == ["price", "up", "down"]


def test_a_level_below_zero_is_rounded_to_the_side_that_is_enough() -> None:
    known = [
        Criterion("price", CriterionKind.PRICE, Decimal(1)),
        Criterion(
            "change",
            CriterionKind.COMMITMENT,
            Decimal(70),
            required_minimum=Decimal(-10),
            desired_level=Decimal(-3),
        ),
        Criterion(
            "drop",
            CriterionKind.COMMITMENT,
            Decimal(70),
            direction=Direction.LOWER,
            required_minimum=Decimal(-3),
            desired_level=Decimal(-10),
        ),
    ]
    offers = [
        Offer("first", Decimal(300), {"change": Decimal("-5.1"), "drop": Decimal(-7)}),
        Offer("second", Decimal(700), {"change": Decimal(-6), "drop": Decimal(-7)}),
    ]

    found = {one.criterion_key: one.value for one in needed(known, compare(known, offers))}

    assert found["change"] is not None
    assert found["drop"] is not None
    assert (found["change"] > -6, found["drop"] < -7) == (True, True)
    for key, worse in (("change", -STEP), ("drop", STEP)):
        value = found[key]
        assert value is not None
        assert is_level(known, [offers[0], changed(offers[1], key, value)], "second")
        assert not is_level(known, [offers[0], changed(offers[1], key, value + worse)], "second")


@pytest.mark.parametrize("method", list(PriceMethod))
@given(
    table=st.lists(
        st.tuples(
            st.integers(100_000, 1_000_000),
            st.decimals(80, 98, places=1),
            st.decimals(2, 10, places=1),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_what_is_needed_is_enough_and_no_more_than_enough(
    method: PriceMethod, table: list[tuple[int, Decimal, Decimal]]
) -> None:
    known = criteria(method)
    offers = [
        offer(f"v{place}", price, str(up), str(down))
        for place, (price, up, down) in enumerate(table)
    ]

    for one in needed(known, compare(known, offers)):
        check(known, offers, one)

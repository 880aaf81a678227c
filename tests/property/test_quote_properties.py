"""What always holds for totals and comparisons."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.rounding import RoundingRule, exact
from kpis.domain.scoring import Direction
from quotes.domain.comparison import Comparison, compare
from quotes.domain.criteria import Criterion, CriterionKind, Offer, PriceMethod
from quotes.domain.totals import LineItem, TaxMode, Totals, totals

RULES = st.sampled_from(RoundingRule)
MODES = st.sampled_from(TaxMode)
CURRENCIES = st.sampled_from(["JPY", "USD"])
LINES = st.lists(
    st.builds(
        LineItem,
        st.decimals(0, 1000, places=2),
        st.decimals(0, 100_000, places=2),
        st.sampled_from([Decimal(0), Decimal(8), Decimal(10)]),
    ),
    max_size=8,
)


@st.composite
def quotes(draw: st.DrawFn) -> Totals:
    """Draw the totals of a quote with a discount that fits."""
    lines, mode, rounding = draw(LINES), draw(MODES), draw(RULES)
    currency = draw(CURRENCIES)
    full = totals(lines, mode=mode, rounding=rounding, currency=currency)
    discount = draw(st.integers(0, int(full.lines_sum)))
    return totals(
        lines, discount=Decimal(discount), mode=mode, rounding=rounding, currency=currency
    )


@st.composite
def criteria(draw: st.DrawFn, *, is_absolute: bool = False) -> list[Criterion]:
    """Draw a price criterion, a promise and a rating."""
    weights = st.decimals(0, 100, places=2)
    method = PriceMethod.CEILING if is_absolute else draw(st.sampled_from(PriceMethod))
    low, high = draw(st.integers(0, 40)), draw(st.integers(60, 100))
    direction = draw(st.sampled_from([Direction.HIGHER, Direction.LOWER]))
    bounds = (low, high) if direction == Direction.HIGHER else (high, low)
    return [
        Criterion(
            "price",
            CriterionKind.PRICE,
            draw(weights),
            price_method=method,
            ceiling=Decimal(1000),
            excludes_above_ceiling=draw(st.booleans()),
        ),
        Criterion(
            "promise",
            CriterionKind.COMMITMENT,
            draw(weights),
            direction,
            required_minimum=Decimal(bounds[0]),
            desired_level=Decimal(bounds[1]),
        ),
        Criterion("rating", CriterionKind.RATING, draw(weights), full_marks=Decimal(5)),
    ]


@st.composite
def offers(draw: st.DrawFn) -> list[Offer[str]]:
    """Draw quotes of different vendors, with few different numbers so that ties happen."""
    names = draw(st.lists(st.sampled_from("ABCDEFGH"), unique=True, max_size=6))
    prices = st.sampled_from([0, 1, 300, 700, 999, 1000, 1001]).map(Decimal)
    answers = st.fixed_dictionaries(
        {
            "promise": st.none() | st.integers(0, 100).map(Decimal),
            "rating": st.none() | st.integers(0, 5).map(Decimal),
        }
    )
    return [Offer(name, draw(st.none() | prices), draw(answers)) for name in names]


def by_vendor(result: Comparison[str]) -> dict[str, Decimal]:
    """Return the totals by vendor."""
    return {scored.vendor_id: scored.total for scored in result.ranking}


@given(quotes())
def test_lines_add_up_to_the_total(quote: Totals) -> None:
    assert sum(quote.line_amounts) == quote.lines_sum
    assert sum(part.lines_sum for part in quote.by_rate) == quote.lines_sum
    assert sum(part.discount for part in quote.by_rate) == quote.discount
    assert sum(part.net for part in quote.by_rate) == quote.subtotal
    assert sum(part.tax for part in quote.by_rate) == quote.tax
    assert quote.subtotal + quote.tax == quote.total
    for part in quote.by_rate:
        assert 0 <= part.discount <= part.lines_sum


@given(LINES, RULES)
def test_tax_is_within_one_yen_of_the_exact_tax(lines: list[LineItem], rule: RoundingRule) -> None:
    for part in totals(lines, rounding=rule).by_rate:
        ideal = exact(part.net) * exact(part.tax_rate) / 100
        assert part.tax == int(part.tax)
        assert abs(exact(part.tax) - ideal) < 1


@given(LINES, RULES, MODES, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total(
    lines: list[LineItem], rule: RoundingRule, mode: TaxMode, random: Random
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)

    one, other = (totals(each, rounding=rule, mode=mode) for each in (lines, shuffled))

    assert (one.by_rate, one.total) == (other.by_rate, other.total)


@given(criteria(), offers(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    given_criteria: list[Criterion], given_offers: list[Offer[str]], random: Random
) -> None:
    shuffled_offers, shuffled_criteria = list(given_offers), list(given_criteria)
    random.shuffle(shuffled_offers)
    random.shuffle(shuffled_criteria)
    ranking = compare(given_criteria, given_offers).ranking

    assert compare(given_criteria, shuffled_offers).ranking == ranking
    assert [each.vendor_id for each in compare(shuffled_criteria, given_offers).ranking] == [
        each.vendor_id for each in ranking
    ]


@given(criteria(), offers())
def test_a_ranking_is_a_total_order_of_what_is_admitted(
    given_criteria: list[Criterion], given_offers: list[Offer[str]]
) -> None:
    result = compare(given_criteria, given_offers)

    assert [scored.rank for scored in result.ranking] == list(range(1, len(result.ranking) + 1))
    ranked = [scored.vendor_id for scored in result.ranking]
    left_out = [excluded.vendor_id for excluded in result.excluded]
    assert sorted(ranked + left_out) == sorted(offer.vendor_id for offer in given_offers)
    assert all(excluded.reasons for excluded in result.excluded)
    for better, worse in pairwise(result.ranking):
        assert better.total >= worse.total or better.is_tied
        assert (better.tie_break is None) or (better.is_tied and worse.is_tied)


@given(criteria(), offers())
def test_contributions_add_up_to_the_total_exactly(
    given_criteria: list[Criterion], given_offers: list[Offer[str]]
) -> None:
    result = compare(given_criteria, given_offers)

    for scored in result.ranking:
        points = sum((exact(part.points) for part in scored.contributions), Fraction(0))
        assert exact(scored.total) == points
        assert 0 <= scored.total <= result.full_points
        assert all(0 <= part.score <= 100 for part in scored.contributions)


@given(criteria(is_absolute=True), offers(), st.data())
def test_another_vendor_leaves_absolute_scores_unchanged(
    given_criteria: list[Criterion], given_offers: list[Offer[str]], data: st.DataObject
) -> None:
    assume(given_offers)
    kept = data.draw(st.lists(st.sampled_from(given_offers), unique_by=lambda each: each.vendor_id))

    fewer, all_of_them = (by_vendor(compare(given_criteria, each)) for each in (kept, given_offers))

    assert fewer == {vendor: all_of_them[vendor] for vendor in fewer}


@given(criteria(), offers(), st.sampled_from([Decimal("0.0001"), Decimal(10_000)]))
def test_the_unit_of_the_price_changes_nothing(
    given_criteria: list[Criterion], given_offers: list[Offer[str]], factor: Decimal
) -> None:
    price, *others = given_criteria
    scaled_price = Criterion(
        price.key,
        price.kind,
        price.weight,
        price_method=price.price_method,
        ceiling=Decimal(1000) * factor,
        excludes_above_ceiling=price.excludes_above_ceiling,
    )
    scaled = [
        Offer(each.vendor_id, None if each.price is None else each.price * factor, each.answers)
        for each in given_offers
    ]

    assert by_vendor(compare([scaled_price, *others], scaled)) == by_vendor(
        compare(given_criteria, given_offers)
    )


@given(criteria(), offers(), st.integers(1, 400))
def test_a_dominated_quote_never_comes_first(
    given_criteria: list[Criterion], given_offers: list[Offer[str]], dearer_by: int
) -> None:
    best = compare(given_criteria, given_offers).winner
    assume(best is not None)
    assert best is not None
    answers = {each.vendor_id: each.answers for each in given_offers}[best.vendor_id]
    dominated = Offer("!", best.price + dearer_by, answers)

    winner = compare(given_criteria, [*given_offers, dominated]).winner

    assert winner is not None
    assert winner.vendor_id != "!"

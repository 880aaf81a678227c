"""The additive comparison, with the published example and its traps."""

from decimal import Decimal

import pytest

from kpis.domain.scoring import Direction, InvalidTarget
from quotes.domain.comparison import Comparison, Formula, Scored, TieBreak, compare
from quotes.domain.criteria import (
    Criterion,
    CriterionKind,
    ExclusionCode,
    ExclusionReason,
    Offer,
    PriceMethod,
    why_excluded,
)

CEILING = Decimal(1000)


def price(
    weight: int | str = 100, ceiling: int | None = 1000, *, excludes: bool = True
) -> Criterion:
    """Make a price criterion: against a ceiling, or against the lowest."""
    return Criterion(
        "price",
        CriterionKind.PRICE,
        Decimal(weight),
        price_method=PriceMethod.LOWEST if ceiling is None else PriceMethod.CEILING,
        ceiling=None if ceiling is None else Decimal(ceiling),
        excludes_above_ceiling=excludes,
    )


def rating(weight: int | str = 100, **options: object) -> Criterion:
    """Make a criterion that somebody rates."""
    return Criterion("tech", CriterionKind.RATING, Decimal(weight), **options)  # type: ignore[arg-type]


def promise(minimum: int | None, desired: int | None, **options: object) -> Criterion:
    """Make a criterion that a vendor commits to."""
    return Criterion(
        "on_time",
        CriterionKind.COMMITMENT,
        Decimal(50),
        required_minimum=None if minimum is None else Decimal(minimum),
        desired_level=None if desired is None else Decimal(desired),
        **options,  # type: ignore[arg-type]
    )


def offer(vendor: str, amount: int | None, **answers: int | str | None) -> Offer[str]:
    """Make a quote."""
    return Offer(
        vendor,
        None if amount is None else Decimal(amount),
        {key: None if value is None else Decimal(value) for key, value in answers.items()},
    )


PUBLISHED = [
    offer("A", 700, tech=50),
    offer("B", 800, tech=65),
    offer("C", 900, tech=80),
    offer("D", 1100, tech=100),
]


def shown(*values: object) -> tuple[object, ...]:
    """Put values side by side, so that one assertion compares them all."""
    return values


def table(result: Comparison[str]) -> list[tuple[object, ...]]:
    """Return the ranking as names and totals."""
    return [shown(scored.vendor_id, scored.total) for scored in result.ranking]


def only(result: Comparison[str]) -> Scored[str]:
    """Return the one quote that was scored."""
    assert len(result.ranking) == 1
    return result.ranking[0]


def test_the_published_example() -> None:
    """V1: 80, 85, 90; D is above the ceiling and out before scoring; C wins."""
    result = compare([price(), rating()], PUBLISHED)

    assert table(result) == [("C", 90), ("B", 85), ("A", 80)]
    assert [shown(out.vendor_id, out.price, out.reasons) for out in result.excluded] == [
        (
            "D",
            1100,
            (ExclusionReason(ExclusionCode.ABOVE_CEILING, "price", Decimal(1100), CEILING),),
        )
    ]
    assert result.winner == result.ranking[0]
    assert result.full_points == 200


@pytest.mark.parametrize(
    ("price_weight", "expected"),
    [
        ("50", [("C", "45"), ("B", "42.5"), ("A", "40")]),
        ("70", [("A", "36"), ("B", "33.5"), ("C", "31")]),
    ],
)
def test_the_weight_of_the_price_turns_the_ranking(
    price_weight: str, expected: list[tuple[str, str]]
) -> None:
    criteria = [price(price_weight), rating(100 - int(price_weight))]

    assert table(compare(criteria, PUBLISHED)) == [
        (vendor, Decimal(total)) for vendor, total in expected
    ]


def test_an_exact_tie_is_shown_and_broken_by_quality() -> None:
    result = compare([price(60), rating(40)], PUBLISHED)

    assert table(result) == [("C", 38), ("B", 38), ("A", 38)]
    assert [(scored.rank, scored.is_tied) for scored in result.ranking] == [
        (1, True),
        (2, True),
        (3, True),
    ]
    assert [scored.tie_break for scored in result.ranking] == [
        TieBreak.QUALITY,
        TieBreak.QUALITY,
        None,
    ]
    assert [scored.quality_points for scored in result.ranking] == [32, 26, 20]


def test_only_what_is_tied_has_a_tie_break() -> None:
    offers = [offer("A", 700, tech=50), offer("B", 800, tech=65), offer("C", 900, tech=70)]

    result = compare([price(60), rating(40)], offers)

    assert [(scored.vendor_id, scored.is_tied, scored.tie_break) for scored in result.ranking] == [
        ("B", True, TieBreak.QUALITY),
        ("A", True, None),
        ("C", False, None),
    ]


def test_a_ceiling_excludes_also_where_the_lowest_price_is_the_measure() -> None:
    criterion = Criterion("price", CriterionKind.PRICE, Decimal(100), ceiling=CEILING)

    result = compare([criterion], [offer("A", 500), offer("B", 1000), offer("C", 1001)])

    assert table(result) == [("A", 100), ("B", 50)]
    assert result.excluded[0].vendor_id == "C"
    assert result.ranking[0].contributions[0].formula is Formula.LOWEST


def test_a_ceiling_that_does_not_exclude_gives_no_points_and_never_minus() -> None:
    result = compare([price(excludes=False), rating()], PUBLISHED)

    assert ("D", 100) in table(result)
    assert not result.excluded


def test_exactly_at_the_ceiling_is_admitted() -> None:
    assert only(compare([price()], [offer("A", 1000)])).total == 0


@pytest.mark.parametrize(("amount", "expected"), [(980, "45.17"), (1100, "48.17"), (850, "42.08")])
def test_the_example_against_the_budget(amount: int, expected: str) -> None:
    """A budget of 1,200 thousand; quality and price count half each."""
    marks = {980: 72, 1100: 88, 850: 55}[amount]

    total = only(compare([price(50, 1200), rating(50)], [offer("A", amount, tech=marks)])).total

    assert round(total, 2) == Decimal(expected)


def test_the_example_against_the_lowest_price() -> None:
    offers = [offer("A", 980, tech=72), offer("B", 1100, tech=88), offer("C", 850, tech=55)]

    result = compare([price(50, None), rating(50)], offers)

    assert [(scored.vendor_id, round(scored.total, 2)) for scored in result.ranking] == [
        ("B", Decimal("82.64")),
        ("A", Decimal("79.37")),
        ("C", Decimal("77.50")),
    ]


def test_the_arithmetic_is_told() -> None:
    scored = only(compare([price(), promise(90, 98)], [offer("A", 700, on_time=96)]))

    by_price, by_promise = scored.contributions
    assert shown(by_price.raw, by_price.score, by_price.points) == (700, 30, 30)
    assert by_price.formula is Formula.CEILING
    assert by_price.numbers == {"price": 700, "ceiling": 1000}
    assert shown(by_promise.raw, by_promise.score, by_promise.points) == (96, 75, Decimal("37.5"))
    assert by_promise.formula is Formula.LINEAR
    assert by_promise.numbers == {"value": 96, "minimum": 90, "desired": 98}
    assert round(by_price.weight_share, 2) == Decimal("66.67")
    assert scored.total == sum(part.points for part in scored.contributions)


@pytest.mark.parametrize(("value", "expected"), [(90, 0), (94, 50), (98, 100), (100, 100)])
def test_a_promise_scores_from_the_minimum_to_the_desired_level(value: int, expected: int) -> None:
    scored = only(compare([promise(90, 98)], [offer("A", 1, on_time=value)]))

    assert scored.contributions[0].score == expected


@pytest.mark.parametrize(("value", "expected"), [(48, 0), (36, 50), (24, 100), (12, 100)])
def test_a_promise_may_be_better_the_lower_it_is(value: int, expected: int) -> None:
    criterion = promise(48, 24, direction=Direction.LOWER)

    scored = only(compare([criterion], [offer("A", 1, on_time=value)]))

    assert scored.contributions[0].score == expected


@pytest.mark.parametrize(
    ("criterion", "value"),
    [(promise(90, 98), "89.9"), (promise(48, 24, direction=Direction.LOWER), "48.1")],
)
def test_below_the_minimum_is_out_before_scoring(criterion: Criterion, value: str) -> None:
    cheap = offer("cheap", 0, on_time=value)
    good = offer("good", 100, on_time=30 if criterion.direction == Direction.LOWER else 95)

    result = compare([price(100, None), criterion], [cheap, good])

    assert only(result).vendor_id == "good"
    assert only(result).contributions[0].score == 100
    assert result.excluded[0].reasons == (
        ExclusionReason(
            ExclusionCode.BELOW_MINIMUM, "on_time", Decimal(value), criterion.required_minimum
        ),
    )


@pytest.mark.parametrize("answers", [{}, {"on_time": None}])
def test_a_required_promise_must_be_given(answers: dict[str, None]) -> None:
    result = compare([promise(90, 98)], [offer("A", 1, **answers)])

    assert result.winner is None
    assert result.excluded[0].reasons == (
        ExclusionReason(ExclusionCode.NO_ANSWER, "on_time", None, Decimal(90)),
    )


def test_an_answer_may_be_demanded_without_a_minimum() -> None:
    assert compare([promise(None, 98, must_answer=True)], [offer("A", 1)]).ranking == ()


def test_a_voluntary_promise_that_is_not_given_earns_nothing() -> None:
    scored = only(compare([promise(None, 98)], [offer("A", 1)]))

    part = scored.contributions[0]
    assert shown(part.raw, part.score, part.points, part.numbers) == (None, 0, 0, {})
    assert part.formula is Formula.NO_ANSWER


def test_a_voluntary_promise_scores_from_zero() -> None:
    scored = only(compare([promise(None, 98)], [offer("A", 1, on_time=49)]))

    assert scored.contributions[0].score == 50


@pytest.mark.parametrize("criterion", [promise(90, None), promise(90, 90)])
def test_a_bare_minimum_is_met_or_not(criterion: Criterion) -> None:
    scored = only(compare([criterion], [offer("A", 1, on_time=90)]))

    assert scored.contributions[0].score == 100
    assert scored.contributions[0].formula is Formula.MET_OR_NOT


@pytest.mark.parametrize(("marks", "expected"), [(4, 80), (5, 100), (6, 100), (-1, 0)])
def test_a_rating_is_a_share_of_full_marks(marks: int, expected: int) -> None:
    scored = only(compare([rating(full_marks=Decimal(5))], [offer("A", 1, tech=marks)]))

    part = scored.contributions[0]
    assert part.score == expected
    assert part.formula is Formula.SHARE_OF_FULL_MARKS
    assert part.numbers == {"value": marks, "full_marks": 5}


def test_marks_are_compressed_to_the_points_of_the_criterion() -> None:
    """V2: 19 of 24 marks for 20 points are 15.8333."""
    total = only(compare([rating(20, full_marks=Decimal(24))], [offer("A", 1, tech=19)])).total

    assert round(total, 4) == Decimal("15.8333")


@pytest.mark.parametrize(("amount", "expected"), [(900, 8), (850, 12), (1000, 0)])
def test_eighty_points_for_the_price_against_a_ceiling(amount: int, expected: int) -> None:
    """V2: 80 x (1 - price / 1000), as far as no rule for very low prices bends it."""
    assert only(compare([price(80)], [offer("A", amount)])).total == expected


def test_a_rating_may_have_a_desired_level() -> None:
    criterion = rating(desired_level=Decimal(4), required_minimum=Decimal(2))

    assert only(compare([criterion], [offer("A", 1, tech=3)])).total == 50


def test_a_quote_without_a_price_is_out_with_every_reason() -> None:
    reasons = why_excluded([price(), promise(90, 98)], offer("A", None, on_time=80))

    assert [reason.code for reason in reasons] == [
        ExclusionCode.NO_PRICE,
        ExclusionCode.BELOW_MINIMUM,
    ]
    assert compare([price()], [offer("A", None)]).excluded[0].price is None


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ({"A": 0, "B": 100}, {"A": 100, "B": 0}),
        ({"A": 0, "B": 0}, {"A": 100, "B": 100}),
        ({"A": 70, "B": 70}, {"A": 100, "B": 100}),
    ],
)
def test_zero_and_equal_prices_have_scores(
    prices: dict[str, int], expected: dict[str, int]
) -> None:
    """V12: lowest over own is undefined for a price of nothing; here it is full marks."""
    result = compare([price(100, None)], [offer(key, value) for key, value in prices.items()])

    assert sorted(map(str, table(result))) == sorted(
        str((vendor, Decimal(total))) for vendor, total in expected.items()
    )


def test_a_gift_has_full_marks_against_a_ceiling() -> None:
    assert only(compare([price()], [offer("A", 0)])).total == 100


def test_criteria_without_weight_decide_nothing() -> None:
    scored = only(compare([price(0)], [offer("A", 500)]))

    assert shown(scored.total, scored.contributions[0].weight_share) == (0, 0)


def test_nothing_to_compare_is_an_empty_ranking() -> None:
    result: Comparison[str] = compare([price()], [])

    assert shown(result.ranking, result.excluded, result.winner) == ((), (), None)


def test_equal_totals_and_quality_are_broken_by_price() -> None:
    dear, cheap = offer("A", 200, tech=50), offer("B", 100, tech=50)

    result = compare([price(0), rating()], [dear, cheap])

    assert [scored.vendor_id for scored in result.ranking] == ["B", "A"]
    assert result.ranking[0].tie_break is TieBreak.PRICE


def test_full_equality_is_broken_by_the_vendors_id() -> None:
    twins = [offer("B", 100, tech=50), offer("A", 100, tech=50)]

    result = compare([price(), rating()], twins)

    assert [scored.vendor_id for scored in result.ranking] == ["A", "B"]
    assert result.ranking[0].tie_break is TieBreak.VENDOR
    assert all(scored.is_tied for scored in result.ranking)


def test_thirds_tie_with_wholes() -> None:
    criteria = [
        Criterion(key, CriterionKind.RATING, Decimal(1), full_marks=Decimal(3)) for key in "abc"
    ]

    result = compare(criteria, [offer("A", 1, a=1, b=1, c=1), offer("B", 1, a=3, b=0, c=0)])

    assert all(scored.is_tied for scored in result.ranking)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": Decimal(-1)}, "negative_weight"),
        ({"full_marks": Decimal(0)}, "full_marks"),
        ({"direction": Direction.BAND}, "direction"),
        ({"ceiling": Decimal(0)}, "ceiling_not_positive"),
        ({"price_method": PriceMethod.CEILING}, "ceiling_missing"),
    ],
)
def test_an_unusable_criterion_is_refused(options: dict[str, object], message: str) -> None:
    given: dict[str, object] = {"weight": Decimal(1), **options}

    with pytest.raises(ValueError, match=message):
        Criterion("x", CriterionKind.PRICE, **given)  # type: ignore[arg-type]


def test_a_desired_level_below_the_minimum_is_refused() -> None:
    with pytest.raises(InvalidTarget):
        promise(98, 90)


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(ValueError, match="negative_price"):
        offer("A", -1)

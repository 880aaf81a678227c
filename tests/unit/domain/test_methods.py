"""Price-performance and TOPSIS against published examples (reference: V1, V3, V13 of sourcing)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.domain.scoring import Direction
from quotes.domain.comparison import TieBreak, compare
from quotes.domain.criteria import Criterion, CriterionKind, ExclusionCode, Offer, PriceMethod
from quotes.domain.methods import PER, Column, Method, Rule, closeness, price_performance

# 基本情報技術者 平成27年秋 午前問66: price in 万円, technical points; 予定価格 1,000.
EXAM = {"A": (700, 50), "B": (800, 65), "C": (900, 80), "D": (1100, 100)}


def exam_criteria(price_weight: int = 100, technical_weight: int = 100) -> list[Criterion]:
    return [
        Criterion(
            key="price",
            kind=CriterionKind.PRICE,
            weight=Decimal(price_weight),
            price_method=PriceMethod.CEILING,
            ceiling=Decimal(1000),
        ),
        Criterion(key="technical", kind=CriterionKind.RATING, weight=Decimal(technical_weight)),
    ]


def exam_offers() -> list[Offer[str]]:
    return [
        Offer(name, Decimal(price), {"technical": Decimal(points)})
        for name, (price, points) in EXAM.items()
    ]


def test_the_exams_additive_ranking() -> None:
    """A 80, B 85, C 90 points; D is above the ceiling: excluded before scoring."""
    result = compare(exam_criteria(), exam_offers())

    assert [(one.vendor_id, one.total) for one in result.ranking] == [
        ("C", 90),
        ("B", 85),
        ("A", 80),
    ]
    assert [one.vendor_id for one in result.excluded] == ["D"]


@pytest.mark.parametrize(
    ("base", "order", "values"),
    [
        (0, "CBA", (Fraction(80, 900), Fraction(65, 800), Fraction(50, 700))),
        (100, "ABC", (Fraction(150, 700), Fraction(165, 800), Fraction(180, 900))),
    ],
)
def test_the_exam_by_division_depends_on_the_base(
    base: int, order: str, values: tuple[Fraction, ...]
) -> None:
    """The same bids, another legal formula, another winner: .2143 against .2063 and .2."""
    rule = Rule(Method.DIVISION, base=Decimal(base))

    result = compare(exam_criteria(), exam_offers(), rule)

    assert "".join(one.vendor_id for one in result.ranking) == order
    for one, value in zip(result.ranking, values, strict=True):
        assert abs(Fraction(one.total) - value * PER) < Fraction(1, 10**20)


@pytest.mark.parametrize(
    ("price", "value"),
    [(10_000_000_000, "0.017"), (1_000_000_000, "0.17"), (100_000_000, "1.7"), (10_000_000, "17")],
)
def test_the_digits_of_price_performance_follow_the_contract(price: int, value: str) -> None:
    """(130 + 40) / price: 1.7 per 億円 at 100億円 is 170 at 1億円; here per million yen."""
    assert price_performance(Fraction(40), Decimal(price), Decimal(130)) == Fraction(value)


def test_a_free_quote_is_excluded_where_it_would_divide() -> None:
    rule = Rule(Method.DIVISION)

    result = compare(exam_criteria(), [Offer("free", Decimal(0)), *exam_offers()], rule)

    reasons = {one.vendor_id: one.reasons[0].code for one in result.excluded}
    assert reasons == {"free": ExclusionCode.FREE, "D": ExclusionCode.ABOVE_CEILING}
    with pytest.raises(ValueError, match="no_price"):
        price_performance(Fraction(1), Decimal(0), Decimal(100))
    with pytest.raises(ValueError, match="negative_base"):
        Rule(base=Decimal(-1))


def columns(rows: list[list[int]], weights: list[str]) -> list[Column]:
    return [
        Column(Decimal(weight), [Decimal(row[place]) for row in rows])
        for place, weight in enumerate(weights)
    ]


def test_topsis_reproduces_tzeng_and_huang() -> None:
    """Tzeng and Huang (2011): .5037, .6581, .7482, .3340."""
    rows = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]

    found = closeness(columns(rows, ["0.3", "0.4", "0.3"]))

    assert [f"{one.value:.6f}" for one in found] == ["0.503720", "0.658085", "0.748249", "0.333997"]


def test_topsis_prefers_a_low_price_and_takes_silence_for_the_worst_answer() -> None:
    price = Column(Decimal(50), [Decimal(80), Decimal(100), Decimal(100)], is_low_good=True)
    level = Column(Decimal(50), [None, Decimal(90), Decimal(99)])

    cheap, silent_level, best_level = closeness([price, level])

    assert cheap.value > silent_level.value  # cheaper, and as good as the worst answer
    assert best_level.value > silent_level.value


@pytest.mark.parametrize(
    "rows",
    [
        [[3, 4], [3, 4]],  # all alike
        [[0, 0], [0, 0]],  # nothing to divide by
    ],
)
def test_topsis_of_equal_quotes_is_ideal_for_all(rows: list[list[int]]) -> None:
    assert [one.value for one in closeness(columns(rows, ["1", "1"]))] == [1, 1]


def test_topsis_without_criteria_or_answers() -> None:
    assert closeness([]) == []
    assert [one.value for one in closeness([Column(Decimal(1), [None, None])])] == [1, 1]


def test_topsis_ranks_offers_and_breaks_ties_by_quality() -> None:
    criteria = [
        Criterion("price", CriterionKind.PRICE, Decimal(50)),
        Criterion(
            "days",
            CriterionKind.COMMITMENT,
            Decimal(50),
            direction=Direction.LOWER,
            required_minimum=Decimal(10),
            desired_level=Decimal(2),
        ),
    ]
    offers = [
        Offer("fast", Decimal(100), {"days": Decimal(2)}),
        Offer("slow", Decimal(100), {"days": Decimal(9)}),
        Offer("same", Decimal(100), {"days": Decimal(2)}),
    ]

    result = compare(criteria, offers, Rule(Method.TOPSIS))

    assert [one.vendor_id for one in result.ranking] == ["fast", "same", "slow"]
    assert [one.total for one in result.ranking] == [1, 1, 0]
    assert result.ranking[0].tie_break == TieBreak.VENDOR

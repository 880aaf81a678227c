"""Why a number moved, what would move it, and how evenly weight is spread: known answers."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from kpis.domain.aggregation import Aggregation
from kpis.domain.formulas.parse import parse
from kpis.domain.insight.balance import balance_of
from kpis.domain.insight.bridge import MOST_FACTORS, NoBridge, Step, rounded, scaled, shapley
from kpis.domain.insight.explain import Member, Method, Movement, Reading
from kpis.domain.insight.lmdi import exponents, lmdi
from kpis.domain.insight.rates import Part, mean_of, rate_and_mix
from kpis.domain.insight.seek import seek

SALES, GUESTS, PRICE, RATE, OTHER = (UUID(int=number) for number in range(1, 6))
Numbers = dict[str, Fraction]


def fractions(**values: int | str) -> Numbers:
    return {key: Fraction(value) for key, value in values.items()}


def product(values: Mapping[str, Fraction]) -> Fraction:
    """a × b."""
    return values["a"] * values["b"]


def test_the_product_of_two_factors_divides_the_joint_effect_in_half() -> None:
    # 10 × 5 = 50 becomes 12 × 6 = 72: 2×5 + 2×1/2 = 11, and 1×10 + 2×1/2 = 11.
    found = shapley(product, fractions(a=10, b=5), fractions(a=12, b=6))

    assert found == {"a": Fraction(11), "b": Fraction(11)}


def test_what_did_not_move_contributes_nothing() -> None:
    found = shapley(product, fractions(a=10, b=5), fractions(a=12, b=5))

    assert found == {"a": Fraction(10), "b": Fraction(0)}


def test_more_factors_than_can_be_computed_exactly_are_refused() -> None:
    many = {str(number): Fraction(1) for number in range(MOST_FACTORS + 1)}
    moved = {key: Fraction(2) for key in many}

    with pytest.raises(NoBridge) as caught:
        shapley(lambda values: sum(values.values(), Fraction(0)), many, moved)
    assert caught.value.code == "too_many_factors"
    still = {**many, "0": Fraction(2)}
    assert shapley(lambda values: values["0"], many, still)["0"] == 1


def test_a_mixture_without_a_value_has_no_bridge() -> None:
    def inverse(values: Mapping[str, Fraction]) -> Fraction | None:
        below = values["a"] - values["b"]
        return 1 / below if below else None

    with pytest.raises(NoBridge) as caught:
        shapley(inverse, fractions(a=3, b=1), fractions(a=1, b=0))
    assert caught.value.code == "no_value_between"


def test_whole_yen_still_add_up() -> None:
    parts = [Fraction(100, 3)] * 3

    assert rounded(parts) == [34, 33, 33]
    assert rounded([Fraction(-1, 2), Fraction(-1, 2)]) == [0, -1]
    assert rounded([Fraction("0.126"), Fraction("0.125")], 2) == [
        Fraction("0.13"),
        Fraction("0.12"),
    ]
    assert rounded([]) == []


def test_steps_keep_their_shares_further_up() -> None:
    steps = (Step("a", Fraction(3), (Step("x", Fraction(3)),)), Step("b", Fraction(1)))

    found = scaled(steps, Fraction(8))

    assert [step.contribution for step in found] == [6, 2]
    assert found[0].below[0].contribution == 6
    assert scaled((Step("a", Fraction(1)), Step("b", Fraction(-1))), Fraction(5)) == ()
    top = Step("top", Fraction(8), found)
    assert [leaf.factor for leaf in top.leaves] == ["x", "b"]


def test_the_logarithmic_mean_divides_growth_by_its_logarithms() -> None:
    # Twice as many guests at four times the price: ln 2 to ln 4 is 1 to 2.
    found = lmdi(
        {"a": 1, "b": 1},
        fractions(a=1, b=1),
        fractions(a=2, b=4),
        (Fraction(1), Fraction(8)),
    )

    assert sum(found.values()) == 7
    assert abs(found["a"] - Fraction(7, 3)) < Fraction(1, 10**30)


def test_a_divisor_works_against() -> None:
    found = lmdi(
        {"a": 1, "b": -1}, fractions(a=6, b=2), fractions(a=6, b=3), (Fraction(3), Fraction(2))
    )

    assert abs(found["a"]) < Fraction(1, 10**30)
    assert sum(found.values()) == -1


def test_logarithms_need_positive_values_and_an_unchanged_product_has_its_mean() -> None:
    with pytest.raises(NoBridge) as caught:
        lmdi({"a": 1}, fractions(a=0), fractions(a=1), (Fraction(0), Fraction(1)))
    assert caught.value.code == "not_positive"
    same = lmdi(
        {"a": 1, "b": 1}, fractions(a=2, b=3), fractions(a=3, b=2), (Fraction(6), Fraction(6))
    )
    assert sum(same.values()) == 0
    assert same["a"] > 0 > same["b"]
    assert lmdi({}, {}, {}, (Fraction(1), Fraction(1))) == {}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a * b", {"a": 1, "b": 1}),
        ("a / b * 100", {"a": 1, "b": -1}),
        ("a^2 / (b * c)", {"a": 2, "b": -1, "c": -1}),
        ("a + b", None),
        ("a * (b - c)", None),
        ("a * 0", None),
        ("-a * b", None),
    ],
)
def test_only_products_have_exponents(text: str, wanted: dict[str, int] | None) -> None:
    assert exponents(parse(text, keys=frozenset("abc"))) == wanted


def test_a_pooled_rate_moves_by_its_rates_and_by_its_mix() -> None:
    # Both vendors became better by 10 points, and more went to the worse one.
    before = {"x": Part(Fraction(90), Fraction(50)), "y": Part(Fraction(50), Fraction(50))}
    after = {"x": Part(Fraction(100), Fraction(20)), "y": Part(Fraction(60), Fraction(80))}

    found = rate_and_mix(before, after)

    assert mean_of(before) == 70
    assert mean_of(after) == 68
    assert [one.rate for one in found.values()] == [Fraction("3.5"), Fraction("6.5")]
    assert sum(one.total for one in found.values()) == -2
    assert sum(one.mix for one in found.values()) == -12


def test_a_segment_of_one_period_only_moves_the_mix() -> None:
    before = {"x": Part(Fraction(80), Fraction(1))}
    after = {"x": Part(Fraction(80), Fraction(1)), "y": Part(Fraction(100), Fraction(1))}

    found = rate_and_mix(before, after)

    assert found["y"].rate == 0
    assert sum(one.total for one in found.values()) == 10
    empty = {"x": Part(None, Fraction(1))}
    assert rate_and_mix(before, {**before, "z": Part(None, Fraction(3))})["z"].total == 0
    with pytest.raises(NoBridge):
        rate_and_mix(before, empty)


def test_balance_of_perspectives() -> None:
    """V42: 55/15/30/0 has entropy 0.703 and HHI 0.415."""
    found = balance_of([55, 15, 30, 0])

    assert found is not None
    assert round(found.entropy, 3) == Decimal("0.703")
    assert found.hhi == Fraction("0.415")
    even = balance_of([1, 1, 1, 1])
    assert even is not None
    assert (round(even.entropy, 20), even.hhi) == (1, Fraction(1, 4))
    alone = balance_of([3])
    assert alone is not None
    assert (alone.entropy, alone.hhi) == (0, 1)
    one_sided = balance_of([3, 0])
    assert one_sided is not None
    assert one_sided.entropy == 0
    assert balance_of([0, 0]) is None
    assert balance_of([]) is None


def test_seeking_is_exact_on_a_line() -> None:
    found = seek(lambda x: 3 * x + 1, Fraction(10), Fraction(0), Fraction(5))

    assert found is not None
    assert (found.value, found.is_exact, found.is_usual) == (3, True, True)
    far = seek(lambda x: 3 * x + 1, Fraction(31), Fraction(0), Fraction(5))
    assert far is not None
    assert (far.value, far.is_usual) == (10, False)
    anywhere = seek(lambda x: 3 * x, Fraction(3000), Fraction(0), Fraction(5))
    assert anywhere is not None
    assert anywhere.value == 1000
    capped = seek(lambda x: min(3 * x, Fraction(20)), Fraction(3000), Fraction(0), Fraction(5))
    assert capped is None


def test_seeking_halves_where_it_is_no_line() -> None:
    found = seek(lambda x: x * x, Fraction(2), Fraction(0), Fraction(4))

    assert found is not None
    assert not found.is_exact
    assert abs(found.value**2 - 2) < Fraction(1, 10**12)
    falling = seek(lambda x: -(x**3), Fraction(-27), Fraction(0), Fraction(4))
    assert falling is not None
    assert abs(falling.value - 3) < Fraction(1, 10**12)
    exact = seek(lambda x: x**3, Fraction(8), Fraction(0), Fraction(4))
    assert exact is not None
    assert (exact.value, exact.is_exact) == (2, True)


def test_seeking_what_does_not_depend_or_has_no_value_finds_nothing() -> None:
    assert seek(lambda _x: Fraction(1), Fraction(2), Fraction(0), Fraction(4)) is None
    assert seek(lambda x: None if x > 1 else x, Fraction(2), Fraction(0), Fraction(4)) is None

    def torn(x: Fraction) -> Fraction | None:
        return x * x if x in (0, 4, 40, -36) else None

    assert seek(torn, Fraction(2), Fraction(0), Fraction(4)) is None


def member(node_id: UUID, key: str, **settings: object) -> Member:
    usual: dict[str, object] = {
        "unit": "count",
        "aggregation": Aggregation.SUM,
        "is_pooled": False,
        "formula": None,
        "children": (),
    }
    return Member(id=node_id, key=key, **{**usual, **settings})  # type: ignore[arg-type]


def value(amount: int | str, **more: object) -> Reading:
    return Reading(value=Decimal(amount), **more)  # type: ignore[arg-type]


def sales(before: tuple[str, str, str], after: tuple[str, str, str], text: str) -> Movement:
    """売上 = 客数 × 客単価, in two months."""
    formula = parse(text, keys=frozenset({"guests", "price"}))
    members = [
        member(SALES, "sales", formula=formula),
        member(GUESTS, "guests"),
        member(PRICE, "price"),
    ]
    return Movement(
        {one.id: one for one in members},
        dict(zip((SALES, GUESTS, PRICE), map(value, before), strict=True)),
        dict(zip((SALES, GUESTS, PRICE), map(value, after), strict=True)),
    )


def test_a_formula_is_taken_apart_to_the_yen() -> None:
    moved = sales(("500000", "100", "5000"), ("561000", "110", "5100"), "guests * price")

    top = moved.of_value(SALES)

    assert top.contribution == 61_000
    assert {one.factor: one.contribution for one in top.below} == {GUESTS: 50_500, PRICE: 10_500}
    assert moved.why_not(SALES) is None
    assert moved.why_not(GUESTS) == "measured"


def test_the_logarithmic_way_sums_to_the_same_change() -> None:
    moved = sales(("500000", "100", "5000"), ("561000", "110", "5100"), "guests * price")
    other = Movement(moved.members, moved.before, moved.after, Method.LMDI)

    parts = {one.factor: one.contribution for one in other.of_value(SALES).below}

    assert sum(parts.values()) == 61_000
    assert abs(parts[GUESTS] - 50_500) < 50


def test_the_logarithmic_way_falls_back_where_there_is_no_product() -> None:
    moved = sales(("105", "100", "5"), ("116", "110", "6"), "guests + price")
    other = Movement(moved.members, moved.before, moved.after, Method.LMDI)

    assert {one.factor: one.contribution for one in other.of_value(SALES).below} == {
        GUESTS: 10,
        PRICE: 1,
    }


@pytest.mark.parametrize(
    ("before", "text", "code"),
    [
        (("999", "100", "5000"), "guests * price", "formula_changed"),
        (("500000", "100", "5000"), "guests / (price - 5000)", "no_value_between"),
    ],
)
def test_another_formula_or_none_in_between_has_no_bridge(
    before: tuple[str, str, str], text: str, code: str
) -> None:
    moved = sales(before, ("561000", "110", "5100"), text)

    assert moved.why_not(SALES) == code
    assert moved.of_value(SALES).below == ()


def test_a_name_that_is_gone_and_a_value_that_is_missing_have_no_bridge() -> None:
    moved = sales(("500000", "100", "5000"), ("561000", "110", "5100"), "guests * price")
    gone = {key: one for key, one in moved.members.items() if key != PRICE}
    missing = {**moved.after, PRICE: Reading()}

    assert Movement(gone, moved.before, moved.after).why_not(SALES) == "unknown_name"
    assert Movement(moved.members, moved.before, missing).why_not(SALES) == "no_value"
    with pytest.raises(NoBridge):
        Movement(moved.members, moved.before, {}).of_value(SALES)
    with pytest.raises(NoBridge):
        Movement(moved.members, moved.before, {}).of_score(SALES)


def test_contributions_divide_further_below() -> None:
    formula = parse("guests * price", keys=frozenset({"guests", "price"}))
    members = [
        member(SALES, "sales", formula=formula),
        member(GUESTS, "guests", is_pooled=True, children=(RATE, OTHER)),
        member(PRICE, "price"),
        member(RATE, "new"),
        member(OTHER, "old"),
    ]
    before = {SALES: "200", GUESTS: "20", PRICE: "10", RATE: "5", OTHER: "15"}
    after = {SALES: "300", GUESTS: "30", PRICE: "10", RATE: "20", OTHER: "10"}
    moved = Movement(
        {one.id: one for one in members},
        {key: value(amount) for key, amount in before.items()},
        {key: value(amount) for key, amount in after.items()},
    )

    leaves = {one.factor: one.contribution for one in moved.of_value(SALES).leaves}

    assert leaves == {RATE: 150, OTHER: -50, PRICE: 0}


def pooled(
    aggregation: Aggregation, before: dict[UUID, Reading], after: dict[UUID, Reading]
) -> Movement:
    """A node pooled from 客数 and 客単価."""
    members = [
        member(SALES, "sales", is_pooled=True, aggregation=aggregation, children=(GUESTS, PRICE)),
        member(GUESTS, "guests"),
        member(PRICE, "price"),
    ]
    return Movement({one.id: one for one in members}, before, after)


def test_means_and_medians_are_divided() -> None:
    before = {SALES: value(15), GUESTS: value(10), PRICE: value(20)}
    after = {SALES: value(21), GUESTS: value(20), PRICE: value(22)}

    for aggregation in (Aggregation.MEAN, Aggregation.MEDIAN):
        moved = pooled(aggregation, before, after)
        parts = {one.factor: one.contribution for one in moved.of_value(SALES).below}
        assert parts == {GUESTS: 5, PRICE: 1}, aggregation
        assert moved.effects(SALES) is None


def test_an_odd_median_is_divided() -> None:
    members = [
        member(SALES, "s", is_pooled=True, aggregation=Aggregation.MEDIAN, children=(GUESTS,)),
        member(GUESTS, "g"),
    ]
    moved = Movement(
        {one.id: one for one in members},
        {SALES: value(1), GUESTS: value(1)},
        {SALES: value(4), GUESTS: value(4)},
    )

    assert moved.of_value(SALES).below[0].contribution == 3


def test_a_pooled_rate_is_divided_into_rate_and_mix() -> None:
    def rate(above: int, below: int) -> Reading:
        parts = {"numerator": Decimal(above), "denominator": Decimal(below)}
        return value(str(Decimal(above) / below), **parts)

    moved = pooled(
        Aggregation.RATIO,
        {SALES: rate(70, 100), GUESTS: rate(45, 50), PRICE: rate(25, 50)},
        {SALES: rate(68, 100), GUESTS: rate(20, 20), PRICE: rate(48, 80)},
    )

    effects = moved.effects(SALES)

    assert effects is not None
    assert sum(one.total for one in effects.values()) == Fraction("-0.02")
    assert moved.of_value(SALES).contribution == Fraction("-0.02")
    hollow = pooled(Aggregation.RATIO, {SALES: value(1)}, {SALES: value(2)})
    assert hollow.why_not(SALES) == "no_value"


def scored(points: int | None, weight: int = 1, own: int | None = None) -> Reading:
    return Reading(
        score=None if points is None else Decimal(points),
        weight=Decimal(weight),
        own_score=None if own is None else Decimal(own),
    )


def test_a_score_moves_by_scores_and_by_weights() -> None:
    before = {SALES: scored(70), GUESTS: scored(60, 1), PRICE: scored(80, 1)}
    after = {SALES: scored(75), GUESTS: scored(60, 1), PRICE: scored(80, 3)}

    top = pooled(Aggregation.SUM, before, after).of_score(SALES)

    assert top.contribution == 5
    assert sum(one.contribution for one in top.below) == 5


def test_a_score_of_its_own_stands_for_what_is_below_it() -> None:
    members = [
        member(SALES, "sales", children=(GUESTS,)),
        member(GUESTS, "guests", children=(PRICE,)),
        member(PRICE, "price"),
    ]
    shape = {one.id: one for one in members}
    before = {SALES: scored(60), GUESTS: scored(60), PRICE: scored(60)}
    after = {SALES: scored(75), GUESTS: scored(75), PRICE: scored(75)}

    open_below = Movement(shape, before, after).of_score(SALES)
    assert [leaf.factor for leaf in open_below.leaves] == [PRICE]

    own = {**after, GUESTS: scored(75, own=75)}
    closed_below = Movement(shape, before, own).of_score(SALES)
    assert [leaf.factor for leaf in closed_below.leaves] == [GUESTS]
    assert Movement(shape, before, own).of_score(PRICE).below == ()


def test_the_score_at_the_top_is_that_of_its_children() -> None:
    start = Reading(score=Decimal(100), own_score=Decimal(100), rolled_score=Decimal(60))
    end = Reading(score=Decimal(90), own_score=Decimal(90), rolled_score=Decimal(75))
    moved = pooled(
        Aggregation.SUM,
        {SALES: start, GUESTS: scored(60), PRICE: scored(None)},
        {SALES: end, GUESTS: scored(75), PRICE: scored(None)},
    )

    top = moved.of_score(SALES)

    assert top.contribution == 15
    assert {one.factor: one.contribution for one in top.below} == {GUESTS: 15}


def left(
    aggregation: Aggregation, before: dict[UUID, Reading], after: dict[UUID, Reading]
) -> Movement:
    """客数 and 客単価 were pooled before; only 客数 is left."""
    members = [
        Member(
            id=SALES,
            key="sales",
            unit="percent",
            aggregation=aggregation,
            is_pooled=True,
            formula=None,
            children=(GUESTS,),
            children_before=(GUESTS, PRICE),
        ),
        member(GUESTS, "guests"),
    ]
    return Movement({one.id: one for one in members}, before, after)


def parts_of(step: Step[UUID]) -> dict[UUID, Fraction]:
    return {one.factor: one.contribution for one in step.below}


def test_who_left_is_part_of_the_change_and_who_stayed_is_not() -> None:
    before = {SALES: value(150), GUESTS: value(100), PRICE: value(50)}
    after = {SALES: value(120), GUESTS: value(120)}
    moved = left(Aggregation.SUM, before, after).of_value(SALES)
    assert parts_of(moved) == {GUESTS: 20, PRICE: -50}

    means = left(
        Aggregation.MEAN,
        {SALES: value(75), GUESTS: value(100), PRICE: value(50)},
        {SALES: value(100), GUESTS: value(100)},
    ).of_value(SALES)
    assert sum(parts_of(means).values()) == 25
    assert parts_of(means)[PRICE] > 0

    scores = left(
        Aggregation.SUM,
        {SALES: scored(50), GUESTS: scored(80), PRICE: scored(20)},
        {SALES: scored(80), GUESTS: scored(80), PRICE: scored(20)},
    ).of_score(SALES)
    assert sum(parts_of(scores).values()) == 30
    assert parts_of(scores)[PRICE] > 0


def test_a_rate_whose_segment_left_moves_by_its_mix() -> None:
    def rate(above: int, below: int) -> Reading:
        return value(
            str(Decimal(above) * 100 / below), numerator=Decimal(above), denominator=Decimal(below)
        )

    moved = left(
        Aggregation.RATIO,
        {SALES: rate(65, 100), GUESTS: rate(40, 50), PRICE: rate(25, 50)},
        {SALES: rate(40, 50), GUESTS: rate(40, 50)},
    )

    assert sum(parts_of(moved.of_value(SALES)).values()) == 15
    effects = moved.effects(SALES)
    assert effects is not None
    assert effects[PRICE].rate == 0


def test_parts_of_another_sum_are_no_explanation() -> None:
    before = {SALES: value(150), GUESTS: value(100), PRICE: value(50)}
    median_ = left(
        Aggregation.MEDIAN, {**before, SALES: value(75)}, {SALES: value(1), GUESTS: value(1)}
    )
    assert median_.why_not(SALES) == "structure_changed"
    wrong = left(Aggregation.SUM, before, {SALES: value(999), GUESTS: value(120)})
    assert wrong.why_not(SALES) == "structure_changed"
    assert wrong.of_value(SALES).below == ()
    with pytest.raises(ValueError, match="not the parts"):
        rounded([Fraction(20)], 0, Fraction(-30))


def test_seeking_bears_the_rounding_of_the_outcome() -> None:
    def rounded_outcome(x: Fraction) -> Fraction:
        return Fraction(round(float(14 * x) * 10**6), 10**6)

    found = seek(rounded_outcome, Fraction(69_600), Fraction(4_000), Fraction(6_000))

    assert found is not None
    assert abs(found.value - Fraction(69_600, 14)) < Fraction(1, 1000)


def test_what_storing_rounded_away_goes_to_the_largest_part() -> None:
    """10 ÷ 3 and 14 ÷ 3 are stored with twelve decimals: 3.333… and 4.666…7."""
    moved = sales(
        ("3.333333333333", "10", "3"), ("4.666666666667", "14", "3"), "guests / price"
    ).of_value(SALES)

    assert parts_of(moved) == {GUESTS: Fraction("1.333333333334"), PRICE: 0}


def test_a_sum_with_an_unknown_part_and_a_part_that_is_no_member_are_not_divided() -> None:
    before = {SALES: value(150), GUESTS: value(100), PRICE: value(50)}
    unknown = left(Aggregation.SUM, {**before, PRICE: Reading()}, {SALES: value(1)})
    assert unknown.why_not(SALES) == "no_value"
    after = {SALES: value(120), GUESTS: value(120), PRICE: value(70)}
    gone = left(Aggregation.SUM, before, after)
    assert gone.why_not(PRICE) == "measured"
    assert gone.of_value(PRICE) == Step(PRICE, Fraction(20), ())

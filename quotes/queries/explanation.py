"""Why the first is the first, why the others are not, and what would change it: from the numbers.

In Japanese and in English, whatever the language of the page: the text goes into reports too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from core.domain.rounding import RoundingRule, round_to, to_decimal
from kpis.models.choices import Unit
from quotes.domain.comparison import Contribution, Scored
from quotes.domain.criteria import CriterionKind
from quotes.domain.methods import Method
from quotes.domain.needed import Needed
from quotes.domain.robustness import Flip
from quotes.domain.verdict import Firmness, Robustness
from quotes.models import Criterion
from quotes.queries.arithmetic import FINE, places_for
from quotes.queries.comparison import RoundComparison
from quotes.queries.sentences import METHODS, SENTENCES, UNITS
from quotes.wording import amount, number

JA, EN = "ja", "en"
MOST_RIVALS = 4
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """The result in words; each part is a paragraph, empty where there is nothing to say."""

    language: str
    why: str
    why_not: str
    firmness: str
    change: str
    negotiate: str

    @property
    def text(self) -> str:
        """The whole as one paragraph each."""
        parts = (self.why, self.why_not, self.firmness, self.change, self.negotiate)
        return "\n".join(one for one in parts if one)


def explanation(comparison: RoundComparison, language: str = JA) -> Explanation | None:
    """Tell the result; None where nothing was scored."""
    if not comparison.result.ranking:
        return None
    teller = _Teller(comparison, language)
    return Explanation(
        language,
        teller.why(),
        teller.why_not(),
        teller.firm(),
        teller.change(),
        teller.negotiate(),
    )


def explained(comparison: RoundComparison) -> dict[str, str]:
    """Return the explanation in both languages, for the decision to keep."""
    told = (explanation(comparison, language) for language in (JA, EN))
    return {one.language: one.text for one in told if one}


def ways_to_first(comparison: RoundComparison, language: str = JA) -> dict[UUID, list[str]]:
    """Return for each vendor but the first every single change that would bring it level."""
    teller = _Teller(comparison, language)
    return {one.vendor_id: teller.ways(one.vendor_id) for one in teller.rivals}


class _Teller:
    """Writes sentences in one language about one comparison."""

    def __init__(self, comparison: RoundComparison, language: str) -> None:
        self.comparison = comparison
        self.place = 0 if language == JA else 1
        self.ranking = comparison.result.ranking
        self.first = self.ranking[0]
        self.rivals = self.ranking[1:]
        self.method = comparison.result.rule.method
        self.places = places_for(one.total for one in self.ranking)
        self.criteria: Sequence[Criterion] = comparison.criteria

    def say(self, key: str, **words: object) -> str:
        return SENTENCES[key][self.place].format(**words)

    def joined(self, sentences: Sequence[str]) -> str:
        return ("", " ")[self.place].join(one for one in sentences if one)

    def listed(self, parts: Sequence[str]) -> str:
        return ("、", ", ")[self.place].join(parts)

    def name(self, vendor_id: UUID) -> str:
        return self.comparison.name_of(vendor_id)

    def points(self, value: Decimal | Fraction, places: int | None = None) -> str:
        shown = number(to_decimal(Fraction(value)), self.places if places is None else places)
        return f"{shown}{('点', ' points')[self.place]}"

    def signed(self, value: Decimal) -> str:
        return f"{'+' if value > 0 else '−'}{self.points(abs(value))}"

    def money(self, value: Decimal) -> str:
        return amount(value, self.comparison.rfq.currency)

    def level(self, value: Decimal, criterion: Criterion) -> str:
        if not criterion.unit:
            return number(value)
        unit = Unit(criterion.unit)
        return f"{number(value)}{unit.label if self.place == 0 else UNITS[unit]}"

    def raw(self, part: Contribution, criterion: Criterion) -> str:
        if part.raw is None:
            return "–"
        is_price = part.kind == CriterionKind.PRICE
        return self.money(part.raw) if is_price else self.level(part.raw, criterion)

    def total(self, value: Decimal) -> str:
        if self.method == Method.ADDITIVE:
            return self.points(value)
        label = ("評価値", "value ") if self.method == Method.DIVISION else ("近さ", "closeness ")
        return f"{label[self.place]}{number(value, max(self.places, FINE))}"

    def gap(self, other: Scored[UUID]) -> str:
        by = self.first.total - other.total
        return (
            self.points(by)
            if self.method == Method.ADDITIVE
            else number(by, max(self.places, FINE))
        )

    def why(self) -> str:
        told = [
            self.say(
                "first", first=self.name(self.first.vendor_id), total=self.total(self.first.total)
            )
        ]
        if not self.rivals:
            return self.joined([*told, self.say("alone")])
        second = self.rivals[0]
        if self.first.tie_break is not None:
            return self.joined([*told, self.say("tied", second=self.name(second.vendor_id))])
        told.append(self.say("gap", second=self.name(second.vendor_id), gap=self.gap(second)))
        told.extend(self._difference(second))
        return self.joined(told)

    def _difference(self, second: Scored[UUID]) -> list[str]:
        if self.method == Method.ADDITIVE:
            parts = [
                self.say("part", name=name, change=self.signed(by))
                for name, by in self._changes(second)
            ]
            return [self.say("parts", parts=self.listed(parts))]
        if self.method == Method.DIVISION:
            better = self.first.quality_points - second.quality_points
            parts = [self.say("quality", change=self.signed(better))] if better else []
            by = self.first.price - second.price
            if by:
                change = f"{'+' if by > 0 else '−'}{self.money(abs(by))}"
                parts.append(self.say("price", change=change))
            return [self.say("parts", parts=self.listed(parts))]
        ahead, behind = self._beside(second)
        return [
            self.say("ahead", parts=self.listed(ahead)) if ahead else "",
            self.say("behind", parts=self.listed(behind)) if behind else "",
        ]

    def _changes(self, other: Scored[UUID]) -> list[tuple[str, Decimal]]:
        """Where the first has other points than this one, the largest difference first; few."""
        found = [
            (criterion.name, own.points - theirs.points)
            for criterion, own, theirs in zip(
                self.criteria, self.first.contributions, other.contributions, strict=True
            )
        ]
        ordered = sorted(found, key=lambda one: -abs(one[1]))
        rule = RoundingRule.HALF_UP
        return [one for one in ordered if round_to(one[1], rule, self.places)]

    def _beside(self, second: Scored[UUID]) -> tuple[list[str], list[str]]:
        ahead: list[str] = []
        behind: list[str] = []
        rows = zip(
            self.criteria,
            self.comparison.judged,
            self.first.contributions,
            second.contributions,
            strict=True,
        )
        for criterion, judged, own, theirs in rows:
            if own.raw is None or theirs.raw is None or own.raw == theirs.raw or not judged.weight:
                continue
            is_low_good = own.kind == CriterionKind.PRICE or judged.direction == "lower"
            told = self.say(
                "better",
                name=criterion.name,
                own=self.raw(own, criterion),
                second=self.name(second.vendor_id),
                other=self.raw(theirs, criterion),
            )
            (ahead if (own.raw < theirs.raw) == is_low_good else behind).append(told)
        return ahead, behind

    def why_not(self) -> str:
        told = []
        for one in self.rivals[:MOST_RIVALS]:
            lost = [(name, by) for name, by in self._changes(one) if by > 0]
            words = {"rank": one.rank, "name": self.name(one.vendor_id), "gap": self.gap(one)}
            if self.method == Method.ADDITIVE and lost:
                parts = [
                    self.say("part", name=name, change=self.signed(-by))
                    for name, by in lost[:MOST_PARTS]
                ]
                told.append(self.say("rival_parts", parts=self.listed(parts), **words))
            elif one.total != self.first.total:
                told.append(self.say("rival", **words))
        cheapest = min(self.ranking, key=lambda one: one.price)
        if cheapest.price < self.first.price:
            by = self.first.price - cheapest.price
            told.append(
                self.say(
                    "cheapest",
                    name=self.name(cheapest.vendor_id),
                    price=self.money(cheapest.price),
                    by=self.money(by),
                )
            )
        excluded = len(self.comparison.result.excluded)
        told.append(self.say("excluded", count=excluded) if excluded else "")
        return self.joined(told)

    def firm(self) -> str:
        found = self.comparison.robustness
        if found is None or Firmness.ALONE in found.firmness:
            return ""
        share = f"{number(to_decimal(found.first_places.shares[0] * 100), 1)}%"
        drawn = found.first_places.draws
        told = [
            self.say("share_exact", share=share)
            if drawn is None
            else self.say("share_drawn", share=share, draws=f"{drawn:,}")
        ]
        others = [
            self.say(
                "method_differs",
                method=METHODS[method][self.place],
                winners=self.listed([self.name(one) for one in winners]),
            )
            for method, winners in found.winners.items()
            if winners and self.first.vendor_id not in winners
        ]
        return self.joined([*told, *(others or [self.say("methods_agree")])])

    def change(self) -> str:
        found = self.comparison.robustness
        if found is None or not self.rivals:
            return ""
        told = []
        moves = [one for one in found.flips if one is not None and one.moved]
        if moves:
            told.append(self._flip(found, min(moves, key=lambda one: one.moved)))
        elif self.method != Method.TOPSIS and self.first.tie_break is None:
            told.append(self.say("no_flip"))
        second = self.rivals[0]
        if self.method != Method.TOPSIS and self.first.tie_break is None:
            told.append(self.needed(second.vendor_id))
        return self.joined(told)

    def _flip(self, found: Robustness[UUID], flip: Flip) -> str:
        names = [self.criteria[one].name for one in found.columns]
        sources = [
            f"「{n}」" if self.place == 0 else f"“{n}”"
            for n, t in zip(names, flip.taken, strict=True)
            if t
        ]
        return self.say(
            "flip",
            moved=self.points(flip.moved, 1),
            sources=self.listed(sources),
            target=names[flip.given_to],
            rival=self.name(self.ranking[flip.row].vendor_id),
        )

    def needed(self, vendor_id: UUID) -> str:
        """What this vendor would have to offer to draw level."""
        ways = self.ways(vendor_id)
        rival = self.name(vendor_id)
        if not ways:
            return self.say("needed_none", rival=rival)
        key = "needed" if len(ways) > 1 else "needed_one"
        return self.say(key, rival=rival, ways=self.listed(ways))

    def ways(self, vendor_id: UUID) -> list[str]:
        """Every single change that would do."""
        mine = [one for one in self.comparison.needed if one.vendor_id == vendor_id]
        return [self._way(one) for one in mine if one.value is not None]

    def _way(self, one: Needed[UUID]) -> str:
        criterion = next(c for c in self.criteria if str(c.pk) == one.criterion_key)
        value = one.value or Decimal(0)
        if criterion.kind == Criterion.Kind.PRICE:
            return self.say(
                "needed_price", value=self.money(value), raw=self.money(one.raw or Decimal(0))
            )
        key = "needed_low" if criterion.direction == "lower" else "needed_high"
        raw = "–" if one.raw is None else self.level(one.raw, criterion)
        return self.say(key, name=criterion.name, value=self.level(value, criterion), raw=raw)

    def negotiate(self) -> str:
        first = self.name(self.first.vendor_id)
        lowest = min(one.price for one in self.ranking)
        told = []
        if self.first.price > lowest:
            told.append(
                self.say("talk_price", first=first, by=self.money(self.first.price - lowest))
            )
        for criterion, part in zip(self.criteria, self.first.contributions, strict=True):
            desired = criterion.desired_level
            if desired is None or part.score >= 100:
                continue
            told.append(
                self.say(
                    "talk_level",
                    first=first,
                    name=criterion.name,
                    raw=self.raw(part, criterion),
                    desired=self.level(desired, criterion),
                )
            )
        return self.joined(told or [self.say("talk_none", first=first)])

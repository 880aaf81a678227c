"""Requests as the asking side sees them: where each stands, how many answered, not who."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.domain.rounding import exact, to_decimal
from core.tenancy import Actor
from quotes.domain.states import RfqState, is_closed
from quotes.models import RFQ, Criterion
from quotes.models.rfqs import RFQQuerySet
from quotes.wording import level, number


class RoundState(models.TextChoices):
    """Where a round stands for the asking side; `closed` follows from the clock alone."""

    DRAFT = "draft", _lazy("下書き")
    OPEN = "open", _lazy("見積受付中")
    CLOSED = "closed", _lazy("締切・開封待ち")
    OPENED = "opened", _lazy("比較・選定中")
    DECIDED = "decided", _lazy("発注先決定")
    CANCELLED = "cancelled", _lazy("取りやめ")


KINDS = {
    RoundState.DRAFT: "neutral",
    RoundState.OPEN: "info",
    RoundState.CLOSED: "warning",
    RoundState.OPENED: "warning",
    RoundState.DECIDED: "success",
    RoundState.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A state as a badge shows it."""

    label: str
    kind: str


def state_of(rfq: RFQ, at: datetime) -> RoundState:
    """Return where the round stands at this time."""
    if is_closed(RfqState(rfq.status), rfq.deadline_at, at):
        return RoundState.CLOSED
    return RoundState(rfq.status)


def word_of(rfq: RFQ, at: datetime) -> Word:
    """Return the badge of a round."""
    state = state_of(rfq, at)
    return Word(str(state.label), KINDS[state])


def rounds(actor: Actor, *, state: str, search: str, at: datetime) -> RFQQuerySet:
    """Return the requests of the actor's clients, the latest deadline first."""
    found = RFQ.objects.run_by(actor)
    if state == RoundState.OPEN:
        found = found.taking_quotes(at)
    elif state == RoundState.CLOSED:
        found = found.awaiting_opening(at)
    elif state in RoundState.values:
        found = found.filter(status=state)
    if search:
        found = found.filter(title__icontains=search)
    return (
        found.with_counts()
        .select_related("client", "branch")
        .order_by("-deadline_at", "-created_at", "id")
    )


def counts_of(rfq: RFQ) -> tuple[int, int]:
    """Return how many vendors were asked and how many have submitted."""
    (counted,) = RFQ.objects.filter(pk=rfq.pk).with_counts()
    return counted.invited_count, counted.submitted_count  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Share:
    """A criterion with its part of all points, in percent; None where it has no points."""

    criterion: Criterion
    percent: Decimal | None

    @property
    def is_price(self) -> bool:
        """Whether it is about the price."""
        return self.criterion.kind == Criterion.Kind.PRICE

    @property
    def points(self) -> str:
        """Its points, with their unit."""
        if self.percent is None:
            return "–"
        return _("%(weight)s点") % {"weight": number(self.criterion.weight)}

    @property
    def minimum(self) -> str:
        """The level below which a quote is excluded."""
        value = self.criterion.required_minimum
        return "" if value is None else level(value, self.criterion.unit)

    @property
    def desired(self) -> str:
        """The level that earns all points."""
        value = self.criterion.desired_level
        return "" if value is None else level(value, self.criterion.unit)


def shares_of(rfq: RFQ, criteria: Iterable[Criterion]) -> list[Share]:
    """Return each criterion with its share of the points; what is divided by the price has none for it."""
    known = list(criteria)
    is_divided = rfq.method == RFQ.Method.DIVISION
    counted = [one for one in known if not (is_divided and one.kind == Criterion.Kind.PRICE)]
    total = sum((exact(one.weight) for one in counted), exact(0)) or 1
    return [
        Share(one, to_decimal(exact(one.weight) * 100 / total) if one in counted else None)
        for one in known
    ]


def how_judged(rfq: RFQ) -> str:
    """Say by which method quotes are ranked, with its parameters."""
    method = str(RFQ.Method(rfq.method).label)
    if rfq.method == RFQ.Method.DIVISION:
        return _("%(method)s・標準点%(base)s点") % {
            "method": method,
            "base": number(rfq.division_base),
        }
    if rfq.method == RFQ.Method.ADDITIVE:
        return f"{method}・{RFQ.PriceMethod(rfq.price_method).label}"
    return method


def how_computed(rfq: RFQ) -> str:
    """Say how the method makes its number."""
    words = {
        RFQ.Method.ADDITIVE: _("配点×得点率を評価項目ごとに計算し、足し合わせます。"),
        RFQ.Method.DIVISION: _("標準点に価格以外の点数を加え、見積金額（税抜）で割ります。"),
        RFQ.Method.TOPSIS: _(
            "各項目の値を二乗和の平方根で割って配点の割合を掛け、最も良い値・最も不利な値との距離を比べます。"
        ),
    }
    return words[RFQ.Method(rfq.method)]

"""The words of agreements: what codes are called, and what changed from version to version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.numbers import jdate, money, unit_value
from kpis.models.choices import Direction, Frequency, Unit
from vendors.domain.agreement import Change, Line, Party, Terms

FIELDS = {
    "title": gettext_lazy("件名"),
    "starts_on": gettext_lazy("開始日"),
    "ends_on": gettext_lazy("終了日"),
    "amount": gettext_lazy("金額（税抜）"),
    "valid_from": gettext_lazy("目標の適用開始日"),
    "currency": gettext_lazy("通貨"),
    "client": gettext_lazy("発注者"),
    "vendor": gettext_lazy("外注先"),
    "name": gettext_lazy("名称"),
    "definition": gettext_lazy("定義"),
    "unit": gettext_lazy("単位"),
    "direction": gettext_lazy("方向"),
    "frequency": gettext_lazy("測定の頻度"),
    "target": gettext_lazy("約束する水準"),
    "required_minimum": gettext_lazy("最低水準"),
    "measured_by": gettext_lazy("測定する人"),
    "reported_by": gettext_lazy("報告する人"),
    "acted_by": gettext_lazy("改善する人"),
    "added": gettext_lazy("合意に加える"),
    "removed": gettext_lazy("合意から外す"),
    "promise_added": gettext_lazy("定性的な約束を加える"),
    "promise_removed": gettext_lazy("定性的な約束を外す"),
    "text": gettext_lazy("約束の文言"),
    "kpi_name": gettext_lazy("約束の対象のKPI"),
    "responsible": gettext_lazy("約束する側"),
}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """An agreed KPI as people read it."""

    line: Line
    unit: str
    direction: str
    frequency: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One difference as people read it."""

    subject: str
    field: str
    before: str
    after: str


def shown_lines(terms: Terms) -> list[ShownLine]:
    """Put the codes of each line into words."""
    return [
        ShownLine(
            line=line,
            unit=str(Unit(line.unit).label),
            direction=str(Direction(line.direction).label),
            frequency=str(Frequency(line.frequency).label),
        )
        for line in terms.lines
    ]


def shown_changes(changes: Sequence[Change], before: Terms, after: Terms) -> list[ShownChange]:
    """Put the differences between two versions into words."""
    units = {line.name: line.unit for terms in (before, after) for line in terms.lines}
    return [
        ShownChange(
            subject=change.line or _("契約全体"),
            field=str(FIELDS[change.field]),
            before=_value(change.field, change.before, units.get(change.line or "", "")),
            after=_value(change.field, change.after, units.get(change.line or "", "")),
        )
        for change in changes
    ]


_CHOICES = {"unit": Unit, "direction": Direction, "frequency": Frequency}


def _value(field: str, value: object, unit: str) -> str:
    if field == "amount" and isinstance(value, Decimal):
        return money(value)
    if isinstance(value, Decimal):
        return unit_value(value, unit)
    if isinstance(value, date):
        return jdate(value)
    if isinstance(value, Party):
        return " ".join(one for one in (value.name, value.registration_number) if one)
    if field in _CHOICES and value:
        return str(_CHOICES[field](value).label)
    return str(value) if value else _("なし")

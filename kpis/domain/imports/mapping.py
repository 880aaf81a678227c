"""Which column of a file plays which part: stored with the import, suggested from the header."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kpis.domain.imports.dates import DateFormat
from kpis.domain.imports.headers import find_columns
from kpis.domain.imports.messages import MappingRefused, Message, message

Day = date  # a field below is called `date`


class Shape(StrEnum):
    """What a row of the file is."""

    DELIVERIES = "deliveries"
    LONG = "long"


class MonthBasis(StrEnum):
    """The date that puts a delivery into a month."""

    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Only rows whose column holds exactly this value (outer spaces aside) are read."""

    column: str
    value: str

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {"column": self.column, "value": self.value}


@dataclass(frozen=True, slots=True)
class DeliveryMapping:
    """One row is one delivery: 納期遵守率 by vendor and month of the scheduled date.

    `date_formats` overrules the detected order of day and month, by column. With `as_of`, what is
    due later has not been decided and is left out.
    """

    vendor: str
    scheduled: str
    delivered: str
    date_formats: Mapping[str, DateFormat] = field(default_factory=dict)
    row_filter: RowFilter | None = None
    as_of: date | None = None
    month_basis: MonthBasis = MonthBasis.SCHEDULED

    def parts(self) -> dict[str, str]:
        """Return the column of each part."""
        return {
            "vendor": self.vendor,
            "scheduled": self.scheduled,
            "delivered": self.delivered,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "shape": Shape.DELIVERIES.value,
            **self.parts(),
            "date_formats": _formats_out(self.date_formats),
            "row_filter": self.row_filter and self.row_filter.to_dict(),
            "as_of": self.as_of and self.as_of.isoformat(),
            "month_basis": self.month_basis.value,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "DeliveryMapping":
        """Restore what `to_dict` wrote."""
        return cls(
            vendor=data["vendor"],
            scheduled=data["scheduled"],
            delivered=data["delivered"],
            date_formats=_formats_in(data),
            row_filter=_filter_in(data),
            as_of=_day_in(data),
            month_basis=MonthBasis(data["month_basis"]),
        )


@dataclass(frozen=True, slots=True)
class LongMapping:
    """One row is one measurement: date, KPI and either a value or numerator and denominator.

    With `as_of`, what is dated after that day is left out.
    """

    date: str
    kpi: str
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    date_formats: Mapping[str, DateFormat] = field(default_factory=dict)
    row_filter: RowFilter | None = None
    as_of: Day | None = None

    @property
    def is_ratio(self) -> bool:
        """Tell whether rows hold numerator and denominator."""
        return not self.value

    def parts(self) -> dict[str, str]:
        """Return the column of each part that is used."""
        if self.is_ratio:
            figures = {"numerator": self.numerator, "denominator": self.denominator}
        else:
            figures = {"value": self.value}
        return {"date": self.date, "kpi": self.kpi, **figures}

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "shape": Shape.LONG.value,
            "date": self.date,
            "kpi": self.kpi,
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "date_formats": _formats_out(self.date_formats),
            "row_filter": self.row_filter and self.row_filter.to_dict(),
            "as_of": self.as_of and self.as_of.isoformat(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "LongMapping":
        """Restore what `to_dict` wrote."""
        return cls(
            date=data["date"],
            kpi=data["kpi"],
            value=data["value"],
            numerator=data["numerator"],
            denominator=data["denominator"],
            date_formats=_formats_in(data),
            row_filter=_filter_in(data),
            as_of=_day_in(data),
        )


FileMapping = DeliveryMapping | LongMapping


def mapping_from_dict(data: Mapping[str, Any]) -> FileMapping:
    """Restore a stored mapping of either shape."""
    if Shape(data["shape"]) == Shape.DELIVERIES:
        return DeliveryMapping.from_dict(data)
    return LongMapping.from_dict(data)


_DELIVERY_WORDS = {
    "vendor": (
        *("vendor", "vendor name", "supplier", "supplier name", "外注先", "外注先名", "仕入先"),
        *("仕入先名", "取引先", "取引先名", "発注先", "発注先名", "委託先", "委託先名", "ベンダー"),
        *("ベンダー名", "協力会社", "協力会社名", "会社名", "企業名", "メーカー"),
    ),
    "scheduled": (
        *("scheduled delivery date", "scheduled date", "due date", "promised date", "納期"),
        *("planned delivery date", "納品予定日", "納入予定日", "納品期限", "約束納期", "指定納期"),
        *("契約納期", "希望納期", "納入期限", "予定納期", "納期日", "納品予定", "期日", "期限"),
        *("予定日", "scheduled", "planned", "due"),
    ),
    "delivered": (
        *("delivered to client date", "delivered date", "actual delivery date", "実納品日"),
        *("delivered on", "納品日", "納入日", "実納期", "納期実績", "納品実績日", "実績納期"),
        *("納品完了日", "納入実績日", "実納入日", "入荷日", "受領日", "着荷日", "完了日", "実績日"),
        *("delivery date", "received date", "delivered"),
    ),
}
_LONG_WORDS = {
    "date": (
        "date",
        "日付",
        "年月日",
        "年月",
        "対象年月",
        "対象月",
        "計測日",
        "集計日",
        "期間",
        "month",
        "月",
        "period",
    ),
    "kpi": (
        "kpi",
        "kpi名",
        "kpi name",
        "指標",
        "指標名",
        "項目",
        "項目名",
        "metric",
        "name",
        "名称",
    ),
    "value": ("value", "値", "実績", "実績値", "数値", "結果", "actual"),
    "numerator": ("numerator", "分子"),
    "denominator": ("denominator", "分母"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the header says: the likely shape, and the column of each part where one is found."""

    shape: Shape | None
    parts: Mapping[str, str | None]

    @property
    def mapping(self) -> FileMapping | None:
        """Return the mapping when the header names every part of its shape."""
        found = {part: column or "" for part, column in self.parts.items()}
        if self.shape == Shape.DELIVERIES:
            return DeliveryMapping(found["vendor"], found["scheduled"], found["delivered"])
        if self.shape == Shape.LONG:
            figures = (found["value"], found["numerator"], found["denominator"])
            return LongMapping(found["date"], found["kpi"], *figures)
        return None


def suggest_mapping(columns: Sequence[str]) -> Suggestion:
    """Read shape and parts off the names of the columns."""
    deliveries = suggest_parts(columns, Shape.DELIVERIES)
    if all(deliveries.values()):
        return Suggestion(Shape.DELIVERIES, deliveries)
    long = suggest_parts(columns, Shape.LONG)
    if long["date"] and long["kpi"] and (long["value"] or _is_ratio(long)):
        return Suggestion(Shape.LONG, long)
    return Suggestion(None, {**deliveries, **long})


def suggest_parts(columns: Sequence[str], shape: Shape) -> dict[str, str | None]:
    """Return the likely column of each part of the shape, None where the header names none."""
    if shape == Shape.DELIVERIES:
        return find_columns(columns, _DELIVERY_WORDS)
    found = find_columns(columns, _LONG_WORDS)
    unused = ("value",) if _is_ratio(found) else ("numerator", "denominator")
    return {**found, **dict.fromkeys(unused)}


def _is_ratio(parts: Mapping[str, str | None]) -> bool:
    return bool(parts["numerator"] and parts["denominator"])


def mapping_problems(mapping: FileMapping, columns: Sequence[str]) -> tuple[Message, ...]:
    """Return every reason why the mapping does not fit the file."""
    return tuple(_problems(mapping, columns))


def require_mapping(mapping: FileMapping, columns: Sequence[str]) -> None:
    """Raise MappingRefused unless the mapping fits the file."""
    problems = mapping_problems(mapping, columns)
    if problems:
        raise MappingRefused(problems)


def _problems(mapping: FileMapping, columns: Sequence[str]) -> Iterator[Message]:
    if (
        isinstance(mapping, LongMapping)
        and mapping.value
        and mapping.numerator + mapping.denominator
    ):
        yield message("mapping_value_or_ratio")
    used: set[str] = set()
    for part, column in mapping.parts().items():
        if not column:
            yield message("mapping_column_unset", role=message(f"role_{part}").text())
        elif column not in columns:
            yield message("mapping_column_missing", column=column)
        elif column in used:
            yield message("mapping_column_twice", column=column)
        used.add(column)
    others = [*mapping.date_formats]
    if mapping.row_filter:
        others.append(mapping.row_filter.column)
    for column in others:
        if column not in columns:
            yield message("mapping_column_missing", column=column)


def _formats_out(formats: Mapping[str, DateFormat]) -> dict[str, str]:
    return {column: chosen.value for column, chosen in formats.items()}


def _formats_in(data: Mapping[str, Any]) -> dict[str, DateFormat]:
    return {column: DateFormat(chosen) for column, chosen in data["date_formats"].items()}


def _day_in(data: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(data["as_of"]) if data.get("as_of") else None


def _filter_in(data: Mapping[str, Any]) -> RowFilter | None:
    stored = data["row_filter"]
    return RowFilter(stored["column"], stored["value"]) if stored else None

"""Reads of imports: what an uploaded file says, and where each of its names would go."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpis.domain.imports.deliveries import DeliveryResult, convert_deliveries
from kpis.domain.imports.long import LongResult, convert_long
from kpis.domain.imports.mapping import (
    DeliveryMapping,
    FileMapping,
    mapping_from_dict,
    suggest_mapping,
)
from kpis.domain.imports.profile import FileProfile
from kpis.domain.imports.read import read_rows
from kpis.models import KPI, Import, ImportFile, Tree
from kpis.models.choices import Aggregation, ValueSource

SKIP, NEW = "skip", "new"
Result = DeliveryResult | LongResult


@dataclass(frozen=True, slots=True)
class SourceName:
    """A name of the file that needs a KPI: a vendor of deliveries, or a KPI of a long table."""

    name: str
    count: int
    first: date
    last: date
    on_time: int | None = None
    destination: str = SKIP


@dataclass(frozen=True, slots=True)
class Reading:
    """An uploaded file as it would be taken in with its present mapping."""

    profile: FileProfile
    mapping: FileMapping | None
    result: Result | None
    names: Sequence[SourceName]

    @property
    def is_deliveries(self) -> bool:
        """Whether a row is a delivery (else a measurement)."""
        return isinstance(self.result, DeliveryResult)

    @property
    def wanted(self) -> list[SourceName]:
        """The names that go somewhere."""
        return [one for one in self.names if one.destination != SKIP]


def content_of(source: Import) -> bytes:
    """Return the bytes that were uploaded."""
    stored = ImportFile.objects.get(pk=source.pk)
    return gzip.decompress(bytes(stored.content))


def reading_of(source: Import) -> Reading:
    """Read the file with the mapping that is stored with it.

    Raises FileRefused or MappingRefused when file and mapping do not fit (any more).
    """
    profile = FileProfile.from_dict(source.profile)
    stored = source.mapping.get("file")
    if stored is None:
        return Reading(profile, None, None, [])
    mapping = mapping_from_dict(stored)
    rows = read_rows(content_of(source), profile)
    result: Result
    if isinstance(mapping, DeliveryMapping):
        result = convert_deliveries(rows, profile.columns, mapping)
    else:
        result = convert_long(rows, profile.columns, mapping)
    chosen: Mapping[str, str] = source.mapping.get("destinations", {})
    return Reading(profile, mapping, result, _names(result, chosen))


def _names(result: Result, chosen: Mapping[str, str]) -> list[SourceName]:
    if isinstance(result, DeliveryResult):
        return [
            SourceName(
                name=one.vendor,
                count=one.denominator,
                first=one.first_month,
                last=one.last_month,
                on_time=one.numerator,
                destination=chosen.get(one.vendor, SKIP),
            )
            for one in result.totals
        ]
    return [
        SourceName(one.kpi, one.count, one.first_on, one.last_on, None, chosen.get(one.kpi, SKIP))
        for one in result.kpis
    ]


def suggested_mapping(profile: FileProfile) -> FileMapping | None:
    """Return the mapping that the header suggests, or None when it names too little."""
    return suggest_mapping(profile.columns).mapping


def destinations_for(tree: Tree, *, is_deliveries: bool) -> list[KPI]:
    """Return the KPIs that can take values of such a file."""
    kpis = KPI.objects.living().filter(tree=tree, value_source=ValueSource.MEASURED)
    kpis = kpis.select_related("tree__client")
    if is_deliveries:
        kpis = kpis.filter(aggregation=Aggregation.RATIO)
    return list(kpis.select_related("responsible_organization").order_by("name", "id"))


def suggested_destinations(tree: Tree, result: Result) -> dict[str, str]:
    """Return where each name most likely goes: as last time, else by the vendor's or KPI's name."""
    kpis = destinations_for(tree, is_deliveries=isinstance(result, DeliveryResult))
    known = {str(kpi.pk) for kpi in kpis}
    by_name = {_plain(kpi.name): str(kpi.pk) for kpi in kpis}
    by_name |= {
        _plain(kpi.responsible_organization.name): str(kpi.pk)
        for kpi in kpis
        if kpi.responsible_organization
    }
    remembered = {
        name: destination
        for name, destination in _last_destinations(tree).items()
        if destination in known
    }
    return {
        one.name: remembered.get(one.name) or by_name.get(_plain(one.name), SKIP)
        for one in _names(result, {})
    }


def _last_destinations(tree: Tree) -> dict[str, str]:
    confirmed = Import.objects.filter(tree=tree, status=Import.Status.CONFIRMED)
    newest = confirmed.order_by("-confirmed_at").values_list("mapping", flat=True).first()
    return dict((newest or {}).get("destinations", {}))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def confirmed_twin(source: Import) -> Import | None:
    """Return an earlier confirmed import of the very same file into the same tree."""
    twins = Import.objects.filter(
        tree_id=source.tree_id, sha256=source.sha256, status=Import.Status.CONFIRMED
    )
    return twins.exclude(pk=source.pk).order_by("-confirmed_at").first()


def is_of_deliveries(source: Import) -> bool:
    """Tell whether the file is mapped as a list of deliveries."""
    stored = source.mapping.get("file")
    return bool(stored) and isinstance(mapping_from_dict(stored), DeliveryMapping)

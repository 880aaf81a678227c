"""Take a file in: upload, map, confirm or discard. Nothing is measured before the confirmation."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Denied, Refusal
from core.policies import require
from core.tenancy import Actor
from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.mapping import FileMapping, require_mapping
from kpis.domain.imports.profile import FileProfile
from kpis.models import KPI, Import, ImportFile, Measurement, Tree
from kpis.operations.bulk_measurements import Stored, store_measurements
from kpis.operations.new_kpis import add_delivery_kpis
from kpis.operations.scorecards import request_recompute
from kpis.policies import imports as policies
from kpis.queries import imports as queries
from kpis.queries.import_effect import NewMeasurement, TwoValues, Unfit, measurements_of
from kpis.queries.imports import NEW, SKIP, Reading, Result


@transaction.atomic
def upload_file(*, tree: Tree, file_name: str, content: bytes, by: Actor, at: datetime) -> Import:
    """Keep the file with what was detected in it, and map it as its header suggests.

    Raises FileRefused with a sentence when it is no table.
    """
    require(policies.why_not_import(tree, by))
    profile = detect_file(content, file_name)
    source = Import.objects.create(
        tree=tree,
        file_name=file_name[:255],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        profile=profile.to_dict(),
        uploaded_by_id=by.user_id,
        uploaded_at=at,
    )
    ImportFile.objects.create(source=source, content=gzip.compress(content, mtime=0))
    suggested = queries.suggested_mapping(profile)
    if suggested is not None:
        _set_mapping(source, suggested, at=at)
    _audit("kpis.file_uploaded", source, by=by, at=at, summary=f"「{file_name}」を読み込みました。")
    return source


@transaction.atomic
def map_columns(*, source: Import, mapping: FileMapping, by: Actor, at: datetime) -> Import:
    """Say which column plays which part; raises MappingRefused when it does not fit the file."""
    source = _locked(source)
    require(policies.why_not_change(source, by))
    require_mapping(mapping, FileProfile.from_dict(source.profile).columns)
    _set_mapping(source, mapping, at=at)
    _audit(
        "kpis.import_mapped",
        source,
        by=by,
        at=at,
        summary=f"「{source.file_name}」の列を対応付けました。",
    )
    return source


@transaction.atomic
def choose_destinations(
    *, source: Import, destinations: Mapping[str, str], by: Actor, at: datetime
) -> Import:
    """Say to which KPI each name of the file goes: a KPI's id, `new` or `skip`."""
    source = _locked(source)
    require(policies.why_not_change(source, by))
    is_deliveries = queries.is_of_deliveries(source)
    allowed = {
        SKIP,
        *([NEW] if is_deliveries else []),
        *(
            str(kpi.pk)
            for kpi in queries.destinations_for(source.tree, is_deliveries=is_deliveries)
        ),
    }
    if any(one not in allowed for one in destinations.values()):
        raise Denied(Refusal("kpis.import_destination", _("選べないKPIが含まれています。"), 409))
    source.mapping = {**source.mapping, "destinations": dict(destinations)}
    source.save(update_fields=["mapping"])
    _audit(
        "kpis.import_destinations",
        source,
        by=by,
        at=at,
        summary=f"「{source.file_name}」の取り込み先を選びました。",
    )
    return source


@transaction.atomic
def confirm_import(*, source: Import, by: Actor, at: datetime) -> Import:
    """Store what the file says as measurements, all or nothing; the same file again adds nothing."""
    source = _locked(source)
    Tree.objects.select_for_update().get(pk=source.tree_id)
    reading = queries.reading_of(source)
    require(policies.why_not_confirm(source, reading, by))
    kpi_of = _resolve(source, reading, by=by, at=at)
    stored = store_measurements(
        measurements=_measurements(reading.result, kpi_of),
        source=Measurement.Source.FILE,
        source_import=source,
        reason=_("ファイル「%(name)s」の取り込み") % {"name": source.file_name},
        by=by,
        at=at,
    )
    made = {name: str(kpi.pk) for name, kpi in kpi_of.items()}
    source.mapping["destinations"] = {**source.mapping["destinations"], **made}  # for next time
    _close(source, reading, stored, by=by, at=at)
    if stored.added or stored.changed:
        request_recompute(tree=source.tree, by=by, at=at)
    return source


@transaction.atomic
def discard_import(*, source: Import, by: Actor, at: datetime) -> Import:
    """Put the file aside; it changed nothing."""
    source = _locked(source)
    require(policies.why_not_change(source, by))
    source.status = Import.Status.DISCARDED
    source.save(update_fields=["status"])
    _audit(
        "kpis.import_discarded",
        source,
        by=by,
        at=at,
        summary=f"「{source.file_name}」の取り込みを取りやめました。",
    )
    return source


def _locked(source: Import) -> Import:
    return (
        Import.objects.select_for_update(of=["self"])
        .select_related("tree__client")
        .get(pk=source.pk)
    )


def _set_mapping(source: Import, mapping: FileMapping, *, at: datetime) -> None:
    """Keep the mapping, as of today: a file may hold what is still to come."""
    today = timezone.localtime(at, source.tree.client.zone).date()
    mapping = replace(mapping, as_of=today)
    source.mapping = {"file": mapping.to_dict(), "destinations": {}}
    result = queries.reading_of(source).result
    if result is not None:
        source.mapping["destinations"] = queries.suggested_destinations(source.tree, result)
        source.rows_read, source.rows_skipped = result.rows_read, result.rows_skipped
    source.save(update_fields=["mapping", "rows_read", "rows_skipped"])


def _resolve(source: Import, reading: Reading, *, by: Actor, at: datetime) -> dict[str, KPI]:
    """Return the KPI of each wanted name; new ones are made under the goal."""
    new = [one.name for one in reading.wanted if one.destination == NEW]
    made = add_delivery_kpis(tree=source.tree, names=new, by=by, at=at) if new else {}
    chosen = {one.name: UUID(one.destination) for one in reading.wanted if one.destination != NEW}
    kpis = {
        kpi.pk: kpi
        for kpi in queries.destinations_for(source.tree, is_deliveries=reading.is_deliveries)
    }
    gone = [name for name, kpi_id in chosen.items() if kpi_id not in kpis]
    if gone:
        reason = _("「%(name)s」の取り込み先のKPIが選べなくなりました。選び直してください。")
        raise Denied(Refusal("kpis.import_destination", reason % {"name": gone[0]}, 409))
    return made | {name: kpis[kpi_id] for name, kpi_id in chosen.items()}


def _measurements(result: Result | None, kpi_of: Mapping[str, KPI]) -> list[NewMeasurement]:
    try:
        return measurements_of(result, kpi_of)
    except TwoValues as error:
        raise Denied(policies.two_values(error)) from error
    except Unfit as error:
        raise Denied(policies.unfit(error)) from error


def _close(source: Import, reading: Reading, stored: Stored, *, by: Actor, at: datetime) -> None:
    assert reading.result is not None  # noqa: S101 - the policy has seen to it
    source.status = Import.Status.CONFIRMED
    source.confirmed_at, source.confirmed_by_id = at, by.user_id
    source.rows_read, source.rows_skipped = reading.result.rows_read, reading.result.rows_skipped
    source.measurements_added = stored.added
    source.measurements_changed = stored.changed
    source.measurements_same = stored.same
    source.save()
    summary = (
        f"「{source.file_name}」を取り込みました"
        f"（追加{stored.added}件、変更{stored.changed}件、変更なし{stored.same}件）。"
    )
    _audit("kpis.import_confirmed", source, by=by, at=at, summary=summary)


def _audit(event: str, source: Import, *, by: Actor, at: datetime, summary: str) -> None:
    audit.record(
        event=event,
        target=source,
        by=by,
        at=at,
        organization_id=source.tree.client_id,
        summary=summary,
        data={"tree": str(source.tree_id), "sha256": source.sha256},
    )

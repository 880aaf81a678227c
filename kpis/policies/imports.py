"""Who may take files in, and when a file is ready to be taken in."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.models import Import, Tree
from kpis.models.choices import TreeStatus
from kpis.queries.import_effect import TwoValues, Unfit
from kpis.queries.imports import Reading, SourceName


def why_not_import(tree: Tree, actor: Actor) -> Refusal | None:
    """A viewer reads; an archived tree stays as it is."""
    if not actor.can_edit or tree.client_id not in actor.client_ids:
        return Refusal("kpis.viewer", _("取り込みは編集者以上の役割の方が行えます。"))
    if tree.status == TreeStatus.ARCHIVED:
        return Refusal("kpis.archived", _("保管したツリーには取り込めません。"), 409)
    return None


def why_not_change(source: Import, actor: Actor) -> Refusal | None:
    """Only a file that waits for confirmation can be changed."""
    if source.status != Import.Status.UPLOADED:
        return Refusal("kpis.import_closed", _("この取り込みはすでに終わっています。"), 409)
    return why_not_import(source.tree, actor)


def why_not_names(sent: Iterable[str], names: Sequence[SourceName]) -> Refusal | None:
    """A form from before the columns were mapped anew chooses for names that are gone."""
    known = {one.name for one in names}
    if all(name in known for name in sent):
        return None
    return Refusal(
        "kpis.import_stale",
        _("この画面を開いたあとに、列の対応が変更されました。内容を確かめて、選び直してください。"),
        409,
    )


def two_values(error: TwoValues) -> Refusal:
    """Return why a file with two values for one period is not taken in."""
    reason = _("%(row)s行目：「%(kpi)s」の%(date)sの値が二つあります。どちらかを消してください。")
    return Refusal("kpis.import_twice", reason % error.params, 409)


def unfit(error: Unfit) -> Refusal:
    """Return why a row does not fit the KPI that it was meant for."""
    reasons = {
        "needs_parts": _(
            "%(row)s行目：「%(kpi)s」は比率のKPIです。分子と分母の列を選ぶか、別のKPIを選んでください。"
        ),
        "needs_value": _(
            "%(row)s行目：「%(kpi)s」は値を入れるKPIです。値の列を選ぶか、比率のKPIを選んでください。"
        ),
    }
    return Refusal(f"kpis.import_{error.code}", reasons[error.code] % error.params, 409)


def why_not_confirm(source: Import, reading: Reading, actor: Actor) -> Refusal | None:
    """The mapping is complete, every date is certain, and at least one name goes somewhere."""
    if refusal := why_not_change(source, actor):
        return refusal
    if reading.result is None:
        return Refusal("kpis.import_unmapped", _("列の対応を決めてください。"), 409)
    if reading.result.ambiguous_columns:
        return Refusal("kpis.import_dates", _("日付の年月日の順を選んでください。"), 409)
    if not reading.result.can_be_confirmed:
        return Refusal("kpis.import_nothing", _("取り込める行がありません。"), 409)
    if not reading.wanted:
        return Refusal("kpis.import_nowhere", _("取り込み先のKPIを一つ以上選んでください。"), 409)
    return None

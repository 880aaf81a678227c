"""A tree as a file, in each of the forms that it can leave the site in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.templatetags.numbers import jdate
from core.typesetting import pdf
from kpis.domain.exchange import (
    document,
    drawing,
    indented,
    json_form,
    mermaid,
    table,
    text_table,
    workbook,
)
from kpis.domain.exchange.drawing import Card
from kpis.domain.tree import Json
from kpis.models import Tree
from kpis.queries.exchange import cards_of, entries_of, links_in_words
from kpis.queries.trees import OutlineRow, outline
from kpis.templatetags.kpi_values import target_of

Words = str | Promise


class FileForm(StrEnum):
    """The forms; the value is the end of the file's name."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    TEXT = "txt"
    PDF = "pdf"
    SVG = "svg"
    MERMAID = "mmd"


@dataclass(frozen=True, slots=True)
class Offer:
    """A form as it is offered: its name, and what it is good for."""

    form: FileForm
    label: Words
    text: Words


OFFERS: Sequence[Offer] = (
    Offer(
        FileForm.XLSX,
        _lazy("Excel（.xlsx）"),
        _lazy("すべての項目と目標を表で確認・編集できます。取り込むと同じツリーに戻ります。"),
    ),
    Offer(
        FileForm.CSV,
        _lazy("CSV"),
        _lazy("Excelと同じ表です。ほかのシステムへ渡すときに使います。"),
    ),
    Offer(
        FileForm.JSON,
        _lazy("JSON"),
        _lazy("控えとして保存したり、プログラムで読んだりするための形式です。"),
    ),
    Offer(
        FileForm.TEXT,
        _lazy("字下げした一覧（テキスト）"),
        _lazy("名称と単位だけの一覧です。メールや文書に貼り付けられます。"),
    ),
    Offer(
        FileForm.PDF,
        _lazy("PDF（A4横）"),
        _lazy("印刷や配布に使う図です。大きなツリーは、枝ごとのページに分かれます。"),
    ),
    Offer(
        FileForm.SVG,
        _lazy("図（SVG）"),
        _lazy("拡大しても粗くならない1枚の図です。スライドや文書に貼り付けられます。"),
    ),
    Offer(
        FileForm.MERMAID,
        _lazy("Mermaid"),
        _lazy("WikiやMarkdownの文書で図として表示できるテキストです。"),
    ),
)
TYPES = {
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileForm.CSV: "text/csv; charset=utf-8",
    FileForm.JSON: "application/json",
    FileForm.TEXT: "text/plain; charset=utf-8",
    FileForm.PDF: "application/pdf",
    FileForm.SVG: "image/svg+xml",
    FileForm.MERMAID: "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file ready to be sent."""

    name: str
    content_type: str
    content: bytes


def exported(tree: Tree, form: FileForm, at: datetime) -> ExportedFile:
    """Write the tree as it is now; `at` is the time at the client."""
    name = f"{tree.name}_{at:%Y%m%d}.{form.value}"
    return ExportedFile(name, TYPES[form], _WRITERS[form](tree, at))


def _workbook(tree: Tree, at: datetime) -> bytes:
    return workbook.write(table.write(entries_of(tree, at.date())), at)


def _csv(tree: Tree, at: datetime) -> bytes:
    return text_table.write(table.write(entries_of(tree, at.date())))


def _json(tree: Tree, at: datetime) -> bytes:
    about: dict[str, Json] = {
        "name": tree.name,
        "client": tree.client.name,
        "version": tree.version,
        "exported_at": at.isoformat(),
    }
    return json_form.write(entries_of(tree, at.date()), about).encode()


def _text(tree: Tree, at: datetime) -> bytes:
    return indented.write(entries_of(tree, at.date())).encode()


def _mermaid(tree: Tree, at: datetime) -> bytes:
    return mermaid.write(entries_of(tree, at.date())).encode()


def _svg(tree: Tree, at: datetime) -> bytes:
    return drawing.svg(_cards(tree, at), tree.name).encode()


def _pdf(tree: Tree, at: datetime) -> bytes:
    about = _("%(client)s　第%(version)d版　%(day)s") % {
        "client": tree.client.name,
        "version": tree.version,
        "day": jdate(at.date()),
    }
    content = document.content(_cards(tree, at), tree.name, about, _("→ 別のページに続きます"))
    return pdf(document.SOURCE, content, at)


_WRITERS: dict[FileForm, Callable[[Tree, datetime], bytes]] = {
    FileForm.XLSX: _workbook,
    FileForm.CSV: _csv,
    FileForm.JSON: _json,
    FileForm.TEXT: _text,
    FileForm.PDF: _pdf,
    FileForm.SVG: _svg,
    FileForm.MERMAID: _mermaid,
}


def _cards(tree: Tree, at: datetime) -> list[Card]:
    rows = outline(tree, at.date())
    links = links_in_words(tree)
    return cards_of(rows, {row.kpi.pk: (*_details(row), *links[row.kpi.pk]) for row in rows})


def _details(row: OutlineRow) -> tuple[str, ...]:
    """Return what stands below the name: the target or else the unit, and who is responsible."""
    unit = _("単位 %(unit)s") % {"unit": row.kpi.get_unit_display()}
    target = _("目標 %(target)s") % {"target": target_of(row.target, row.kpi)}
    return (target if row.target else unit, _("担当 %(name)s") % {"name": row.responsible})

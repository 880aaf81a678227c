"""A comparison as a document: the 選定理由書 once it is decided, a comparison report before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.domain.fingerprint import fingerprint
from core.templatetags.numbers import jdate
from core.typesetting import pdf
from quotes.models import RFQ, Decision
from quotes.queries.comparison import RoundComparison
from quotes.queries.explanation import EN, JA, Explanation
from quotes.queries.firmness import verdict_of
from quotes.queries.rounds import how_computed, how_judged, shares_of
from quotes.queries.tables import Tables, tables_of
from quotes.wording import amount, moment

SIDE_BY_SIDE = 4
SOURCE = """
#let data = json(bytes(sys.inputs.data))
#let grey = rgb("#5b5b60")
#let line-colour = rgb("#c9ced3")
#set document(title: data.title)
#set text(font: "BIZ UDPGothic", lang: "ja", size: 9pt)
#set par(leading: 0.75em, justify: false)
#set page(
  paper: "a4",
  margin: (x: 18mm, top: 18mm, bottom: 18mm),
  footer: context grid(
    columns: (1fr, auto),
    text(size: 7pt, fill: grey, data.footer),
    text(size: 8pt, fill: grey)[#counter(page).display() / #counter(page).final().first()],
  ),
)
#let section(title) = {
  v(6pt)
  block(
    sticky: true,
    below: 6pt,
    stroke: (left: 2.5pt + rgb("#165e83")),
    inset: (left: 6pt, y: 2pt),
    text(size: 11pt, title),
  )
}
#let pairs(rows) = table(
  columns: (34mm, 1fr),
  stroke: (x, y) => (bottom: 0.4pt + line-colour),
  inset: (x: 4pt, y: 4pt),
  ..rows.map(row => (text(fill: grey, row.at(0)), row.at(1))).flatten(),
)
#let grid-of(one) = table(
  columns: one.widths.map(w => if w == "" { auto } else { 1fr }),
  align: (x, y) => if one.numeric.contains(x) { right } else { left },
  stroke: (x, y) => (bottom: 0.4pt + line-colour, top: if y == 0 { 0.8pt + black }),
  fill: (x, y) => if y == 0 { rgb("#eef2f5") },
  inset: (x: 4pt, y: 4pt),
  table.header(..one.header),
  ..one.rows.flatten(),
)
#align(center, text(size: 16pt, tracking: 0.2em, data.heading))
#align(right)[#data.written_on \\ #data.client]
#section(data.labels.request)
#pairs(data.request)
#if data.decision.len() > 0 {
  section(data.labels.decision)
  pairs(data.decision)
}
#section(data.labels.ranking)
#grid-of(data.ranking)
#if data.excluded.len() > 0 {
  v(4pt)
  for one in data.excluded [・#one \\ ]
}
#section(data.labels.explanation)
#pairs(data.explanation)
#section(data.labels.criteria)
#text(fill: grey, data.how)
#grid-of(data.scores)
#if data.methods.rows.len() > 0 {
  section(data.labels.methods)
  grid-of(data.methods)
}
#if data.decision.len() > 0 {
  v(14pt)
  align(right, table(
    columns: (26mm,) * 3,
    rows: (auto, 20mm),
    stroke: 0.6pt + black,
    align: center,
    ..data.seals,
    [], [], [],
  ))
}
#if data.english.len() > 0 {
  pagebreak(weak: true)
  section("Explanation in English")
  set text(lang: "en")
  pairs(data.english)
}
"""


def selection_report(comparison: RoundComparison, decision: Decision | None, at: datetime) -> bytes:
    """Return the document as PDF, A4; with a decision it is the 選定理由書."""
    return pdf(SOURCE, content(comparison, decision, at), at)


def content(comparison: RoundComparison, decision: Decision | None, at: datetime) -> dict[str, Any]:
    """Return what the source shows: ready words only."""
    rfq, tables = comparison.rfq, tables_of(comparison)
    heading = _("選定理由書") if decision else _("見積比較報告書")
    verdict = verdict_of(comparison)
    texts = {one.language: one for one in verdict.texts} if verdict else {}
    return {
        "title": f"{heading}　{rfq.title}",
        "heading": heading,
        "client": rfq.client.name,
        "written_on": jdate(at.astimezone(rfq.client.zone).date()),
        "labels": {
            "request": _("見積依頼"),
            "decision": _("選定結果"),
            "ranking": _("順位"),
            "explanation": _("結果の説明"),
            "criteria": _("評価項目と点数"),
            "methods": _("評価方式ごとの1位"),
        },
        "request": _request(rfq, len(comparison.bids)),
        "decision": _decision(decision) if decision else [],
        "ranking": _ranking(tables),
        "excluded": [f"{one.name}：{''.join(one.reasons)}" for one in tables.excluded],
        "explanation": _told(texts.get(JA), verdict.reasons if verdict else []),
        "how": f"{how_judged(rfq)}。{how_computed(rfq)}",
        "scores": _scores(comparison, tables),
        "methods": {
            "header": [_("評価方式"), _("1位")],
            "widths": ["", "wide"],
            "numeric": [],
            "rows": [[one.label, one.winners] for one in verdict.methods] if verdict else [],
        },
        "english": _english(texts.get(EN)),
        "seals": [_("承認"), _("確認"), _("起案")],
        "footer": _footer(rfq, decision),
    }


def _request(rfq: RFQ, quotes: int) -> list[list[str]]:
    zone = rfq.client.zone
    rows = [
        [_("件名"), rfq.title],
        [_("依頼の範囲"), rfq.scope],
        [_("契約期間"), f"{jdate(rfq.starts_on)}〜{jdate(rfq.ends_on)}"],
        [_("提出期限"), moment(rfq.deadline_at, zone)],
    ]
    if rfq.opened_at:
        opened = moment(rfq.opened_at, zone)
        rows.append([_("開封"), f"{opened}　{rfq.opened_by or ''}".strip()])
    if rfq.ceiling is not None:
        rows.append([_("予定価格（税抜）"), amount(rfq.ceiling, rfq.currency)])
    invited = rfq.invitations.count()
    asked = _("%(invited)s社に依頼、%(quotes)s社が提出") % {"invited": invited, "quotes": quotes}
    rows.append([_("依頼先"), asked])
    if rfq.few_vendors_reason:
        rows.append([_("依頼先が3社未満である理由"), rfq.few_vendors_reason])
    return rows


def _decision(decision: Decision) -> list[list[str]]:
    zone = decision.rfq.client.zone
    decided = moment(decision.decided_at, zone)
    return [
        [_("発注先"), decision.winner.name],
        [_("選定理由"), decision.reason],
        [_("決定"), f"{decided}　{decision.decided_by or ''}".strip()],
        [_("採用した見積の受領番号"), _grouped(decision.revision.sha256)],
    ]


def _grouped(sha256: str) -> str:
    """Part a hash, so that a line can be broken."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def _ranking(tables: Tables) -> dict[str, Any]:
    return {
        "header": [_("順位"), _("外注先"), tables.total_label, _("見積金額（税抜）")],
        "widths": ["", "wide", "", ""],
        "numeric": [2, 3],
        "rows": [
            [_("%(rank)s位") % {"rank": one.rank}, one.name, one.total, one.price]
            for one in tables.ranking
        ],
    }


def _told(told: Explanation | None, reasons: Sequence[str]) -> list[list[str]]:
    rows = [[_("判定"), "\n".join(reasons)]] if reasons else []
    if told is None:
        return [*rows, ["", _("評価の対象になる見積はありません。")]]
    labels = (
        _("1位の理由"),
        _("ほかの見積"),
        _("たしかさ"),
        _("順位が変わる条件"),
        _("交渉の余地"),
    )
    return rows + _labelled(labels, told)


def _english(told: Explanation | None) -> list[list[str]]:
    labels = (
        "Why the first",
        "Why not the others",
        "How firm",
        "What would change it",
        "What to negotiate",
    )
    return _labelled(labels, told) if told else []


def _labelled(labels: Sequence[str], told: Explanation) -> list[list[str]]:
    parts = (told.why, told.why_not, told.firmness, told.change, told.negotiate)
    return [[label, part] for label, part in zip(labels, parts, strict=True) if part]


def _scores(comparison: RoundComparison, tables: Tables) -> dict[str, Any]:
    """The points with their arithmetic: vendors side by side while they fit, else one below another."""
    shares = shares_of(comparison.rfq, comparison.criteria)
    names = [one.name for one in tables.ranking]
    rows = [
        *(
            (share.criterion.name, share.points, row.cells)
            for share, row in zip(shares, tables.scores, strict=True)
        ),
        *((row.label, "", row.cells) for row in tables.totals),
    ]
    if len(names) <= SIDE_BY_SIDE:
        return {
            "header": [_("評価項目"), _("配点"), *names],
            "widths": ["wide", "", *["wide" for _one in names]],
            "numeric": list(range(1, len(names) + 2)),
            "rows": [
                [label, weight, *("\n".join(filter(None, (one.text, one.note))) for one in cells)]
                for label, weight, cells in rows
            ],
        }
    return {
        "header": [_("評価項目"), _("配点"), _("外注先"), _("点数"), _("計算")],
        "widths": ["wide", "", "wide", "", "wide"],
        "numeric": [1, 3],
        "rows": [
            [label if not at else "", weight if not at else "", name, one.text, one.note]
            for label, weight, cells in rows
            for at, (name, one) in enumerate(zip(names, cells, strict=True))
        ],
    }


def _footer(rfq: RFQ, decision: Decision | None) -> str:
    request = _("依頼のハッシュ %(sha)s") % {"sha": rfq.sent_sha256[:16]}
    if decision is None:
        return request
    kept = fingerprint(decision.comparison)
    return request + "・" + _("比較の記録のハッシュ %(sha)s") % {"sha": kept[:16]}

"""What is told about a tree that comes from outside: the row, and what to do, in Japanese."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kpis.domain.imports.messages import MESSAGES as FILE_MESSAGES
from kpis.domain.imports.messages import FileRefused, gettext_noop

Params = Mapping[str, str | int]

_WHOLE = {
    "nothing": gettext_noop("KPIが1件もありません。1行に1件ずつ入力してください。"),
    "too_large": gettext_noop("大きすぎます。%(limit)s MB までです。枝ごとに分けてください。"),
    "too_many_rows": gettext_noop("行が多すぎます。%(limit)s 行までです。枝ごとに分けてください。"),
    "no_header": gettext_noop(
        "見出しの行がありません。1行目に「名称」などの列の見出しを入れてください。"
    ),
    "json_broken": gettext_noop(
        "JSONとして読めません（%(row)s行目の%(column)s文字目）。書き出したままのJSONをお使いください。"
    ),
    "json_foreign": gettext_noop(
        "このサイトのツリーのJSONではありません。「書き出し」で保存したJSONをお使いください。"
    ),
    "csv_broken": gettext_noop(
        '表として読めません。引用符（"）が正しく閉じているか確かめてください。'
    ),
}
_STRUCTURE = {
    "two_roots": gettext_noop(
        "一番上が2つ以上あります。ここから下を、最初の「%(name)s」の下に字下げしてください。"
    ),
    "level_jump": gettext_noop(
        "階層が飛んでいます（%(before)sの次が%(level)s）。間のKPIを加えるか、字下げを1段にしてください。"
    ),
    "indent_between": gettext_noop(
        "字下げの幅が、上のどの行ともそろっていません。同じ階層の行と幅をそろえてください。"
    ),
    "cells_without_header": gettext_noop(
        "見出しの行がないため、名称と単位だけを読みました。ほかの列も読むには、1行目に見出しを入れてください。"
    ),
    "column_unknown": gettext_noop(
        "「%(header)s」の列は読みません。見出しの名前をご確認ください。"
    ),
    "column_twice": gettext_noop(
        "「%(header)s」にあたる列が2つあります。どちらかの見出しを変えてください。"
    ),
    "row_too_long": gettext_noop("見出しより多くの列があります。列のずれを直してください。"),
    "target_without_kpi": gettext_noop(
        "目標だけの行の上に、KPIの行がありません。名称を入力してください。"
    ),
}
_CELLS = {
    "name_missing": gettext_noop("名称がありません。名称を入力してください。"),
    "name_line_break": gettext_noop("名称に改行やタブは使えません。取り除いて1行にしてください。"),
    "text_too_long": gettext_noop(
        "「%(column)s」が長すぎます（%(length)s文字）。%(limit)s文字までにしてください。"
    ),
    "text_control": gettext_noop(
        "「%(column)s」に使えない文字が含まれています。取り除いてください。"
    ),
    "unit_unknown": gettext_noop(
        '単位「%(value)s」は使えません。%(options)sから選んでください。名称の一部なら、名称を " で囲んでください。'
    ),
    "choice_unknown": gettext_noop(
        "「%(column)s」の「%(value)s」は使えません。%(options)sから選んでください。"
    ),
    "number_unreadable": gettext_noop(
        "「%(column)s」の「%(value)s」を数値として読めません。1200、95.5のように入力してください。"
    ),
    "number_range": gettext_noop(
        "「%(column)s」は%(low)s以上、%(high)s以下にしてください（%(value)s）。"
    ),
    "number_places": gettext_noop(
        "「%(column)s」の小数は%(places)s桁までにしてください（%(value)s）。"
    ),
    "number_whole": gettext_noop("「%(column)s」は整数にしてください（%(value)s）。"),
    "day_unreadable": gettext_noop(
        "「%(column)s」の「%(value)s」を日付として読めません。2026-04-01のように入力してください。"
    ),
    "day_year": gettext_noop("「%(column)s」は西暦1900年から2200年までの日にしてください。"),
    "key_invalid": gettext_noop(
        "キー「%(value)s」は使えません。半角の英字で始め、英数字と _ だけにするか、空欄にしてください。"
    ),
    "value_kind": gettext_noop("「%(column)s」は文字か数値で書いてください。"),
}
_PLAN = {
    "key_twice": gettext_noop(
        "キー「%(key)s」が2度使われています。違うキーにするか、空欄にしてください。"
    ),
    "key_renewed": gettext_noop(
        "キー「%(key)s」はこのツリーですでに使われているため、新しいキーを付けます。"
    ),
    "vendor_unknown": gettext_noop(
        "外注先「%(name)s」が一覧にありません。外注先の一覧に登録するか、「担当（部署・担当者）」の列に書いてください。"
    ),
    "vendor_twice": gettext_noop(
        "外注先「%(name)s」が一覧に2つ以上あります。どれか分かる名前にしてください。"
    ),
    "not_poolable": gettext_noop(
        "子のKPIを合算するときは、「期間の集計」を合計・平均・中央値・比率から選んでください。"
    ),
    "formula": gettext_noop("計算式の%(place)s文字目：%(reason)s"),
    "formula_circle": gettext_noop(
        "計算が循環しています：%(names)s。どこかの計算式を直してください。"
    ),
    "link_unknown": gettext_noop(
        "「%(column)s」のキー「%(key)s」にあたるKPIがありません。キーを直すか、消してください。"
    ),
    "link_to_itself": gettext_noop("「%(column)s」に自分自身のキーは書けません。消してください。"),
    "link_twice": gettext_noop(
        "「%(column)s」のキー「%(key)s」へは、すでに親子・参照・影響のどれかの線があります。一つにしてください。"
    ),
    "into_own_subtree": gettext_noop(
        "「%(column)s」のキー「%(key)s」は、このKPIの下にあります。自分の下を参照することはできません。"
    ),
    "no_rationale": gettext_noop(
        "目標には根拠が必要です。「根拠」の列に、出典や協議の相手などを入力してください。"
    ),
    "same_day": gettext_noop(
        "同じ適用開始日（%(day)s）の目標が2つあります。どちらかの日を変えてください。"
    ),
    "no_target": gettext_noop(
        "目標値がありません。「目標値」（範囲内が良いときは「範囲の下限」と「範囲の上限」）を入力してください。"
    ),
    "monitor_only": gettext_noop(
        "監視のみのKPIには目標を設定できません。「方向」を変えるか、目標を消してください。"
    ),
    "worst_equals_target": gettext_noop("「0点とする値」は、目標値と違う値にしてください。"),
    "worst_on_good_side": gettext_noop("「0点とする値」は、目標値より悪い側の値にしてください。"),
    "band_reversed": gettext_noop("「範囲の下限」は、「範囲の上限」以下の値にしてください。"),
    "target_invalid": gettext_noop("目標の値をご確認ください。"),
}
MESSAGES: Mapping[str, str] = {**FILE_MESSAGES, **_WHOLE, **_STRUCTURE, **_CELLS, **_PLAN}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend at a row (0 for the whole); a note does not stand in the way of saving."""

    row: int
    code: str
    params: Params = field(default_factory=dict)
    is_note: bool = False

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Write the sentence, in Japanese unless `translate` (gettext) knows better."""
        return translate(MESSAGES[self.code]) % self.params

    def __str__(self) -> str:
        return self.text()


class Unreadable(ValueError):
    """Raised when nothing at all can be read; says why, and what to do."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.problem = Problem(0, code, params)
        super().__init__(str(self.problem))

    @classmethod
    def of(cls, refused: FileRefused) -> "Unreadable":
        """Take over what the reader of files says."""
        return cls(refused.code, **refused.message.params)


class CellRefused(ValueError):
    """Raised for one cell; the reader adds the row."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code)

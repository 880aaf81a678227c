"""What an import tells its user: a code with parameters, and the Japanese sentence for each code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark a sentence for the message catalogue; the domain itself translates nothing."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence as data: its code and what is filled in."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Write the sentence, in Japanese unless `translate` (gettext) knows better."""
        return translate(MESSAGES[self.code]) % self.params

    def __str__(self) -> str:
        return self.text()

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Message":
        """Restore what `to_dict` wrote."""
        return cls(data["code"], dict(data["params"]))


def message(code: str, **params: str | int) -> Message:
    """Make a message from its code and what is filled in."""
    return Message(code, params)


class FileRefused(Exception):
    """Raised when a file cannot be read at all; the sentence says what to do."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.message = message(code, **params)
        super().__init__(str(self.message))

    @property
    def code(self) -> str:
        """Return the stable code of the reason."""
        return self.message.code


class MappingRefused(Exception):
    """Raised when a mapping does not fit the file; holds every reason."""

    def __init__(self, problems: tuple[Message, ...]) -> None:
        self.problems = problems
        super().__init__(" ".join(str(problem) for problem in problems))


_FILE = {
    "file_empty": gettext_noop("ファイルが空です。データの入ったファイルを選んでください。"),
    "file_too_large": gettext_noop(
        "ファイルが大きすぎます（%(size)s MB）。%(limit)s MB までです。期間などで分けてください。"
    ),
    "file_too_many_rows": gettext_noop(
        "行が多すぎます。%(limit)s 行までです。期間などで分けてください。"
    ),
    "file_too_many_columns": gettext_noop(
        "列が多すぎます。%(limit)s 列までです。必要な列だけを残してください。"
    ),
    "file_not_a_table": gettext_noop(
        "表として読めないファイルです。CSV、TSV、Excel（.xlsx）のいずれかを選んでください。"
    ),
    "file_unknown_encoding": gettext_noop(
        "文字コードを判別できません。UTF-8 か Shift_JIS（CP932）の CSV で保存し直してください。"
    ),
    "file_is_old_excel": gettext_noop(
        "古い形式かパスワード付きの Excel ファイルです。パスワードを外し、.xlsx か CSV で保存し直してください。"
    ),
    "file_is_ods": gettext_noop("ODS はまだ読めません。.xlsx か CSV で保存し直してください。"),
    "file_is_zip": gettext_noop("圧縮ファイルです。展開して、中の表を選んでください。"),
    "file_is_html": gettext_noop(
        "中身が HTML です。Excel で開き、.xlsx か CSV で保存し直してください。"
    ),
    "file_is_json": gettext_noop("JSON はまだ読めません。CSV で保存し直してください。"),
    "file_is_pdf": gettext_noop("PDF は読めません。元の表を CSV か .xlsx で保存してください。"),
    "file_one_column": gettext_noop(
        "列の区切りが見つかりません。カンマ、タブ、セミコロンのいずれかで区切ってください。"
    ),
    "file_header_only": gettext_noop(
        "見出しだけで、データの行がありません。データの入ったファイルを選んでください。"
    ),
    "file_unclosed_quote": gettext_noop(
        '%(row)s 行目の引用符（"）が閉じていません。引用符を直してください。'
    ),
    "file_header_not_found": gettext_noop(
        "%(row)s 行目に見出しがありません。見出しの行番号を指定し直してください。"
    ),
    "file_bad_override": gettext_noop(
        "指定した文字コードでは読めません。別の文字コードを選んでください。"
    ),
    "file_workbook_broken": gettext_noop(
        "Excel ファイルが壊れています。Excel で開き、保存し直してください。"
    ),
    "file_workbook_too_large": gettext_noop(
        "展開すると大きすぎる Excel ファイルです。必要なシートだけを CSV で保存し直してください。"
    ),
    "file_sheet_not_found": gettext_noop(
        "シート「%(sheet)s」がありません。シートを選び直してください。"
    ),
}

_NOTES = {
    "note_encoding_guessed": gettext_noop(
        "UTF-8 ではないため、Shift_JIS（CP932）として読みました。"
    ),
    "note_preamble": gettext_noop("見出しの前の %(count)s 行は読みません。"),
    "note_duplicate_header": gettext_noop("同じ見出し「%(name)s」に番号を付けました。"),
    "note_blank_header": gettext_noop("見出しのない %(number)s 列目を「%(name)s」としました。"),
    "note_header_has_values": gettext_noop(
        "%(row)s 行目を見出しとしましたが、値が入っています。見出しの行を確かめてください。"
    ),
    "note_extension_differs": gettext_noop(
        "拡張子は %(extension)s ですが、%(delimiter)s区切りとして読みました。"
    ),
    "note_ragged": gettext_noop("列の数がそろわない行があります。"),
    "note_other_sheets": gettext_noop(
        "シート「%(sheet)s」を読みます。ほかに %(count)s 枚あります。"
    ),
}

_NAMES = {
    "delimiter_tab": gettext_noop("タブ"),
    "delimiter_comma": gettext_noop("カンマ"),
    "delimiter_semicolon": gettext_noop("セミコロン"),
    "delimiter_pipe": gettext_noop("縦線"),
    "column_without_name": gettext_noop("列%(number)s"),
    "format_year_first": gettext_noop("年・月・日（2015/4/1、2015年4月1日）"),
    "format_month_first": gettext_noop("月・日・年（4/1/15）"),
    "format_day_first": gettext_noop("日・月・年（1/4/15）"),
    "format_month_name": gettext_noop("英語の月名（1-Apr-15）"),
    "format_era": gettext_noop("和暦（令和5年4月1日、R5.4.1）"),
    "format_serial": gettext_noop("Excel の日付番号（42095）"),
    "severity_skipped": gettext_noop("取り込みません"),
    "severity_counted": gettext_noop("取り込みます（要確認）"),
    "outcome_on_time": gettext_noop("納期内"),
    "outcome_late": gettext_noop("遅れ"),
    "outcome_undelivered": gettext_noop("未納"),
    "outcome_skipped": gettext_noop("取り込まない"),
    "outcome_counted": gettext_noop("取り込む"),
}

_DATES = {
    "date_missing": gettext_noop("日付がありません"),
    "date_unreadable": gettext_noop("日付として読めません"),
    "date_impossible": gettext_noop("暦にない日付です"),
    "date_in_future": gettext_noop("まだ来ていない日付です"),
    "dates_none": gettext_noop("「%(column)s」に日付が見つかりません。"),
    "dates_self_evident": gettext_noop("%(count)s 件を読みました（例：%(example)s）。"),
    "dates_decided": gettext_noop(
        "「%(example)s」など %(count)s 件は、ほかの順では日付になりません。"
    ),
    "dates_ambiguous": gettext_noop(
        "「%(example)s」は複数の順で読めます。日付の順を選んでください。"
    ),
    "dates_overruled": gettext_noop("日付の順は指定されたものです。"),
}

_NUMBERS = {
    "number_missing": gettext_noop("値がありません（0 とは扱いません）"),
    "number_unreadable": gettext_noop("数値として読めません"),
    "number_scaled": gettext_noop("「万」「千」などの付いた数値です。数字だけにしてください"),
    "number_too_large": gettext_noop("桁が多すぎます"),
    "number_error_value": gettext_noop("Excel のエラー値です"),
}

_ROWS = {
    "row_too_long": gettext_noop("列が見出しより多く、値がずれているおそれがあります"),
    "row_too_short": gettext_noop("列が足りません"),
    "row_is_total": gettext_noop("合計の行です"),
    "name_too_long": gettext_noop("名前が長すぎます（200 文字まで）"),
    "vendor_missing": gettext_noop("外注先がありません"),
    "scheduled_missing": gettext_noop("納期がないため、どの月にも数えられません"),
    "scheduled_unreadable": gettext_noop("納期を日付として読めません"),
    "scheduled_impossible": gettext_noop("納期が暦にない日付です"),
    "delivered_missing": gettext_noop("納品日がないため、未納として分母に数えます"),
    "delivered_unreadable": gettext_noop("納品日を日付として読めません"),
    "delivered_impossible": gettext_noop("納品日が暦にない日付です"),
    "not_yet_due": gettext_noop("納期がまだ来ていません"),
    "delivered_in_future": gettext_noop("納品日が先の日付です"),
    "kpi_missing": gettext_noop("KPI 名がありません"),
    "measurement_repeated": gettext_noop("同じ日付と KPI の値が %(row)s 行目にあります"),
    "denominator_zero": gettext_noop("分母が 0 のため「データなし」とします"),
    "denominator_impossible": gettext_noop("分母が 0 以下のため、率を計算できません"),
}

_MAPPING = {
    "mapping_column_missing": gettext_noop(
        "列「%(column)s」がありません。列を選び直してください。"
    ),
    "mapping_column_unset": gettext_noop("%(role)sの列を選んでください。"),
    "mapping_column_twice": gettext_noop(
        "列「%(column)s」が二度選ばれています。別の列を選んでください。"
    ),
    "mapping_value_or_ratio": gettext_noop("値の列か、分子と分母の列のどちらかを選んでください。"),
    "role_vendor": gettext_noop("外注先"),
    "role_scheduled": gettext_noop("納期"),
    "role_delivered": gettext_noop("納品日"),
    "role_date": gettext_noop("日付"),
    "role_kpi": gettext_noop("KPI 名"),
    "role_value": gettext_noop("値"),
    "role_numerator": gettext_noop("分子"),
    "role_denominator": gettext_noop("分母"),
    "role_filter": gettext_noop("絞り込み"),
}

MESSAGES: Mapping[str, str] = {
    **_FILE,
    **_NOTES,
    **_NAMES,
    **_DATES,
    **_NUMBERS,
    **_ROWS,
    **_MAPPING,
}

"""What a formula tells its writer: a code, where it is, and the Japanese sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kpis.domain.imports.messages import gettext_noop

Params = Mapping[str, str | int]


class FormulaError(ValueError):
    """Raised when a text is no formula; says where, and what to do."""

    def __init__(self, code: str, position: int, length: int, params: Params | None = None) -> None:
        self.code = code
        self.position = position
        self.length = length
        self.params: Params = dict(params or {})
        super().__init__(self.text())

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Write the sentence, in Japanese unless `translate` (gettext) knows better."""
        return translate(MESSAGES[self.code]) % self.params


@dataclass(frozen=True, slots=True)
class UnitProblem:
    """Units that do not go together: the place in the text of the formula, and the sentence."""

    code: str
    position: int
    length: int
    params: Params = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Write the sentence, in Japanese unless `translate` (gettext) knows better."""
        none = translate(MESSAGES["unit_none"])
        params = {name: value or none for name, value in self.params.items()}
        return translate(MESSAGES[self.code]) % params

    def __str__(self) -> str:
        return self.text()


_LIMITS = {
    "empty": gettext_noop("式が空です。sales - cost のように、KPI のキーで書いてください。"),
    "too_long": gettext_noop(
        "式が長すぎます（%(length)s 文字）。%(limit)s 文字までです。途中の KPI に分けてください。"
    ),
    "too_many_nodes": gettext_noop(
        "式の項目が多すぎます。%(limit)s 個までです。途中の KPI に分けてください。"
    ),
    "too_deep": gettext_noop(
        "かっこや関数の入れ子が深すぎます。%(limit)s 段までです。途中の KPI に分けてください。"
    ),
    "number_too_long": gettext_noop(
        "数値の桁が多すぎます。%(limit)s 桁までです。桁を減らしてください。"
    ),
}

_WORDS = {
    "unexpected_character": gettext_noop("「%(character)s」は式に使えません。取り除いてください。"),
    "bare_label": gettext_noop(
        "「%(label)s」は [%(label)s] のように角かっこで囲むか、KPI のキーで書いてください。"
    ),
    "label_unclosed": gettext_noop("角かっこが閉じていません。名前の後に ] を付けてください。"),
    "label_empty": gettext_noop("角かっこの中が空です。KPI の名前を書いてください。"),
    "label_unknown": gettext_noop(
        "「%(label)s」という名前の KPI はありません。名前を確かめてください。"
    ),
    "label_unknown_close": gettext_noop(
        "「%(label)s」という名前の KPI はありません。「%(suggestion)s」ではありませんか。"
    ),
    "label_ambiguous": gettext_noop(
        "「%(label)s」という名前の KPI が複数あります。キー（%(keys)s）で書いてください。"
    ),
    "name_unknown": gettext_noop(
        "「%(name)s」というキーの KPI はありません。キーを確かめてください。"
    ),
    "name_unknown_close": gettext_noop(
        "「%(name)s」というキーの KPI はありません。「%(suggestion)s」ではありませんか。"
    ),
    "function_unknown": gettext_noop(
        "「%(name)s」という関数はありません。使えるのは %(functions)s です。"
    ),
    "function_unknown_close": gettext_noop(
        "「%(name)s」という関数はありません。「%(suggestion)s」ではありませんか。"
    ),
    "function_without_arguments": gettext_noop(
        "「%(name)s」は関数です。%(name)s( ) のかっこの中に引数を書いてください。"
    ),
}

_GRAMMAR = {
    "operand_missing": gettext_noop("ここに KPI のキーか数値が必要です。書き足してください。"),
    "operator_missing": gettext_noop(
        "「%(found)s」の前に演算子がありません。+ - * / などを書いてください。"
    ),
    "parenthesis_unclosed": gettext_noop("かっこが閉じていません。) を付けてください。"),
    "parenthesis_unopened": gettext_noop("対応する ( がありません。) を取り除いてください。"),
    "comma_outside": gettext_noop("「,」は関数の引数の区切りです。ここでは取り除いてください。"),
    "thousands_separator": gettext_noop(
        "「%(found)s」は桁区切りに見えます。数値なら「,」を取り、引数なら「, 」と空白を入れてください。"
    ),
    "percent_without_number": gettext_noop(
        "%% は 2%% のように数値の直後にだけ書けます。取り除くか、100 で割ってください。"
    ),
    "power_as_stars": gettext_noop("** は使えません。べき乗は ^ で書いてください。"),
    "power_chained": gettext_noop("^ を続けて書けません。(a^2)^3 のようにかっこで囲んでください。"),
    "exponent_invalid": gettext_noop(
        "^ の後には -%(limit)s から %(limit)s までの整数をかっこなしで書いてください。"
    ),
    "comparison_outside_if": gettext_noop(
        "比較は if の最初の引数にだけ、かっこで囲まずに書けます。if(a > b, 1, 0) のように書いてください。"
    ),
    "comparison_chained": gettext_noop("比較は一度に一つです。if を入れ子にして分けてください。"),
    "condition_missing": gettext_noop(
        "if の最初の引数は比較にします。if(a > b, 1, 0) のように書いてください。"
    ),
    "arguments_too_few": gettext_noop(
        "%(function)s の引数が足りません。%(count)s 個以上を「,」で区切って書いてください。"
    ),
    "arguments_too_many": gettext_noop(
        "%(function)s の引数が多すぎます。%(count)s 個までにしてください。"
    ),
    "places_invalid": gettext_noop(
        "round の桁数には 0 から %(limit)s までの整数を書いてください。"
    ),
}

_UNITS = {
    "unit_differs": gettext_noop(
        "単位が合いません（%(expected)s と %(found)s）。同じ単位の KPI どうしにするか、割合や単価を掛けてそろえてください。"
    ),
    "unit_compared": gettext_noop(
        "単位の違うものを比べています（%(expected)s と %(found)s）。同じ単位にそろえてください。"
    ),
    "unit_result": gettext_noop(
        "計算結果の単位は「%(found)s」になり、このKPIの単位「%(expected)s」と合いません。単価などは「円/人」のように「あたり」の単位も選んでください。"
    ),
    "unit_none": gettext_noop("単位なし"),
}

MESSAGES: Mapping[str, str] = {**_LIMITS, **_WORDS, **_GRAMMAR, **_UNITS}

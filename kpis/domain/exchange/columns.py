"""The columns of a tree as a table: header, other spellings, and what a cell may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kpis.domain.exchange.cells import (
    Choice,
    Day,
    Key,
    Kind,
    Links,
    Name,
    Number,
    Text,
    Whole,
    folded,
)
from kpis.domain.tree import Json, LinkKind

LONG_TEXT = 10_000

UNIT = Choice(
    words={
        "percent": "%",
        "yen": "円",
        "usd": "米ドル",
        "count": "件",
        "people": "人",
        "times": "回",
        "hours": "時間",
        "days": "日",
        "points": "点",
        "multiple": "倍",
        "seconds": "秒",
        "rank": "位",
        "page_views": "PV",
        "percentage_points": "ポイント",
    },
    default="count",
    others={
        "パーセント": "percent",
        "jpy": "yen",
        "¥": "yen",
        "ドル": "usd",
        "$": "usd",
        "名": "people",
        "pt": "percentage_points",
    },
    code="unit_unknown",
)
PER = replace(UNIT, default="")
DIRECTION = Choice(
    words={
        "higher": "高いほど良い",
        "lower": "低いほど良い",
        "band": "範囲内が良い",
        "monitor": "監視のみ",
    },
    default="higher",
    others={"↑": "higher", "↓": "lower", "高い": "higher", "低い": "lower", "範囲": "band"},
)
FREQUENCY = Choice(
    words={
        "day": "毎日",
        "week": "毎週",
        "month": "毎月",
        "quarter": "四半期ごと",
        "year": "毎年",
        "per_delivery": "納品ごと",
    },
    default="month",
    others={
        "日次": "day",
        "週次": "week",
        "月次": "month",
        "四半期": "quarter",
        "年次": "year",
        "日": "day",
        "週": "week",
        "月": "month",
        "年": "year",
    },
)
AGGREGATION = Choice(
    words={
        "sum": "合計",
        "mean": "平均",
        "median": "中央値",
        "last": "最後の値",
        "ratio": "比率（分子の合計÷分母の合計）",
        "diff": "増減",
    },
    default="sum",
    others={"比率": "ratio", "割合": "ratio", "average": "mean"},
)
VALUE_SOURCE = Choice(
    words={
        "measured": "実績を入力・取り込み",
        "children": "子のKPIを合算",
        "formula": "計算式で計算",
    },
    default="measured",
    others={"実績": "measured", "入力": "measured", "合算": "children", "計算式": "formula"},
)
PERSPECTIVE = Choice(
    words={
        "financial": "財務",
        "customer": "顧客",
        "process": "業務プロセス",
        "learning": "学習と成長",
    },
    default="",
    others={"業務": "process", "プロセス": "process", "学習": "learning", "成長": "learning"},
)
SIDE = Choice(
    words={"client": "発注側", "vendor": "外注先", "shared": "双方", "external": "外部要因"},
    default="client",
    others={"発注者": "client", "自社": "client"},
)
RATIONALE = Choice(
    words={
        "benchmark": "業界の目安",
        "history": "自社の過去実績",
        "negotiation": "協議による合意",
        "regulation": "法令・規程",
    },
    default="negotiation",
    others={"目安": "benchmark", "実績": "history", "過去実績": "history", "合意": "negotiation"},
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it holds, its header, and other headers by which it is known."""

    field: str
    header: str
    kind: Kind
    others: tuple[str, ...] = ()
    of_target: bool = False

    @property
    def spellings(self) -> frozenset[str]:
        """Return every header that means this column."""
        plain = self.header.partition("（")[0]
        return frozenset(folded(one) for one in (self.header, plain, self.field, *self.others))


KPI_COLUMNS = (
    Column(
        "name", "名称", Name(200), ("名前", "KPI", "KPI名", "KPI名称", "指標", "指標名", "項目")
    ),
    Column("unit", "単位", UNIT),
    Column("unit_per", "あたり", PER, ("単位の分母", "per")),
    Column("direction", "方向", DIRECTION),
    Column("frequency", "測定の頻度", FREQUENCY, ("頻度",)),
    Column("aggregation", "期間の集計", AGGREGATION, ("集計", "集計方法")),
    Column("definition", "定義", Text(LONG_TEXT), ("説明",)),
    Column("value_source", "値の出どころ", VALUE_SOURCE, ("値の出所",)),
    Column("formula", "計算式", Text(500), ("式",)),
    Column("decimals", "小数点以下の桁数", Whole(0, 32767, 0), ("小数の桁数", "小数桁")),
    Column("data_source", "データの取得元", Text(200), ("取得元", "データ元")),
    Column("perspective", "視点（BSC）", PERSPECTIVE, ("bsc",)),
    Column("importance", "重要度", Whole(1, 5, 3)),
    Column("weight", "重み", Number(3, Decimal(0), Decimal("999999.999"), "1")),
    Column("responsible_side", "責任の所在", SIDE, ("責任",)),
    Column("responsible_organization", "担当の外注先", Text(300), ("外注先", "vendor")),
    Column("responsible_label", "担当（部署・担当者）", Text(100), ("担当者", "部署", "owner")),
    Column("client_owner", "発注側の責任者", Text(100), ("責任者",)),
    Column("baseline", "基準値（現状）", Number(), ("現状", "現状値")),
    Column("deadline_on", "達成期限", Day(), ("期限", "deadline")),
    Column("notes", "注意点", Text(LONG_TEXT), ("備考", "メモ")),
    Column("key", "キー", Key(60)),
    Column("references", "参照（ほかの上位KPIのキー）", Links()),
    Column("influences", "影響（影響先のキー）", Links()),
)
TARGET_COLUMNS = (
    Column("valid_from", "目標の適用開始日", Day(), ("適用開始日",), of_target=True),
    Column("value", "目標値", Number(), ("目標", "target", "target value"), of_target=True),
    Column("worst", "0点とする値", Number(), of_target=True),
    Column("accept_low", "範囲の下限", Number(), of_target=True),
    Column("accept_high", "範囲の上限", Number(), of_target=True),
    Column("worst_low", "0点とする下の値", Number(), of_target=True),
    Column("worst_high", "0点とする上の値", Number(), of_target=True),
    Column("rationale_kind", "根拠の種類", RATIONALE, of_target=True),
    Column("rationale", "根拠", Text(LONG_TEXT), ("目標の根拠",), of_target=True),
)
LINK_FIELDS = {"references": LinkKind.REFERENCE, "influences": LinkKind.INFLUENCE}
COLUMNS = (*KPI_COLUMNS, *TARGET_COLUMNS)
LEVEL = "階層"
LEVEL_SPELLINGS = frozenset(folded(one) for one in (LEVEL, "レベル", "level", "depth", "段"))

_BY_SPELLING: Mapping[str, Column] = {
    spelling: column for column in COLUMNS for spelling in column.spellings
}


def write_unit(fields: Mapping[str, Json]) -> str:
    """Write the unit of a KPI as people do: 円, or 円/人."""
    unit, per = fields.get("unit", UNIT.default), fields.get("unit_per", "")
    return f"{UNIT.write(unit)}/{UNIT.write(per)}" if per else UNIT.write(unit)


def read_unit(text: str) -> dict[str, str]:
    """Read a unit as people write it; CellRefused for a word that is none."""
    above, slash, below = text.partition("/")
    if not slash or UNIT.find(text):
        return {"unit": str(UNIT.read(text, "単位"))}
    units = {"unit": above.strip(), "unit_per": below.strip()}
    return {name: str(UNIT.read(word, "単位")) for name, word in units.items()}


def is_unit(text: str) -> bool:
    """Tell whether the text is a unit, or one per another."""
    return bool(UNIT.find(text)) or all(UNIT.find(one.strip()) for one in text.split("/", 1))


def column_of(header: str) -> Column | None:
    """Return the column that a header means, with or without what stands in its brackets."""
    whole = folded(header)
    return _BY_SPELLING.get(whole) or _BY_SPELLING.get(whole.partition("(")[0])

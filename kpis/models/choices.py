"""The closed lists of the KPI floor, with the words that users read; values equal the domain's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TreeStatus(models.TextChoices):
    """The life of a tree."""

    DRAFT = "draft", _("下書き")
    ACTIVE = "active", _("運用中")
    ARCHIVED = "archived", _("保管")


class Direction(models.TextChoices):
    """Which way is better."""

    HIGHER = "higher", _("高いほど良い")
    LOWER = "lower", _("低いほど良い")
    BAND = "band", _("範囲内が良い")
    MONITOR = "monitor", _("監視のみ")


class Frequency(models.TextChoices):
    """How often a KPI is measured."""

    DAY = "day", _("毎日")
    WEEK = "week", _("毎週")
    MONTH = "month", _("毎月")
    QUARTER = "quarter", _("四半期ごと")
    YEAR = "year", _("毎年")
    PER_DELIVERY = "per_delivery", _("納品ごと")


class Aggregation(models.TextChoices):
    """How values become the value of a longer period."""

    SUM = "sum", _("合計")
    MEAN = "mean", _("平均")
    MEDIAN = "median", _("中央値")
    LAST = "last", _("最後の値")
    RATIO = "ratio", _("比率（分子の合計÷分母の合計）")
    DIFF = "diff", _("増減")


class ValueSource(models.TextChoices):
    """Where the value of a node comes from."""

    MEASURED = "measured", _("実績を入力・取り込み")
    CHILDREN = "children", _("子のKPIを合算")
    FORMULA = "formula", _("計算式で計算")


class Unit(models.TextChoices):
    """The units of the trade; values are shown with them."""

    PERCENT = "percent", _("%")
    YEN = "yen", _("円")
    USD = "usd", _("米ドル")
    COUNT = "count", _("件")
    PEOPLE = "people", _("人")
    TIMES = "times", _("回")
    HOURS = "hours", _("時間")
    DAYS = "days", _("日")
    POINTS = "points", _("点")
    MULTIPLE = "multiple", _("倍")
    SECONDS = "seconds", _("秒")
    RANK = "rank", _("位")
    PAGE_VIEWS = "page_views", _("PV")
    PERCENTAGE_POINTS = "percentage_points", _("ポイント")


class Perspective(models.TextChoices):
    """The perspectives of the balanced scorecard."""

    FINANCIAL = "financial", _("財務")
    CUSTOMER = "customer", _("顧客")
    PROCESS = "process", _("業務プロセス")
    LEARNING = "learning", _("学習と成長")


class ResponsibleSide(models.TextChoices):
    """Which side moves the number."""

    CLIENT = "client", _("発注側")
    VENDOR = "vendor", _("外注先")
    SHARED = "shared", _("双方")
    EXTERNAL = "external", _("外部要因")


class LinkKind(models.TextChoices):
    """What a line beside the tree says."""

    REFERENCE = "reference", _("参照")
    INFLUENCE = "influence", _("影響")


class RationaleKind(models.TextChoices):
    """Where a target's reason comes from."""

    BENCHMARK = "benchmark", _("業界の目安")
    HISTORY = "history", _("自社の過去実績")
    NEGOTIATION = "negotiation", _("協議による合意")
    REGULATION = "regulation", _("法令・規程")


class Status(models.TextChoices):
    """The word for a score; the bands are closed at the top."""

    MET = "met", _("達成")
    NEAR = "near", _("もう少し")
    IMPROVE = "improve", _("要改善")
    MISSED = "missed", _("未達")
    NONE = "none", _("評価なし")


class LibraryType(models.TextChoices):
    """The kinds of outsourced work that a definition is for."""

    COMMON = "common", _("共通")
    CREATIVE = "creative", _("制作・デザイン")
    DEVELOPMENT = "development", _("システム開発")
    MARKETING = "marketing", _("広告・マーケティング")
    SUPPORT = "support", _("サポート・事務")


class Phase(models.TextChoices):
    """Where an outsourced work stands: what to watch changes with it."""

    INITIAL = "initial", _("初期")
    IMPROVEMENT = "improvement", _("改善期")
    GROWTH = "growth", _("拡大期")


class TemplateKind(models.TextChoices):
    """What a template tree is."""

    EXAMPLE = "example", _("記入例")
    STANDARD = "standard", _("テンプレート")
    CASE = "case", _("成功事例")

"""The words by which the lint tells what a KPI looks after, and what nobody can measure."""

import re
from enum import StrEnum
from unicodedata import normalize


class Kind(StrEnum):
    """What a KPI looks after."""

    SPEED = "speed"  # speed and quantity: in time, how many
    QUALITY = "quality"
    RISK = "risk"  # risk and change
    RETURN = "return"  # what the money brings
    OTHER = "other"


# The first kind with a word in the name is taken: 仕様変更件数 is about change, not quantity.
_WORDS: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.RISK,
        "リスク 仕様変更 変更対応 変更依頼 セキュリティ インシデント 情報漏えい 事故 障害",
        "risks? change.requests? scope.changes? security incidents? outages?",
    ),
    (
        Kind.QUALITY,
        "品質 不具合 バグ 欠陥 ミス 誤り 誤字 エラー率 エラー件数 修正 手戻り やり直し 検収合格 合格率 "
        "満足 クレーム 苦情 解決率 正確 精度 再発 不良 差し戻し CSAT NPS CVR CTR コンバージョン率 "
        "転換率 成約率 契約率 受注率 商談化率 反応率 クリック率 継続率 継続利用率 品質評価 滞在 "
        "検索順位 検索上位",
        "quality bugs? defects? errors? mistakes? rework revisions? acceptance pass.rate "
        "first.pass satisfaction complaints? accuracy resolution.rate conversion.rate "
        "contract.rate opportunity.rate click.through.rate retention csat nps cvr ctr rating "
        "contact.resolution search.position",
    ),
    (
        Kind.RETURN,
        "ROI ROAS LTV CPA 投資対効果 費用対効果 売上 利益 粗利 収益 コスト削減",
        "roi roas ltv cpa return sales revenue profit margin savings lifetime.value "
        "cost.per.acquisition cost.reduction",
    ),
    (
        Kind.SPEED,
        "納期 工期 納品 期限 期日 リードタイム スピード 速度 所要 時間 日数 遅延 応答 進捗 着手 "
        "件数 本数 回数 枚数 記事数 顧客数 獲得数 クリック数 アクセス数 対応数 処理数 制作数",
        "on.time deadlines? delivery delivered lead.time speed hours days delays? response.time "
        "schedule progress throughput volume count number.of leads clicks visits inquiries "
        "turnaround output timeliness response.sla new.customers requests",
    ),
)
# Money and learning are not the delivered work: 改善提案件数 needs no KPI of quality beside it, and
# 担当者継続率 is none.
_BESIDE_THE_WORK = frozenset({"financial", "learning"})
_OF_THE_WORK = (Kind.SPEED, Kind.QUALITY)

_VAGUE = re.compile(
    r"良い|(?<!つ)よい|良質|良好|いい(?![ねえただま])|早め|早く|速く|速やか|迅速|すぐに|しっかり|適切|きちんと|ちゃんと"
    r"|なるべく|できるだけ|できる限り|可能な限り|極力|ある程度|それなり|十分な|十分に"
    r"|(?<![一二三四五六七八九])十分$|高品質|質の高い|柔軟|随時|適宜|必要に応じて|臨機応変|丁寧|こまめ"
    r"|うまく|わかりやす|分かりやす|魅力的|素晴らし|頑張|がんば|たくさん|多め|少なめ|満足のいく"
    r"|\b(?:good|better|best|nice|great|quickly|fast|soon|asap|promptly|properly|appropriate(?:ly)?"
    r"|sufficient(?:ly)?|adequate(?:ly)?|flexibl[ey]|as needed|high.quality|as .+ as possible)\b"
)
_NUMBER = re.compile(r"\d")


def kind_of(name: str, perspective: str = "") -> Kind:
    """Tell from its name, in Japanese or English, what a KPI looks after."""
    text = _plain(name)
    kind = next((kind for kind, pattern in _PATTERNS if pattern.search(text)), Kind.OTHER)
    if kind in _OF_THE_WORK and perspective in _BESIDE_THE_WORK:
        return Kind.OTHER
    return kind


def vague_words(text: str) -> tuple[str, ...]:
    """Return the words in it that everybody understands in another way, each once."""
    return tuple(dict.fromkeys(_VAGUE.findall(_plain(text))))


def has_number(text: str) -> bool:
    """Tell whether a digit stands in it, in full width or not."""
    return _NUMBER.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _pattern(japanese: str, english: str) -> re.Pattern[str]:
    """Find Japanese words anywhere, and Latin words (CVR, in Japanese names too) as words.

    `\\b` does not do for CVR改善: Japanese characters are letters to it.
    """
    words = _plain(japanese).split()
    anywhere = [re.escape(word) for word in words if not word.isascii()]
    latin = [*(re.escape(word) for word in words if word.isascii()), *english.split()]
    return re.compile("|".join([*anywhere, rf"(?<![a-z])(?:{'|'.join(latin)})(?![a-z])"]))


_PATTERNS = tuple((kind, _pattern(japanese, english)) for kind, japanese, english in _WORDS)

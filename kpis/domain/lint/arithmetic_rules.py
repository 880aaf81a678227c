"""The sentences of the rules about arithmetic and size."""

from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint import arithmetic
from kpis.domain.lint.rule import Rule, Severity, Text

ARITHMETIC_RULES = (
    Rule(
        code="TREE-CYCLE",
        severity=Severity.ERROR,
        idea="循環",
        title=Text(gettext_noop("循環するKPI"), "KPIs in a circle"),
        message=Text(
            gettext_noop("互いを前提にしているKPIがあります：%(names)s。"),
            "These KPIs depend on each other: %(names)s.",
        ),
        why=Text(
            gettext_noop("循環があると、どの値も計算できません。"),
            "In a circle none of the values can be computed.",
        ),
        remedy=Text(
            gettext_noop("親子の関係か計算式を一つ外してください。"),
            "Take away one parent, or one name in a formula.",
        ),
        check=arithmetic.looping,
    ),
    Rule(
        code="TREE-UNIT",
        severity=Severity.ERROR,
        idea="単位の不一致",
        title=Text(gettext_noop("単位の違う合計"), "A sum of different units"),
        message=Text(
            gettext_noop("「%(name)s」の単位が、合計する「%(parent)s」の単位と違います。"),
            "The unit of “%(name)s” is not that of “%(parent)s”, which adds it up.",
        ),
        why=Text(
            gettext_noop("単位の違う値を足しても、意味のある数値になりません。"),
            "Values of different units do not add up to anything.",
        ),
        remedy=Text(
            gettext_noop("単位をそろえるか、掛け算などの計算式に変えてください。"),
            "Use one unit, or a formula such as a product.",
        ),
        check=arithmetic.other_units,
    ),
    Rule(
        code="TREE-GRAIN",
        severity=Severity.ERROR,
        idea="月次 × 年次",
        title=Text(gettext_noop("親より粗い頻度のKPI"), "Measured less often than the parent"),
        message=Text(
            gettext_noop("「%(name)s」の頻度が、計算先の「%(parent)s」より粗くなっています。"),
            "“%(name)s” is measured less often than “%(parent)s”, which is computed from it.",
        ),
        why=Text(
            gettext_noop("年に一度の値からは、毎月の値を計算できません。"),
            "A value once a year does not give a value for each month.",
        ),
        remedy=Text(
            gettext_noop("頻度を親に合わせるか、親の頻度を粗くしてください。"),
            "Measure it as often as the parent, or the parent less often.",
        ),
        check=arithmetic.too_coarse,
    ),
    Rule(
        code="TREE-SUM",
        severity=Severity.WARNING,
        idea="子の目標と親の目標",
        title=Text(
            gettext_noop("子の目標から届かない目標値"), "A target the children do not reproduce"
        ),
        message=Text(
            gettext_noop(
                "「%(name)s」の目標%(target)sに対し、下の目標からは%(made)sになります"
                "（差%(gap)s、%(percent)s%%）。"
            ),
            "The target of “%(name)s” is %(target)s; the targets below make %(made)s (a gap of "
            "%(gap)s, %(percent)s%%).",
        ),
        why=Text(
            gettext_noop("全員が目標を達成しても、親の目標と合いません。"),
            "Everybody may reach their target and the parent's is still off.",
        ),
        remedy=Text(
            gettext_noop("差が1%以内になるように、親か子の目標値を直してください。"),
            "Change the target of the parent or of the children until they differ by 1% at most.",
        ),
        check=arithmetic.not_reproduced,
    ),
    Rule(
        code="TREE-DOUBLE",
        severity=Severity.ERROR,
        idea="二重計上",
        title=Text(gettext_noop("二重に数えられる実績"), "A measurement counted twice"),
        message=Text(
            gettext_noop("「%(name)s」と「%(other)s」が、同じ実績を一つの合計に入れています。"),
            "“%(name)s” and “%(other)s” bring the same measurement into one sum.",
        ),
        why=Text(
            gettext_noop("同じ実績を二度足すと、合計が実際より大きくなります。"),
            "Added twice, it makes the sum larger than what happened.",
        ),
        remedy=Text(
            gettext_noop("どちらかを合計から外してください。"),
            "Take one of them out of the sum.",
        ),
        check=arithmetic.counted_twice,
    ),
    Rule(
        code="TREE-WIDE",
        severity=Severity.INFO,
        idea="見通せる大きさ",
        title=Text(gettext_noop("子が多すぎるKPI"), "A KPI with too many children"),
        message=Text(
            gettext_noop("「%(name)s」の下に%(count)s件並んでいます（目安は%(limit)s件まで）。"),
            "“%(name)s” has %(count)s children (%(limit)s at most).",
        ),
        why=Text(
            gettext_noop("並びが多いと、どれが効いているかを一目で読み取れません。"),
            "With many side by side nobody sees which one matters.",
        ),
        remedy=Text(
            gettext_noop("似たKPIを一つの親にまとめてください。"),
            "Put similar ones under a parent of their own.",
        ),
        check=arithmetic.too_wide,
    ),
    Rule(
        code="TREE-DEEP",
        severity=Severity.INFO,
        idea="見通せる大きさ",
        title=Text(gettext_noop("深すぎるツリー"), "A tree too deep"),
        message=Text(
            gettext_noop("「%(name)s」が%(limit)s段より深い所にあります。"),
            "“%(name)s” is below level %(limit)s.",
        ),
        why=Text(
            gettext_noop("深い所のKPIは、KGIへの効き方を説明しにくくなります。"),
            "The deeper a KPI, the harder it is to say how it moves the KGI.",
        ),
        remedy=Text(
            gettext_noop("途中の段を省くか、枝を別のツリーに分けてください。"),
            "Leave out a level, or make the branch a tree of its own.",
        ),
        check=arithmetic.too_deep,
    ),
    Rule(
        code="KPI-RATIO",
        severity=Severity.ERROR,
        idea="率の平均は率にならない",
        title=Text(gettext_noop("分子と分母のない率"), "A rate without its two parts"),
        message=Text(
            gettext_noop("「%(name)s」は率ですが、分子の合計÷分母の合計で集計されません。"),
            "“%(name)s” is a rate and not the sum of numerators over the sum of denominators.",
        ),
        why=Text(
            gettext_noop("率をそのまま平均すると、件数の少ない月が大きく効き、値がゆがみます。"),
            "In a mean of rates the month with few cases weighs as much as the one with many.",
        ),
        remedy=Text(
            gettext_noop("集計を「比率」にし、実績は分子と分母で入力してください。"),
            "Aggregate it as a ratio, and enter numerator and denominator.",
        ),
        check=arithmetic.rate_without_parts,
    ),
)

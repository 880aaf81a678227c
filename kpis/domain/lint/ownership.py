"""Who answers for a KPI, on both sides."""

from collections.abc import Iterator

from kpis.domain.imports.messages import gettext_noop
from kpis.domain.lint.model import LintNode, LintTree, Side
from kpis.domain.lint.rule import Hit, Rule, Severity, Term, Text, hit

MOST_KPIS = 25


def _unowned(tree: LintTree) -> Iterator[Hit]:
    for node in tree.leaves:
        missing = (
            *([] if _has_client_owner(node) else [Term.CLIENT_OWNER]),
            *([] if _has_vendor_owner(node) else [Term.VENDOR_OWNER]),
        )
        if missing:
            yield hit(node, missing=missing)


def _has_client_owner(node: LintNode) -> bool:
    """Tell whether somebody of the client answers; a department that moves it itself is enough."""
    is_moved_by_client = node.responsible_side == Side.CLIENT
    return bool(node.client_owner.strip()) or (is_moved_by_client and bool(node.responsible_label))


def _has_vendor_owner(node: LintNode) -> bool:
    """Tell whether the vendor is named where one moves it; without any side nobody is."""
    return bool(node.responsible_side if node.vendor is None else node.vendor)


def _many(tree: LintTree) -> Iterator[Hit]:
    for vendor, nodes in tree.vendors.items():
        if len(nodes) > MOST_KPIS:
            name = tree.name_of(vendor) or Term.VENDOR
            yield Hit(None, {"vendor": name, "count": len(nodes), "limit": MOST_KPIS})


OWNERSHIP_RULES = (
    Rule(
        code="PIT4-OWNER",
        severity=Severity.ERROR,
        idea="責任範囲があいまい",
        title=Text(gettext_noop("責任者のいないKPI"), "A KPI without an owner"),
        message=Text(
            gettext_noop("「%(name)s」の責任者が決まっていません：%(missing)s。"),
            "“%(name)s” lacks an owner on the side of: %(missing)s.",
        ),
        why=Text(
            gettext_noop("責任者が双方にいないと、未達のときに押し付け合いになります。"),
            "Without an owner on both sides, a miss ends in blame.",
        ),
        remedy=Text(
            gettext_noop("発注側と外注先の責任者をそれぞれ決めてください。"),
            "Name who answers on the client's side and at the vendor.",
        ),
        check=_unowned,
    ),
    Rule(
        code="TREE-MANY",
        severity=Severity.INFO,
        idea="多すぎるKPI",
        title=Text(gettext_noop("KPIが多すぎる外注先"), "A vendor with too many KPIs"),
        message=Text(
            gettext_noop("%(vendor)sのKPIが%(count)s件あります（目安は%(limit)s件まで）。"),
            "There are %(count)s KPIs with %(vendor)s (%(limit)s at most).",
        ),
        why=Text(
            gettext_noop("KPIが多いと、どれが大切かが伝わらず、測定も負担になります。"),
            "With many KPIs nobody sees which ones matter, and measuring becomes a burden.",
        ),
        remedy=Text(
            gettext_noop("重要度の低いKPIを外すか、「監視のみ」にしてください。"),
            "Drop the less important ones, or make them “monitor only”.",
        ),
        check=_many,
    ),
)

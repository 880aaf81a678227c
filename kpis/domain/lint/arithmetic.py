"""Whether the tree can be computed: no loop, units, periods and targets that fit together."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from core.domain.rounding import RoundingRule, exact, round_to
from kpis.domain.aggregation import Aggregation
from kpis.domain.lint.loops import loops
from kpis.domain.lint.model import Combine, LintNode, LintTree, ValueSource
from kpis.domain.lint.rule import Fix, FixKind, Hit, hit

TOLERANCE = Fraction(1, 100)
MOST_CHILDREN = 7
MOST_LEVELS = 5
PERCENT = "percent"
# From fine to coarse; deliveries can be counted into any period.
_FREQUENCIES = ("per_delivery", "day", "week", "month", "quarter", "year")
_ADDED = (Aggregation.SUM, Aggregation.LAST, Aggregation.DIFF)


def looping(tree: LintTree) -> Iterator[Hit]:
    """Find nodes that stand below themselves, and formulas that need their own result."""
    places = {node.id: at for at, node in enumerate(tree.nodes)}
    below = {node.id: [child.id for child in tree.children_of(node.id)] for node in tree.nodes}
    inputs = {node.id: [one.id for one in tree.inputs_of(node)] for node in tree.nodes}
    found = {*loops(below), *loops(inputs)}
    for loop in sorted(sorted(places[node_id] for node_id in ids) for ids in found):
        members = [tree.nodes[place] for place in loop]
        yield hit(members[0], names=tuple(node.name for node in members))


def other_units(tree: LintTree) -> Iterator[Hit]:
    """Find children whose unit is not that of the parent that adds them up."""
    for node in tree.nodes:
        parent = tree.parent_of(node)
        if parent is None or not parent.adds_children or not node.unit or not parent.unit:
            continue
        if node.unit != parent.unit:
            yield hit(node, parent=parent.name)


def too_coarse(tree: LintTree) -> Iterator[Hit]:
    """Find nodes that are measured less often than what is computed from them."""
    for parent in tree.nodes:
        for node in tree.inputs_of(parent):
            ours, theirs = _grain(node), _grain(parent)
            if ours is not None and theirs is not None and ours > theirs:
                fix = Fix(FixKind.UPDATE, {"frequency": parent.frequency})
                yield hit(node, fix=fix, parent=parent.name)


def _grain(node: LintNode) -> int | None:
    return _FREQUENCIES.index(node.frequency) if node.frequency in _FREQUENCIES else None


def not_reproduced(tree: LintTree) -> Iterator[Hit]:
    """Find parents whose target is not what the children's targets make."""
    for node in tree.nodes:
        target = None if node.target is None else node.target.value
        made = None if target is None else _made_of_targets(tree, node)
        if target is None or made is None:
            continue
        gap = exact(target) - made
        if abs(gap) > TOLERANCE * abs(exact(target)):
            yield hit(
                node,
                target=target,
                made=_rounded(made),
                gap=_rounded(abs(gap)),
                percent=_rounded(100 * abs(gap / exact(target))) if target else Decimal(100),
            )


def _made_of_targets(tree: LintTree, node: LintNode) -> Fraction | None:
    """Return what the targets below make, None where one is missing or they do not combine."""
    if node.formula_names:
        return None if node.formula_target is None else exact(node.formula_target)
    children = tree.inputs_of(node)
    targets = [
        exact(child.target.value) / (100 if child.unit == PERCENT else 1)
        for child in children
        if child.target is not None and child.target.value is not None
    ]
    if not children or len(targets) < len(children):
        return None
    if node.combine == Combine.PRODUCT:
        return _product(targets) * (100 if node.unit == PERCENT else 1)
    return sum(targets, Fraction(0)) if _is_sum(node) else None


def _is_sum(node: LintNode) -> bool:
    return node.unit not in (PERCENT, "points") and node.aggregation in _ADDED


def _product(factors: list[Fraction]) -> Fraction:
    result = Fraction(1)
    for factor in factors:
        result *= factor
    return result


def _rounded(value: Fraction) -> Decimal:
    return round_to(value, RoundingRule.HALF_UP, 2)


def counted_twice(tree: LintTree) -> Iterator[Hit]:
    """Find measurements that enter one sum twice, directly or through sums below it."""
    tops = _tops_of_sums(tree)
    first: dict[tuple[str, str], LintNode] = {}
    for node in tree.nodes:
        top = None if node.value_source == ValueSource.CHILDREN else tops.get(node.id)
        for source_id in dict.fromkeys(node.source_ids) if top is not None else ():
            earlier = first.setdefault((top or "", source_id), node)
            if earlier is not node:
                yield hit(node, other=earlier.name)


def _tops_of_sums(tree: LintTree) -> dict[str, str]:
    """Return, for each node that enters a sum, the highest node of that sum."""
    tops: dict[str, str] = {}
    starts = [node for node in tree.nodes if tree.parent_of(node) is None]
    for start in starts:
        for node, _ in tree.walk(start):
            if node.adds_children:
                top = tops.get(node.id, node.id)
                tops.update((child.id, top) for child in tree.children_of(node.id))
    return tops


def too_wide(tree: LintTree) -> Iterator[Hit]:
    """Find nodes with more children than a person takes in at a glance."""
    for node in tree.nodes:
        count = len(tree.children_of(node.id))
        if count > MOST_CHILDREN:
            yield hit(node, count=count, limit=MOST_CHILDREN)


def too_deep(tree: LintTree) -> Iterator[Hit]:
    """Find where the branches become deeper than people follow."""
    for node in tree.nodes:
        if tree.levels.get(node.id) == MOST_LEVELS + 1:
            yield hit(node, limit=MOST_LEVELS)


def rate_without_parts(tree: LintTree) -> Iterator[Hit]:
    """Find rates that are not the sum of numerators over the sum of denominators."""
    for node in tree.nodes:
        if node.unit != PERCENT or tree.inputs_of(node):
            continue
        if node.aggregation != Aggregation.RATIO:
            yield hit(node, fix=Fix(FixKind.UPDATE, {"aggregation": Aggregation.RATIO}))
        elif not node.has_parts:
            yield hit(node)

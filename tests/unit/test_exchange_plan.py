"""A draft becomes KPIs that can be stored, or it is told why not."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from kpis.domain.exchange.plan import MOST_EXPLAINED, Plan, Surroundings, plan
from kpis.domain.exchange.reading import read

DEFAULTS = {"name": "", "unit": "count", "aggregation": "sum", "responsible_label": "営業部"}


def keys() -> Iterator[str]:
    """Count new keys."""
    number = 0
    while True:
        number += 1
        yield f"new_{number}"


def planned(text: str, **around: Any) -> Plan:
    """Plan what is pasted."""
    new = keys()
    given = {
        "defaults": DEFAULTS,
        "organizations": {"みらい広告": ["id-1"], "id-1": ["id-1"], "同名": ["id-2", "id-3"]},
        "first_day": date(2026, 4, 1),
        "new_key": lambda: next(new),
        **around,
    }
    return plan(read(text), Surroundings(**given))


def errors(made: Plan) -> list[tuple[int, str]]:
    """Return row and code of what stands in the way."""
    return [(one.row, one.code) for one in made.errors]


def test_what_is_not_said_is_the_default() -> None:
    made = planned("甲 [円]\n\t乙")
    first, second = made.kpis
    assert (first.name, first.fields["unit"], first.parent) == ("甲", "yen", None)
    assert (second.fields["key"], second.parent, second.level) == ("new_2", 0, 2)
    assert second.fields["responsible_label"] == "営業部"
    assert made.problems == []


def test_vendors_are_named_or_given_by_id() -> None:
    text = "階層,名称,外注先\n1,甲,みらい広告\n2,乙,id-1\n2,丙,\n2,丁,同名\n2,戊,知らない"
    made = planned(text)
    found = [one.fields["responsible_organization"] for one in made.kpis]
    assert found == ["id-1", "id-1", None, None, None]
    assert errors(made) == [(5, "vendor_twice"), (6, "vendor_unknown")]


def test_formulas_name_kpis_by_key_or_by_name() -> None:
    text = (
        "階層,名称,キー,値の出どころ,計算式\n"
        "1,売上,sales,計算式,[客数] * unit_price\n2,客数,,,\n2,単価,unit_price,,\n"
    )
    made = planned(text)
    assert made.problems == []
    assert made.kpis[0].fields["formula"] == "new_1 * unit_price"


def test_a_formula_that_is_kept_but_not_used_may_be_anything() -> None:
    text = "階層,名称,計算式\n1,甲,下書き + \n2,乙,[甲] * 2"
    made = planned(text)
    assert made.problems == []
    assert [one.fields["formula"] for one in made.kpis] == ["下書き +", "new_1 * 2"]


def test_what_formulas_cannot_be() -> None:
    head = "階層,名称,キー,値の出どころ,計算式\n"
    assert errors(planned(f"{head}1,甲,a,計算式,[乙]")) == [(2, "formula")]
    assert errors(planned(f"{head}1,甲,a,計算式,")) == [(2, "formula")]
    circle = planned(f"{head}1,甲,a,計算式,b\n2,乙,b,計算式,a")
    assert errors(circle) == [(2, "formula_circle")]
    assert "甲 → 乙 → 甲" in circle.errors[0].text()
    sums = planned(f"{head}1,甲,a,合算,\n2,乙,b,計算式,a * 2")
    assert errors(sums) == [(2, "formula_circle")]


def test_a_branch_meets_what_is_there() -> None:
    around = {
        "taken": frozenset({"old", "gone"}),
        "names": {"既存": ["old"], "別": ["other"]},
        "needs": {"old": ["other"], "other": []},
        "above": "old",
    }
    head = "階層,名称,キー,値の出どころ,計算式\n"
    made = planned(f"{head}1,甲,gone,計算式,[別] * 2\n2,乙,,計算式,gone + 1", **around)
    assert made.errors == []
    assert [one.code for one in made.problems] == ["key_renewed"]
    assert [one.fields["key"] for one in made.kpis] == ["new_1", "new_2"]
    assert [one.fields["formula"] for one in made.kpis] == ["other * 2", "new_1 + 1"]
    circle = planned(f"{head}1,甲,,計算式,[既存]", **around, adds_children=True)
    assert errors(circle) == [(2, "formula_circle")]
    assert "既存" in circle.errors[0].text()


def test_a_circle_that_was_there_is_not_told_of_the_branch() -> None:
    made = planned("甲", needs={"a": ["b"], "b": ["a"]}, names={"A": ["a"], "B": ["b"]})
    assert made.problems == []


def test_a_key_is_used_once() -> None:
    made = planned("階層,名称,キー\n1,甲,same\n2,乙,same\n2,丙,\n2,丁,")
    assert errors(made) == [(3, "key_twice")]


def test_targets_are_made_complete() -> None:
    made = planned("階層,名称,目標値,根拠\n1,甲,5,理由")
    (target,) = made.kpis[0].targets
    assert (target["valid_from"], target["rationale_kind"]) == ("2026-04-01", "negotiation")


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("高い,5,,,,", ["no_rationale"]),
        ("高い,5,5,,,理由", ["worst_equals_target"]),
        ("高い,5,9,,,理由", ["worst_on_good_side"]),
        ("高い,,,1,2,理由", ["no_target"]),
        ("範囲,,,5,1,理由", ["band_reversed"]),
        ("範囲,,,1,5,理由", []),
        ("監視のみ,5,,,,理由", ["monitor_only"]),
    ],
)
def test_targets_that_cannot_be_scored_are_told(row: str, codes: list[str]) -> None:
    head = "階層,名称,方向,目標値,0点とする値,範囲の下限,範囲の上限,根拠"
    made = planned(f"{head}\n1,甲,{row}")
    assert [one.code for one in made.errors] == codes


def test_a_day_has_one_target() -> None:
    head = "階層,名称,適用開始日,目標値,根拠"
    made = planned(f"{head}\n1,甲,2026-01-01,5,理由\n,,2026-01-01,6,理由")
    assert errors(made) == [(3, "same_day")]


def test_children_can_only_be_pooled_by_some_aggregations() -> None:
    made = planned("階層,名称,集計,値の出どころ\n1,甲,最後の値,合算")
    assert errors(made) == [(2, "not_poolable")]


def test_every_formula_that_cannot_be_read_is_told() -> None:
    rows = [f"2,名{at},計算式,[違う{at}]" for at in range(MOST_EXPLAINED + 5)]
    made = planned("\n".join(["階層,名称,値の出どころ,計算式", "1,頂,,", *rows]))
    assert [one.code for one in made.errors] == ["formula"] * (MOST_EXPLAINED + 5)


def test_lines_lead_to_what_is_here_or_around_and_say_what_is_wrong() -> None:
    text = (
        "階層,名称,キー,参照,影響\n"
        "1,甲,a,,there: 市場の話\n"
        "2,乙,b,b,\n"
        "3,丙,c,a,\n"
        "3,丁,d,b,nowhere\n"
        "2,戊,e,c,c\n"
        "2,己,f,a,\n"
    )
    made = planned(text, names={"市場": ["there"]}, taken=frozenset({"there"}))
    assert [[(one.kind.value, one.key, one.name) for one in kpi.links] for kpi in made.kpis] == [
        [("influence", "there", "市場")],
        [],
        [("reference", "a", "甲")],
        [],
        [("reference", "c", "丙")],
        [],
    ]
    assert errors(made) == [
        (3, "link_to_itself"),
        (5, "link_twice"),  # 丁 stands below 乙 already
        (5, "link_unknown"),
        (6, "link_twice"),
        (7, "link_twice"),
    ]


def test_a_kpi_cannot_be_referenced_below_itself() -> None:
    made = planned("階層,名称,キー,参照,影響\n1,甲,a,c,c\n2,乙,b,,\n3,丙,c,,\n")
    assert errors(made) == [(2, "into_own_subtree")]
    assert [one.kind.value for one in made.kpis[0].links] == ["influence"]


def test_lines_follow_renewed_keys() -> None:
    made = planned(
        "階層,名称,キー,参照\n1,甲,a,\n2,乙,b,\n2,丙,c,b\n",
        taken=frozenset({"b"}),
        names={"古": ["b"]},
    )
    assert made.kpis[2].links[0].key == made.kpis[1].fields["key"] != "b"


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ('"a"', "value_kind"),
        ('["a"]', "value_kind"),
        ('[{"key": "大"}]', "key_invalid"),
        ('[{"key": "a", "note": ["x"]}]', "value_kind"),
        ('[{"key": "a", "note": "\\u0000"}]', "text_control"),
    ],
)
def test_lines_in_json_that_are_none_are_told(links: str, code: str) -> None:
    text = '{"format": "aimitsu.tree", "kpis": [{"level": 1, "name": "甲", "references": %s}]}'
    assert errors(planned(text % links)) == [(1, code)]


def test_a_note_that_only_looks_quoted_is_kept_as_it_is() -> None:
    made = planned('階層\t名称\tキー\t影響\n1\t甲\ta\t\n2\t乙\tb\t\n2\t丙\tc\tb: "半分\n')
    assert made.kpis[2].links[0].note == '"半分'

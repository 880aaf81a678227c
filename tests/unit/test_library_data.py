"""The KPI library: complete, consistent with itself, and no figure without its source."""

import importlib
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpis.models import choices

LIBRARY = Path(__file__).resolve().parents[2] / "kpis" / "library"
# Comes with check-jsonschema, without types.
JSONSCHEMA: Any = importlib.import_module("jsonschema")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
FORBIDDEN = re.compile(r"業者|下請|種の|\bB-\d|\bseed\b", re.IGNORECASE)
PUBLISHED_FOR = {
    "cpa",
    "csat",
    "ctr",
    "cvr",
    "bug_rate",
    "fcr",
    "first_response_time",
    "ltv_cac",
    "on_time_delivery",
    "revision_count",
    "schedule_adherence",
    "search_rank",
}
CODES = [
    "roi",
    "roi_gross",
    "roas",
    "profit_margin",
    "profit_margin_improvement",
    "cost_reduction_rate",
    "cost_reduction_amount",
    "unit_cost",
    "revenue_growth_per_cost",
    "revenue_contribution",
    "cpa",
    "cpa_improvement_rate",
    "ltv",
    "ltv_cac",
    "budget_adherence",
    "additional_cost_rate",
    "estimate_accuracy",
    "ad_spend_pacing",
    "csat",
    "inquiry_satisfaction",
    "user_satisfaction",
    "retention_rate",
    "landing_page_quality",
    "design_response",
    "ctr",
    "cvr",
    "clicks",
    "leads",
    "inquiries",
    "document_requests",
    "opportunity_rate",
    "contract_rate",
    "new_customers",
    "article_pv",
    "site_traffic",
    "avg_engagement_time",
    "content_cvr",
    "search_rank",
    "rank_improvement_rate",
    "top10_articles",
    "on_time_delivery",
    "article_delivery_rate",
    "schedule_adherence",
    "lead_time_to_release",
    "progress_rate",
    "revision_count",
    "revision_reduction_rate",
    "first_pass_rate",
    "inspection_pass_rate",
    "quality_score",
    "bug_rate",
    "bug_fix_rate",
    "first_response_time",
    "sla_response_rate",
    "resolution_rate",
    "fcr",
    "change_response_days",
    "change_requests",
    "risk_review_rate",
    "security_incidents",
    "report_on_time_rate",
    "payment_on_time_rate",
    "proposals",
    "proposal_adoption_rate",
    "review_meeting_rate",
    "action_completion_rate",
    "knowledge_docs",
    "staff_continuity",
    "kpi_achievement",
    "competitive_quote_rate",
]


def read(name: str) -> Any:
    """Return what a file of the library holds."""
    return json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))


DEFINITIONS: list[dict[str, Any]] = read("definitions")
BENCHMARKS: list[dict[str, Any]] = read("benchmarks")
each_definition = pytest.mark.parametrize("kpi", DEFINITIONS, ids=lambda one: one["code"])
each_benchmark = pytest.mark.parametrize(
    "benchmark", BENCHMARKS, ids=lambda one: f"{one['kpi']}: {one['label']['en']}"
)


def validator(name: str) -> Any:
    """Return the validator of one part of the schema."""
    schema = read("schema")
    root = {"$schema": schema["$schema"], "$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}
    return JSONSCHEMA.Draft202012Validator(root)


def numbers(one: dict[str, Any]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return value, low and high of a target or a benchmark."""
    value, low, high = (
        None if one[key] is None else Decimal(one[key]) for key in ("value", "low", "high")
    )
    return value, low, high


def texts(node: Any) -> list[str]:
    """Return all texts below a node but addresses, which are the words of others."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [text for key, one in node.items() if key != "url" for text in texts(one)]
    return [text for one in node for text in texts(one)] if isinstance(node, list) else []


def pairs_of_texts(node: Any) -> list[dict[str, str]]:
    """Return all texts below a node that stand in both languages."""
    if isinstance(node, dict):
        if set(node) == {"ja", "en"}:
            return [node]
        return [text for one in node.values() for text in pairs_of_texts(one)]
    return [text for one in node for text in pairs_of_texts(one)] if isinstance(node, list) else []


def test_the_schema_is_one() -> None:
    JSONSCHEMA.Draft202012Validator.check_schema(read("schema"))


@pytest.mark.parametrize("name", ["definitions", "benchmarks"])
def test_a_file_follows_the_schema(name: str) -> None:
    found = [f"{one.json_path}: {one.message}" for one in validator(name).iter_errors(read(name))]

    assert found == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", {"ja": "CTR(クリック率)", "en": "Click-through rate"}),
        ("pitfalls", {"ja": "", "en": "None"}),
        ("unit", "%"),
        ("decimals", 3),
        ("types", []),
        ("phases", ["expand"]),
        ("surprise", 1),
    ],
)
def test_the_schema_refuses_what_is_wrong(key: str, value: object) -> None:
    assert not validator("definition").is_valid({**DEFINITIONS[0], key: value})


def test_the_library_has_its_70_kpis_in_order() -> None:
    assert len(set(CODES)) == 70
    assert [one["code"] for one in DEFINITIONS] == CODES


def test_names_are_told_apart() -> None:
    for language in ("ja", "en"):
        assert len({one["name"][language] for one in DEFINITIONS}) == len(DEFINITIONS)


@each_definition
def test_a_kpi_is_stored_in_the_words_of_its_table(kpi: dict[str, Any]) -> None:
    assert kpi["direction"] in choices.Direction.values
    assert kpi["frequency"] in choices.Frequency.values
    assert kpi["aggregation"] in choices.Aggregation.values
    assert kpi["perspective"] in choices.Perspective.values


@each_definition
def test_a_pair_is_another_kpi(kpi: dict[str, Any]) -> None:
    assert kpi["pair"] is None or kpi["pair"] in CODES
    assert kpi["pair"] != kpi["code"]


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        ("on_time_delivery", "first_pass_rate"),
        ("proposals", "proposal_adoption_rate"),
        ("inquiries", "contract_rate"),
        ("clicks", "cvr"),
    ],
)
def test_what_misleads_alone_has_its_pair(code: str, pair: str) -> None:
    assert DEFINITIONS[CODES.index(code)]["pair"] == pair


@each_definition
def test_only_a_ratio_has_numerator_and_denominator(kpi: dict[str, Any]) -> None:
    is_ratio = kpi["aggregation"] == "ratio"

    assert (kpi["numerator"] is not None) == is_ratio
    assert (kpi["denominator"] is not None) == is_ratio


@each_definition
def test_a_percentage_is_what_is_multiplied_by_100(kpi: dict[str, Any]) -> None:
    for language in ("ja", "en"):
        assert kpi["formula"][language].endswith("× 100") == (kpi["unit"] == "percent")


@each_definition
def test_a_suggested_target_fits_the_direction(kpi: dict[str, Any]) -> None:
    target = kpi["suggested_target"]
    if target is None:
        return
    value, low, high = numbers(target)

    assert kpi["direction"] != "monitor"
    if kpi["direction"] == "band":
        assert value is None
        assert low is not None
        assert high is not None
        assert low < high
    else:
        assert value is not None
        assert (low, high) == (None, None)


@each_definition
def test_a_suggested_target_can_be_shown_in_full(kpi: dict[str, Any]) -> None:
    if kpi["suggested_target"] is None:
        return
    given = [one for one in numbers(kpi["suggested_target"]) if one is not None]

    assert [one for one in given if one != round(one, kpi["decimals"])] == []


@each_benchmark
def test_a_benchmark_belongs_to_a_kpi(benchmark: dict[str, Any]) -> None:
    assert benchmark["kpi"] in CODES


@each_benchmark
def test_a_benchmark_names_source_and_year(benchmark: dict[str, Any]) -> None:
    assert benchmark["source"]["title"]
    assert benchmark["source"]["url"].startswith(("https://", "http://"))
    assert benchmark["year"]


@each_benchmark
def test_a_benchmark_has_a_figure_inside_its_range(benchmark: dict[str, Any]) -> None:
    value, low, high = numbers(benchmark)

    assert (value, low, high) != (None, None, None)
    assert low is None or high is None or low < high
    assert value is None or low is None or low <= value
    assert value is None or high is None or value <= high


@each_benchmark
def test_a_figure_in_another_unit_says_so(benchmark: dict[str, Any]) -> None:
    kpi = DEFINITIONS[CODES.index(benchmark["kpi"])]

    assert benchmark["unit"] == kpi["unit"] or benchmark["note"] is not None


def test_what_is_published_is_given() -> None:
    assert {one["kpi"] for one in BENCHMARKS} >= PUBLISHED_FOR


@pytest.mark.parametrize("name", ["definitions", "benchmarks"])
def test_no_text_holds_a_word_that_must_not_be_shown(name: str) -> None:
    assert [text for text in texts(read(name)) if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("name", ["definitions", "benchmarks"])
def test_english_is_english(name: str) -> None:
    found = [text["en"] for text in pairs_of_texts(read(name)) if JAPANESE.search(text["en"])]

    assert found == []


@each_definition
def test_sentences_end_and_are_polite(kpi: dict[str, Any]) -> None:
    reasons = [kpi["suggested_target"]["reason"]] if kpi["suggested_target"] else []
    for text in (kpi["definition"], kpi["pitfalls"], *reasons):
        assert text["ja"].endswith(("です。", "ます。", "ません。", "ください。"))
        assert text["en"].endswith(".")
    assert kpi["definition"]["ja"].count("。") == 1
    assert 1 <= kpi["pitfalls"]["ja"].count("。") <= 2

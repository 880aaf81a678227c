"""Tables of the KPI floor, by subject."""

from kpis.models.guided import GuidedStart
from kpis.models.imports import Import, ImportFile
from kpis.models.library import Benchmark, Definition
from kpis.models.lint import LintWaiver
from kpis.models.measurements import Measurement
from kpis.models.objectives import CheckIn, KeyResult, Objective
from kpis.models.plans import PlannedChange
from kpis.models.promises import Promise
from kpis.models.scorecards import Score, Scorecard, ScorecardRun, TreeSettings
from kpis.models.trees import KPI, Link, Target, Tree, TreeCommand

__all__ = [
    "KPI",
    "Benchmark",
    "CheckIn",
    "Definition",
    "GuidedStart",
    "Import",
    "ImportFile",
    "KeyResult",
    "Link",
    "LintWaiver",
    "Measurement",
    "Objective",
    "PlannedChange",
    "Promise",
    "Score",
    "Scorecard",
    "ScorecardRun",
    "Target",
    "Tree",
    "TreeCommand",
    "TreeSettings",
]

"""API addresses of the KPI floor."""

from django.urls import path

from kpis.api import library, lint, measurements, plans, trees

app_name = "kpis-api"
plan_urls = [
    path("trees/<uuid:pk>/plans/", plans.plan_list, name="plan-list"),
    path("trees/<uuid:pk>/bands/", plans.tree_bands, name="tree-bands"),
    path("trees/<uuid:pk>/phase/", plans.tree_phase, name="tree-phase"),
    path("plans/<uuid:pk>/withdraw/", plans.plan_withdraw, name="plan-withdraw"),
]
urlpatterns = [
    *plan_urls,
    path("trees/", trees.tree_list, name="tree-list"),
    path("trees/<uuid:pk>/", trees.tree_detail, name="tree-detail"),
    path("trees/<uuid:pk>/commands/", trees.tree_command, name="tree-command"),
    path("trees/<uuid:pk>/changes/", trees.tree_changes, name="tree-changes"),
    path("trees/<uuid:pk>/scorecards/", trees.tree_scorecard, name="tree-scorecard"),
    path("trees/<uuid:pk>/lint/", lint.tree_lint, name="tree-lint"),
    path("library/", library.definition_list, name="definition-list"),
    path("library/<uuid:pk>/", library.definition_detail, name="definition-detail"),
    path(
        "kpis/<uuid:pk>/measurements/", measurements.measurement_record, name="measurement-record"
    ),
]

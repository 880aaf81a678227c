"""API addresses of the KPI floor."""

from django.urls import path

from kpis.api import (
    commands,
    exchange,
    guided,
    history,
    insight,
    kpis,
    library,
    lint,
    measurements,
    objectives,
    plans,
    promises,
    targets,
    templates,
    trees,
)

app_name = "kpis-api"
plan_urls = [
    path("trees/<uuid:pk>/plans/", plans.plan_list, name="plan-list"),
    path("trees/<uuid:pk>/bands/", plans.tree_bands, name="tree-bands"),
    path("trees/<uuid:pk>/phase/", plans.tree_phase, name="tree-phase"),
    path("plans/<uuid:pk>/", plans.plan_detail, name="plan-detail"),
    path("plans/<uuid:pk>/withdraw/", plans.plan_withdraw, name="plan-withdraw"),
]
tree_urls = [
    path("trees/", trees.tree_list, name="tree-list"),
    path("trees/<uuid:pk>/", trees.tree_detail, name="tree-detail"),
    path("trees/<uuid:pk>/activate/", trees.tree_activate, name="tree-activate"),
    path("trees/<uuid:pk>/archive/", trees.tree_archive, name="tree-archive"),
    path("trees/<uuid:pk>/restore/", trees.tree_restore, name="tree-restore"),
    path("trees/<uuid:pk>/commands/", commands.tree_command, name="tree-command"),
    path("trees/<uuid:pk>/changes/", commands.tree_changes, name="tree-changes"),
    path("trees/<uuid:pk>/history/", history.tree_history, name="tree-history"),
    path("trees/<uuid:pk>/scorecards/", history.tree_scorecard, name="tree-scorecard"),
    path("trees/<uuid:pk>/scorecards/months/", history.scorecard_list, name="scorecard-list"),
]
exchange_urls = [
    path("templates/", templates.template_list, name="template-list"),
    path("templates/<slug:code>/plant/", templates.template_plant, name="template-plant"),
    path("guided-starts/", guided.guided_list, name="guided-list"),
    path("guided-starts/<uuid:pk>/", guided.guided_detail, name="guided-detail"),
    path("guided-starts/<uuid:pk>/steps/<int:step>/", guided.guided_step, name="guided-step"),
    path("guided-starts/<uuid:pk>/finish/", guided.guided_finish, name="guided-finish"),
    path("trees/import/", exchange.tree_import, name="tree-import"),
    path("trees/<uuid:pk>/export/", exchange.tree_export, name="tree-export"),
]
lint_urls = [
    path("trees/<uuid:pk>/lint/", lint.tree_lint, name="tree-lint"),
    path("trees/<uuid:pk>/lint/fix/", lint.lint_fix, name="lint-fix"),
    path("trees/<uuid:pk>/lint/waivers/", lint.lint_waive, name="lint-waive"),
    path("waivers/<uuid:pk>/", lint.waiver_detail, name="waiver-detail"),
]
library_urls = [
    path("library/", library.definition_list, name="definition-list"),
    path("library/<uuid:pk>/", library.definition_detail, name="definition-detail"),
    path("library/<uuid:pk>/versions/", library.definition_versions, name="definition-versions"),
    path("library/<uuid:pk>/use/", library.definition_use, name="definition-use"),
]
kpi_urls = [
    path("kpis/<uuid:pk>/", kpis.kpi_detail, name="kpi-detail"),
    path("kpis/<uuid:pk>/targets/", targets.target_list, name="target-list"),
    path("targets/<uuid:pk>/", targets.target_detail, name="target-detail"),
    path(
        "kpis/<uuid:pk>/measurements/", measurements.measurement_record, name="measurement-record"
    ),
]
objective_urls = [
    path("trees/<uuid:tree_pk>/objectives/", objectives.objective_list, name="objective-list"),
    path("objectives/<uuid:pk>/", objectives.objective_detail, name="objective-detail"),
    path(
        "objectives/<uuid:pk>/activate/", objectives.objective_activate, name="objective-activate"
    ),
    path(
        "objectives/<uuid:pk>/check-in/", objectives.objective_check_in, name="objective-check-in"
    ),
    path("objectives/<uuid:pk>/close/", objectives.objective_close, name="objective-close"),
    path("trees/<uuid:tree_pk>/promises/", promises.promise_list, name="promise-list"),
    path("promises/<uuid:pk>/", promises.promise_detail, name="promise-detail"),
    path("promises/<uuid:pk>/retire/", promises.promise_retire, name="promise-retire"),
]
insight_urls = [
    path("trees/<uuid:pk>/bridge/", insight.tree_bridge, name="tree-bridge"),
    path("trees/<uuid:pk>/what-if/", insight.tree_what_if, name="tree-what-if"),
    path("trees/<uuid:pk>/goal-seek/", insight.tree_goal_seek, name="tree-goal-seek"),
    path("trees/<uuid:pk>/sensitivity/", insight.tree_sensitivity, name="tree-sensitivity"),
    path("trees/<uuid:pk>/matrix/", insight.tree_matrix, name="tree-matrix"),
    path("trees/<uuid:pk>/perspectives/", insight.tree_perspectives, name="tree-perspectives"),
]
urlpatterns = [
    *tree_urls,
    *exchange_urls,
    *insight_urls,
    *lint_urls,
    *library_urls,
    *kpi_urls,
    *objective_urls,
    *plan_urls,
]

"""Addresses of kpis."""

from django.urls import include, path

from kpis.views import (
    exchange,
    guided,
    history,
    kpis,
    library,
    lint,
    measurements,
    phases,
    plans,
    targets,
    templates,
    tree_commands,
    tree_state,
    trees,
)

app_name = "kpis"

tree_urls = [
    path("", trees.tree_list, name="tree-list"),
    path("new/", trees.tree_create, name="tree-create"),
    path("trees/<uuid:pk>/", trees.tree_detail, name="tree-detail"),
    path("trees/<uuid:pk>/state/", tree_state.tree_state, name="tree-state"),
    path("trees/<uuid:pk>/rename/", trees.tree_rename, name="tree-rename"),
    path("trees/<uuid:pk>/activate/", trees.tree_activate, name="tree-activate"),
    path("trees/<uuid:pk>/archive/", trees.tree_archive, name="tree-archive"),
    path("trees/<uuid:pk>/restore/", trees.tree_restore, name="tree-restore"),
    path("trees/<uuid:pk>/history/", history.tree_history, name="tree-history"),
    path("trees/<uuid:pk>/undo/", tree_commands.tree_undo, name="tree-undo"),
    path("trees/<uuid:pk>/redo/", tree_commands.tree_redo, name="tree-redo"),
    path("trees/<uuid:pk>/lint/", lint.tree_lint, name="tree-lint"),
    path("trees/<uuid:pk>/lint/fix/", lint.lint_fix, name="lint-fix"),
    path("trees/<uuid:pk>/lint/waive/", lint.lint_waive, name="lint-waive"),
    path("waivers/<uuid:pk>/withdraw/", lint.waiver_withdraw, name="waiver-withdraw"),
    path("trees/<uuid:tree_pk>/add/", tree_commands.kpi_add, name="kpi-add"),
]
kpi_urls = [
    path("<uuid:pk>/", kpis.kpi_detail, name="kpi-detail"),
    path("<uuid:pk>/panel/", tree_state.kpi_panel, name="kpi-panel"),
    path("<uuid:pk>/edit/", kpis.kpi_edit, name="kpi-edit"),
    path("<uuid:pk>/rename/", tree_commands.kpi_rename, name="kpi-rename"),
    path("<uuid:pk>/shift/", tree_commands.kpi_shift, name="kpi-shift"),
    path("<uuid:pk>/move/", tree_commands.kpi_move, name="kpi-move"),
    path("<uuid:pk>/delete/", tree_commands.kpi_delete, name="kpi-delete"),
    path("<uuid:kpi_pk>/targets/set/", targets.target_set, name="target-set"),
    path("targets/<uuid:pk>/withdraw/", targets.target_withdraw, name="target-withdraw"),
    path(
        "<uuid:kpi_pk>/measurements/record/",
        measurements.measurement_record,
        name="measurement-record",
    ),
]
library_urls = [
    path("library/", library.definition_list, name="definition-list"),
    path("library/new/", library.definition_create, name="definition-create"),
    path("library/<uuid:pk>/", library.definition_detail, name="definition-detail"),
    path("library/<uuid:pk>/edit/", library.definition_edit, name="definition-edit"),
    path("library/<uuid:pk>/retire/", library.definition_retire, name="definition-retire"),
    path("library/<uuid:pk>/use/", library.definition_use, name="definition-use"),
]
start_urls = [
    path("templates/", templates.template_list, name="template-list"),
    path("templates/<slug:code>/", templates.template_detail, name="template-detail"),
    path("start/", guided.guided_begin, name="guided-begin"),
    path("start/<uuid:pk>/<int:step>/", guided.guided_step, name="guided-step"),
    path("start/<uuid:pk>/discard/", guided.guided_discard, name="guided-discard"),
    path("start/<uuid:pk>/done/", guided.guided_done, name="guided-done"),
]
exchange_urls = [
    path("trees/import/", exchange.tree_import, name="tree-import"),
    path("trees/<uuid:pk>/import-branch/", exchange.branch_import, name="branch-import"),
    path("trees/<uuid:pk>/export/", exchange.tree_export, name="tree-export"),
    path("trees/<uuid:pk>/export/<slug:form>/", exchange.tree_export_file, name="tree-export-file"),
]
plan_urls = [
    path("trees/<uuid:pk>/plans/", plans.plan_list, name="plan-list"),
    path("trees/<uuid:pk>/plans/new/", plans.plan_create, name="plan-create"),
    path("trees/<uuid:pk>/bands/", plans.bands_edit, name="bands-edit"),
    path("trees/<uuid:pk>/phase/", phases.phase_switch, name="phase-switch"),
    path("trees/<uuid:pk>/history/csv/", history.tree_history_csv, name="tree-history-csv"),
    path("plans/<uuid:pk>/edit/", plans.plan_edit, name="plan-edit"),
    path("plans/<uuid:pk>/withdraw/", plans.plan_withdraw, name="plan-withdraw"),
]
urlpatterns = [
    *tree_urls,
    *kpi_urls,
    *library_urls,
    *start_urls,
    *exchange_urls,
    *plan_urls,
    path("", include("kpis.import_urls")),
    path("", include("kpis.objective_urls")),
]

"""Addresses of kpis."""

from django.urls import include, path

from kpis.views import kpis, library, lint, measurements, targets, tree_commands, trees

app_name = "kpis"

tree_urls = [
    path("", trees.tree_list, name="tree-list"),
    path("new/", trees.tree_create, name="tree-create"),
    path("new/example/", trees.tree_create_example, name="tree-create-example"),
    path("trees/<uuid:pk>/", trees.tree_detail, name="tree-detail"),
    path("trees/<uuid:pk>/rename/", trees.tree_rename, name="tree-rename"),
    path("trees/<uuid:pk>/activate/", trees.tree_activate, name="tree-activate"),
    path("trees/<uuid:pk>/archive/", trees.tree_archive, name="tree-archive"),
    path("trees/<uuid:pk>/restore/", trees.tree_restore, name="tree-restore"),
    path("trees/<uuid:pk>/history/", trees.tree_history, name="tree-history"),
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
urlpatterns = [
    *tree_urls,
    *kpi_urls,
    *library_urls,
    path("", include("kpis.import_urls")),
    path("", include("kpis.objective_urls")),
]

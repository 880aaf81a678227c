"""API addresses of the KPI floor."""

from django.urls import path

from kpis.api import exchange, library, lint, measurements, templates, trees

app_name = "kpis-api"
urlpatterns = [
    path("trees/", trees.tree_list, name="tree-list"),
    path("trees/<uuid:pk>/", trees.tree_detail, name="tree-detail"),
    path("trees/<uuid:pk>/commands/", trees.tree_command, name="tree-command"),
    path("trees/<uuid:pk>/changes/", trees.tree_changes, name="tree-changes"),
    path("trees/<uuid:pk>/scorecards/", trees.tree_scorecard, name="tree-scorecard"),
    path("trees/<uuid:pk>/lint/", lint.tree_lint, name="tree-lint"),
    path("templates/", templates.template_list, name="template-list"),
    path("trees/import/", exchange.tree_import, name="tree-import"),
    path("trees/<uuid:pk>/export/", exchange.tree_export, name="tree-export"),
    path("library/", library.definition_list, name="definition-list"),
    path("library/<uuid:pk>/", library.definition_detail, name="definition-detail"),
    path(
        "kpis/<uuid:pk>/measurements/", measurements.measurement_record, name="measurement-record"
    ),
]

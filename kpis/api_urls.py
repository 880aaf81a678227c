"""API addresses of the KPI floor."""

from django.urls import path

from kpis.api import library, lint, measurements, objectives, promises, trees

app_name = "kpis-api"
urlpatterns = [
    path("trees/", trees.tree_list, name="tree-list"),
    path("trees/<uuid:pk>/", trees.tree_detail, name="tree-detail"),
    path("trees/<uuid:pk>/commands/", trees.tree_command, name="tree-command"),
    path("trees/<uuid:pk>/scorecards/", trees.tree_scorecard, name="tree-scorecard"),
    path("trees/<uuid:pk>/lint/", lint.tree_lint, name="tree-lint"),
    path("library/", library.definition_list, name="definition-list"),
    path("library/<uuid:pk>/", library.definition_detail, name="definition-detail"),
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
urlpatterns += objective_urls

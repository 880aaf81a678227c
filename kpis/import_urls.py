"""Addresses of imports and scorecards; `kpis.urls` includes them."""

from django.urls import path

from kpis.views import imports, scorecards

urlpatterns = [
    path("trees/<uuid:tree_pk>/imports/", imports.import_list, name="import-list"),
    path("trees/<uuid:tree_pk>/imports/upload/", imports.import_upload, name="import-upload"),
    path("imports/<uuid:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<uuid:pk>/mapping/", imports.import_mapping, name="import-mapping"),
    path(
        "imports/<uuid:pk>/destinations/", imports.import_destinations, name="import-destinations"
    ),
    path("imports/<uuid:pk>/confirm/", imports.import_confirm, name="import-confirm"),
    path("imports/<uuid:pk>/discard/", imports.import_discard, name="import-discard"),
    path("trees/<uuid:tree_pk>/scorecard/", scorecards.scorecard_detail, name="scorecard-detail"),
    path(
        "trees/<uuid:tree_pk>/scorecard/recompute/",
        scorecards.scorecard_recompute,
        name="scorecard-recompute",
    ),
    path("runs/<uuid:pk>/", scorecards.run_progress, name="run-progress"),
]

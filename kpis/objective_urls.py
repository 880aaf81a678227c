"""Addresses of objectives and qualitative promises."""

from django.urls import path

from kpis.views import objectives, promises

urlpatterns = [
    path("trees/<uuid:tree_pk>/objectives/", objectives.objective_list, name="objective-list"),
    path(
        "trees/<uuid:tree_pk>/objectives/new/",
        objectives.objective_create,
        name="objective-create",
    ),
    path("objectives/<uuid:pk>/", objectives.objective_detail, name="objective-detail"),
    path("objectives/<uuid:pk>/edit/", objectives.objective_edit, name="objective-edit"),
    path(
        "objectives/<uuid:pk>/activate/", objectives.objective_activate, name="objective-activate"
    ),
    path(
        "objectives/<uuid:pk>/check-in/", objectives.objective_check_in, name="objective-check-in"
    ),
    path("objectives/<uuid:pk>/close/", objectives.objective_close, name="objective-close"),
    path("trees/<uuid:tree_pk>/promises/", promises.promise_list, name="promise-list"),
    path("trees/<uuid:tree_pk>/promises/new/", promises.promise_create, name="promise-create"),
    path("promises/<uuid:pk>/edit/", promises.promise_edit, name="promise-edit"),
    path("promises/<uuid:pk>/retire/", promises.promise_retire, name="promise-retire"),
]

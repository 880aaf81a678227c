"""Addresses of the pages that combine floors."""

from django.urls import path

from dashboards.views import insight, pages, shares

app_name = "dashboards"
urlpatterns = [
    path("", pages.home, name="home"),
    path("dashboards/", pages.dashboard_list, name="dashboard-list"),
    path("dashboards/trees/<uuid:pk>/", pages.tree_dashboard, name="tree-dashboard"),
    path("dashboards/trees/<uuid:pk>/why/", insight.tree_why, name="tree-why"),
    path("dashboards/trees/<uuid:pk>/what-if/", insight.tree_what_if, name="tree-what-if"),
    path("dashboards/trees/<uuid:pk>/matrix/", insight.tree_matrix, name="tree-matrix"),
    path(
        "dashboards/trees/<uuid:pk>/perspectives/",
        insight.tree_perspectives,
        name="tree-perspectives",
    ),
    path(
        "dashboards/engagements/<uuid:pk>/",
        pages.engagement_dashboard,
        name="engagement-dashboard",
    ),
    path("share/<str:token>/", shares.share_enter, name="share-enter"),
    path("shared/<uuid:pk>/", shares.shared, name="shared"),
]

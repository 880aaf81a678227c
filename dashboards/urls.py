"""Addresses of the pages that combine floors."""

from django.urls import path

from dashboards.views import pages, shares

app_name = "dashboards"
urlpatterns = [
    path("", pages.home, name="home"),
    path("dashboards/", pages.dashboard_list, name="dashboard-list"),
    path("dashboards/trees/<uuid:pk>/", pages.tree_dashboard, name="tree-dashboard"),
    path(
        "dashboards/engagements/<uuid:pk>/",
        pages.engagement_dashboard,
        name="engagement-dashboard",
    ),
    path("share/<str:token>/", shares.share_enter, name="share-enter"),
    path("shared/<uuid:pk>/", shares.shared, name="shared"),
]

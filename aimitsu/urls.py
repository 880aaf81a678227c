"""The sitemap: each app under its own prefix."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("dashboards.urls")),
    path("account/", include("allauth.account.urls")),
    path("organization/", include("accounts.urls")),
    path("kpis/", include("kpis.urls")),
    path("vendors/", include("vendors.urls")),
    path("quotes/", include("quotes.urls")),
    path("reviews/", include("reviews.urls")),
    path("api/", include("aimitsu.api")),
]

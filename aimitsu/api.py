"""The root of the API: one version, its schema, and the apps' routes."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

urlpatterns = [
    path("v1/schema.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("v1/", include("kpis.api_urls")),
]

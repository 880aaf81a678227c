"""The root of the API: one version, its schema, and the apps' routes."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from core.api_docs import api_docs, problem_detail

urlpatterns = [
    path("v1/schema.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("v1/docs/", api_docs, name="api-docs"),
    path("v1/problems/<slug:name>/", problem_detail, name="api-problem"),
    path("v1/", include("kpis.api_urls")),
]

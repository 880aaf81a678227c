"""API addresses of the KPI floor."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses of the ground floor."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("audit/", views.audit_log, name="audit-log"),
    path("dev/mail/", views.dev_mailbox, name="dev-mailbox"),
    path("dev/mail/<str:name>/", views.dev_mail, name="dev-mail"),
    path("ui/", views.ui_gallery, name="ui-gallery"),
]

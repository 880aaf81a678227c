"""Addresses of organizations and people."""

from django.urls import path

from accounts import views

app_name = "accounts"

organization_urls = [
    path("", views.organization_detail, name="organization-detail"),
    path("new/", views.organization_create, name="organization-create"),
    path("edit/", views.organization_edit, name="organization-edit"),
    path("switch/", views.organization_switch, name="organization-switch"),
]
invitation_urls = [
    path("invitations/create/", views.invitation_create, name="invitation-create"),
    path("invitations/accept/", views.invitation_accept, name="invitation-accept"),
    path("invitations/<uuid:pk>/revoke/", views.invitation_revoke, name="invitation-revoke"),
    path("invitations/<str:token>/", views.invitation_enter, name="invitation-enter"),
]
member_urls = [
    path("members/<uuid:pk>/role/", views.membership_role, name="membership-role"),
    path("members/<uuid:pk>/remove/", views.membership_remove, name="membership-remove"),
]
advisor_urls = [
    path("advisors/assign/", views.advisor_assign, name="advisor-assign"),
    path("advisors/<uuid:pk>/withdraw/", views.advisor_withdraw, name="advisor-withdraw"),
]
urlpatterns = organization_urls + invitation_urls + member_urls + advisor_urls

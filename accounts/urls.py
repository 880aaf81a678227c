"""Addresses of organizations and people."""

from django.urls import path

from accounts.views import advisors, invitations, members, organizations, tokens

app_name = "accounts"

organization_urls = [
    path("", organizations.organization_detail, name="organization-detail"),
    path("new/", organizations.organization_create, name="organization-create"),
    path("edit/", organizations.organization_edit, name="organization-edit"),
    path("switch/", organizations.organization_switch, name="organization-switch"),
]
invitation_urls = [
    path("invitations/create/", invitations.invitation_create, name="invitation-create"),
    path("invitations/accept/", invitations.invitation_accept, name="invitation-accept"),
    path("invitations/<uuid:pk>/resend/", invitations.invitation_resend, name="invitation-resend"),
    path("invitations/<uuid:pk>/revoke/", invitations.invitation_revoke, name="invitation-revoke"),
    path("invitations/<uuid:pk>/choose/", invitations.invitation_choose, name="invitation-choose"),
    path("invitations/<str:token>/", invitations.invitation_enter, name="invitation-enter"),
]
member_urls = [
    path("members/<uuid:pk>/role/", members.membership_role, name="membership-role"),
    path("members/<uuid:pk>/remove/", members.membership_remove, name="membership-remove"),
]
advisor_urls = [
    path("advisors/", advisors.advisor_search, name="advisor-search"),
    path("advisors/assign/", advisors.advisor_assign, name="advisor-assign"),
    path("advisors/invite/", advisors.advisor_invite, name="advisor-invite"),
    path("advisors/<uuid:pk>/withdraw/", advisors.advisor_withdraw, name="advisor-withdraw"),
    path("clients/", advisors.client_list, name="client-list"),
]
token_urls = [
    path("tokens/", tokens.token_list, name="token-list"),
    path("tokens/new/", tokens.token_create, name="token-create"),
    path("tokens/<uuid:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
]
urlpatterns = organization_urls + invitation_urls + member_urls + advisor_urls + token_urls

"""Addresses of vendors."""

from django.urls import path

from vendors.views import agreements, directory, engagements, shares

app_name = "vendors"
urlpatterns = [
    # The directory
    path("", directory.vendor_list, name="vendor-list"),
    path("add/", directory.vendor_add, name="vendor-add"),
    path("<uuid:pk>/", directory.vendor_detail, name="vendor-detail"),
    path("<uuid:pk>/edit/", directory.vendor_edit, name="vendor-edit"),
    # Engagements
    path("engagements/", engagements.engagement_list, name="engagement-list"),
    path("engagements/add/", engagements.engagement_add, name="engagement-add"),
    path("engagements/<uuid:pk>/", engagements.engagement_detail, name="engagement-detail"),
    path("engagements/<uuid:pk>/end/", engagements.engagement_end, name="engagement-end"),
    # Their agreements
    path("engagements/<uuid:pk>/sign/", agreements.engagement_sign, name="engagement-sign"),
    path("engagements/<uuid:pk>/change/", agreements.engagement_change, name="engagement-change"),
    path("agreements/<uuid:pk>/print/", agreements.agreement_print, name="agreement-print"),
    # Links to dashboards
    path("trees/<uuid:tree_pk>/shares/", shares.share_list, name="share-list"),
    path("trees/<uuid:tree_pk>/shares/create/", shares.share_create, name="share-create"),
    path("shares/<uuid:pk>/revoke/", shares.share_revoke, name="share-revoke"),
]

"""Addresses of quotes."""

from django.urls import path

from quotes.views import answers, decisions, requests, rounds

app_name = "quotes"
urlpatterns = [
    path("", rounds.rfq_list, name="rfq-list"),
    path("new/", requests.rfq_create, name="rfq-create"),
    path("<uuid:pk>/", rounds.rfq_detail, name="rfq-detail"),
    path("<uuid:pk>/edit/", requests.rfq_edit, name="rfq-edit"),
    path("<uuid:pk>/send/", requests.rfq_send, name="rfq-send"),
    path("<uuid:pk>/open/", requests.rfq_open, name="rfq-open"),
    path("<uuid:pk>/cancel/", requests.rfq_cancel, name="rfq-cancel"),
    path("<uuid:pk>/comparison/", decisions.rfq_comparison, name="rfq-comparison"),
    path("<uuid:pk>/report/", decisions.rfq_report, name="rfq-report"),
    path("<uuid:pk>/workbook/", decisions.rfq_workbook, name="rfq-workbook"),
    path("<uuid:pk>/decide/", decisions.rfq_decide, name="rfq-decide"),
    path("<uuid:pk>/quote/", answers.quote_edit, name="quote-edit"),
    path("<uuid:pk>/quote/autosave/", answers.quote_autosave, name="quote-autosave"),
    path("<uuid:pk>/quote/submit/", answers.quote_submit, name="quote-submit"),
    path("<uuid:pk>/decline/", answers.rfq_decline, name="rfq-decline"),
    path("revisions/<uuid:pk>/", rounds.revision_detail, name="revision-detail"),
]

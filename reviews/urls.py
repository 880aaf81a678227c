"""Addresses of reviews."""

from django.urls import path

from reviews.views import actions, cycles, notices, promises, reviews

app_name = "reviews"
urlpatterns = [
    # Reviews
    path("", reviews.review_list, name="review-list"),
    path("<uuid:pk>/", reviews.review_detail, name="review-detail"),
    path("<uuid:pk>/open/", reviews.review_open, name="review-open"),
    path("<uuid:pk>/agenda/", reviews.review_agenda, name="review-agenda"),
    path("<uuid:pk>/minutes/", reviews.review_minutes, name="review-minutes"),
    path("<uuid:pk>/close/", reviews.review_close, name="review-close"),
    path("<uuid:pk>/actions/add/", actions.action_add, name="action-add"),
    path("<uuid:pk>/promises/<uuid:promise_pk>/rate/", promises.promise_rate, name="promise-rate"),
    path("items/<uuid:pk>/note/", reviews.agenda_item_note, name="agenda-item-note"),
    # Actions
    path("actions/", actions.action_list, name="action-list"),
    path("actions/<uuid:pk>/", actions.action_detail, name="action-detail"),
    path("actions/<uuid:pk>/edit/", actions.action_edit, name="action-edit"),
    path("actions/<uuid:pk>/finish/", actions.action_finish, name="action-finish"),
    path("actions/<uuid:pk>/drop/", actions.action_drop, name="action-drop"),
    # Cycles
    path("cycles/", cycles.cycle_list, name="cycle-list"),
    path("cycles/add/", cycles.cycle_add, name="cycle-add"),
    path("cycles/<uuid:pk>/edit/", cycles.cycle_edit, name="cycle-edit"),
    path("cycles/<uuid:pk>/deactivate/", cycles.cycle_deactivate, name="cycle-deactivate"),
    path("cycles/<uuid:pk>/reactivate/", cycles.cycle_reactivate, name="cycle-reactivate"),
    path("cycles/<uuid:pk>/review-now/", cycles.cycle_review_now, name="cycle-review-now"),
    # Notices
    path("notices/", notices.reminder_list, name="reminder-list"),
    path("notices/read/", notices.reminder_read_all, name="reminder-read-all"),
    path("notices/<uuid:pk>/open/", notices.reminder_open, name="reminder-open"),
]

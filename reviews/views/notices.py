"""A person's own notices."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.access import actor_of
from reviews.models import Reminder
from reviews.operations import reminders as operations
from reviews.queries.notices import notices, unread_count

PAGE = 50


@require_GET
def reminder_list(request: HttpRequest) -> HttpResponse:
    """List the notices of the person in the active organization."""
    actor = actor_of(request)
    is_unread_only = request.GET.get("show") == "unread"
    found = notices(actor).unread() if is_unread_only else notices(actor)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "unread": unread_count(actor),
        "is_unread_only": is_unread_only,
    }
    return render(request, "reviews/reminder_list.html", context)


@require_POST
def reminder_open(request: HttpRequest, pk: str) -> HttpResponse:
    """Note that a notice was read, and go where it points."""
    actor = actor_of(request)
    reminder = get_object_or_404(Reminder.objects.visible_to(actor), pk=pk)
    operations.read_notice(reminder=reminder, by=actor, at=timezone.now())
    return redirect(reminder.url)


@require_POST
def reminder_read_all(request: HttpRequest) -> HttpResponse:
    """Note that all notices were read."""
    operations.read_all_notices(by=actor_of(request), at=timezone.now())
    return redirect("reviews:reminder-list")

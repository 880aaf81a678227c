"""Reviews: the list, the page of one, and what is written into it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from reviews.forms import ActionForm, MinutesForm, NoteForm, VersionForm
from reviews.models import ActionItem, AgendaItem, Review, ReviewStatus
from reviews.operations import agendas, meetings, scheduling
from reviews.policies import why_not_close, why_not_open, why_not_set_up, why_not_write
from reviews.queries.agendas import rows_of
from reviews.queries.numbers import numbers_of
from reviews.queries.reviews import reviews
from reviews.views.rated import rated_rows

PAGE = 50


def review_of(request: HttpRequest, pk: str) -> Review:
    """Return the review if the actor's organization takes part in it."""
    visible = Review.objects.visible_to(actor_of(request))
    found = visible.select_related("cycle", "client", "tree", "engagement__vendor", "closed_by")
    return get_object_or_404(found, pk=pk)


@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """List the reviews of the actor's side."""
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()
    chosen = request.GET.get("status", "")
    found = reviews(actor, search=search, status=chosen)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "search": search,
        "chosen": chosen,
        "statuses": ReviewStatus.choices,
        "refusal": why_not_set_up(actor),
        "is_vendor": actor.is_vendor,
        "shows_client": len(actor.client_ids) > 1,
    }
    return render(request, "reviews/review_list.html", context)


@require_GET
def review_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show a review: numbers, agenda, minutes and actions."""
    return review_page(request, review_of(request, pk))


def review_page(
    request: HttpRequest, review: Review, status: int = 200, **more: Any
) -> HttpResponse:
    """Answer with the page of a review; `more` replaces parts of it (a form with errors)."""
    actor = actor_of(request)
    refusal = why_not_write(review, actor)
    items = AgendaItem.objects.visible_to(actor).filter(review=review).select_related("kpi")
    actions = ActionItem.objects.visible_to(actor).filter(review=review)
    context = {
        "review": review,
        # A vendor does not learn what else its client aims at: not even the tree's name.
        "subject": review.client.name if actor.is_vendor else review.tree.name,
        "numbers": numbers_of(review),
        "promises": rated_rows(review, actor),
        "agenda": [(row, _note_form(row.item)) for row in rows_of(items.order_by("position"))],
        "actions": actions.select_related("owner", "owner_organization", "kpi").order_by(
            "status", "due_on", "id"
        ),
        "refusal": refusal,
        "open_refusal": why_not_open(review, actor),
        "close_refusal": why_not_close(review, actor),
        "minutes_form": MinutesForm(initial={"minutes": review.minutes, "version": review.version}),
        "action_form": None if refusal else ActionForm(review=review),
        "is_vendor": actor.is_vendor,
        "today": timezone.localdate(timezone=review.client.zone),
        **more,
    }
    return render(request, "reviews/review_detail.html", context, status=status)


def _note_form(item: AgendaItem) -> NoteForm:
    initial = {"note": item.note, "decision": item.decision, "version": item.version}
    return NoteForm(initial=initial, prefix=f"item-{item.pk}")


@require_POST
def review_open(request: HttpRequest, pk: str) -> HttpResponse:
    """Start a review before its day."""
    review = scheduling.open_review(
        review=review_of(request, pk), by=actor_of(request), at=timezone.now()
    )
    return redirect("reviews:review-detail", pk=review.pk)


@require_POST
def review_agenda(request: HttpRequest, pk: str) -> HttpResponse:
    """Make the agenda from the newest numbers; notes and decisions stay."""
    review = review_of(request, pk)
    agendas.make_agenda(review=review, by=actor_of(request), at=timezone.now())
    return redirect("reviews:review-detail", pk=review.pk)


@require_POST
def review_minutes(request: HttpRequest, pk: str) -> HttpResponse:
    """Store the minutes; when somebody else was faster, show both texts and lose neither."""
    review = review_of(request, pk)
    require(why_not_write(review, actor_of(request)))
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return review_page(request, review, status=422, minutes_form=form)
    try:
        meetings.save_minutes(
            review=review, by=actor_of(request), at=timezone.now(), **form.cleaned_data
        )
    except Denied as denied:
        if denied.refusal.code != "reviews.stale":
            raise
        review.refresh_from_db()
        context = {
            "review": review,
            "refusal": denied.refusal,
            "form": MinutesForm(
                initial={"minutes": form.cleaned_data["minutes"], "version": review.version}
            ),
        }
        return render(request, "reviews/minutes_conflict.html", context, status=409)
    return redirect(f"{review.get_absolute_url()}#minutes")


@require_POST
def review_close(request: HttpRequest, pk: str) -> HttpResponse:
    """Close a review: from then on it stays as it is."""
    review = review_of(request, pk)
    require(why_not_close(review, actor_of(request)))
    form = VersionForm(request.POST)
    if not form.is_valid():
        return review_page(request, review, status=422)
    meetings.close_review(
        review=review,
        version=form.cleaned_data["version"],
        by=actor_of(request),
        at=timezone.now(),
    )
    return redirect("reviews:review-detail", pk=review.pk)


@require_POST
def agenda_item_note(request: HttpRequest, pk: str) -> HttpResponse:
    """Store what was said and decided about one point."""
    visible = AgendaItem.objects.visible_to(actor_of(request)).select_related("review")
    item = get_object_or_404(visible, pk=pk)
    require(why_not_write(item.review, actor_of(request)))
    form = NoteForm(request.POST, prefix=f"item-{item.pk}")
    if not form.is_valid():
        return review_page(request, review_of(request, str(item.review_id)), status=422)
    try:
        agendas.note_agenda_item(
            item=item, by=actor_of(request), at=timezone.now(), **form.cleaned_data
        )
    except Denied as denied:
        if denied.refusal.code != "reviews.stale":
            raise
        item.refresh_from_db()
        kept = {**form.cleaned_data, "version": item.version}
        context = {
            "item": item,
            "review": item.review,
            "refusal": denied.refusal,
            "form": NoteForm(initial=kept, prefix=f"item-{item.pk}"),
        }
        return render(request, "reviews/note_conflict.html", context, status=409)
    return redirect(f"{item.review.get_absolute_url()}#item-{item.pk}")

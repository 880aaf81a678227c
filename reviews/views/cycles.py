"""Review cycles: when reviews take place."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.models import Tree
from kpis.queries.scorecards import latest_month_with_scores
from reviews.forms import CycleEditForm, MonthForm, NewCycleForm
from reviews.models import ReviewCycle
from reviews.operations import cycles as operations
from reviews.operations.scheduling import review_now
from reviews.policies import why_not_set_up, why_not_work_for
from reviews.queries.due import last_ended_month
from vendors.queries.engagements import as_uuid

PAGE = 50


def _cycle(request: HttpRequest, pk: str) -> ReviewCycle:
    visible = ReviewCycle.objects.visible_to(actor_of(request))
    found = visible.select_related("client", "tree", "engagement__vendor")
    return get_object_or_404(found, pk=pk)


@require_GET
def cycle_list(request: HttpRequest) -> HttpResponse:
    """List the cycles of the actor's clients."""
    actor = actor_of(request)
    if actor.is_vendor:
        raise Http404
    found = ReviewCycle.objects.visible_to(actor).select_related(
        "client", "tree", "engagement__vendor"
    )
    context = {
        "page": Paginator(found.order_by("-is_active", "name", "id"), PAGE).get_page(
            request.GET.get("page")
        ),
        "refusal": why_not_set_up(actor),
        "month": last_ended_month(timezone.localdate()).starts_on,
    }
    return render(request, "reviews/cycle_list.html", context)


@require_http_methods(["GET", "POST"])
def cycle_add(request: HttpRequest) -> HttpResponse:
    """Start a cycle: first the tree, then the rhythm."""
    actor = actor_of(request)
    require(why_not_set_up(actor))
    trees = Tree.objects.visible_to(actor).in_use().select_related("client").order_by("name", "id")
    tree_pk = request.GET.get("tree", "")
    if not tree_pk:
        return render(request, "reviews/cycle_choose_tree.html", {"trees": trees[:200]})
    tree = get_object_or_404(trees, pk=as_uuid(tree_pk))
    require(why_not_work_for(tree.client_id, actor))
    initial = {
        "name": _("%(tree)s 月次レビュー") % {"tree": tree.name},
        "starts_on": last_ended_month(timezone.localdate(timezone=tree.client.zone)).starts_on,
        "engagement": as_uuid(request.GET.get("engagement", "")),
    }
    if (day := request.GET.get("business_day", "")).isdecimal() and len(day) < 3:  # a wish
        initial["business_day"] = int(day)
    form = NewCycleForm(request.POST or None, tree=tree, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.create_cycle(
                client=tree.client, tree=tree, by=actor, at=timezone.now(), **form.cleaned_data
            )
        except Denied as denied:
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("reviews:cycle-list")
    status = 422 if form.is_bound else 200
    context = {"form": form, "tree": tree, "title": _("振り返りの予定を作る")}
    return render(request, "reviews/cycle_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def cycle_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change when the reviews of a cycle take place."""
    actor = actor_of(request)
    cycle = _cycle(request, pk)
    require(why_not_work_for(cycle.client_id, actor))
    form = CycleEditForm(request.POST or None, initial=CycleEditForm.initial_of(cycle))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_cycle(cycle=cycle, by=actor, at=timezone.now(), **form.cleaned_data)
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("reviews:cycle-list")
    context = {
        "form": form,
        "cycle": cycle,
        "tree": cycle.tree,
        "title": _("振り返りの予定を変更"),
    }
    return render(request, "reviews/cycle_form.html", context, status=status)


@require_POST
def cycle_deactivate(request: HttpRequest, pk: str) -> HttpResponse:
    """Make no more reviews."""
    operations.deactivate_cycle(cycle=_cycle(request, pk), by=actor_of(request), at=timezone.now())
    return redirect("reviews:cycle-list")


@require_POST
def cycle_reactivate(request: HttpRequest, pk: str) -> HttpResponse:
    """Make reviews again."""
    operations.reactivate_cycle(cycle=_cycle(request, pk), by=actor_of(request), at=timezone.now())
    return redirect("reviews:cycle-list")


@require_http_methods(["GET", "POST"])
def cycle_review_now(request: HttpRequest, pk: str) -> HttpResponse:
    """Hold the review of a month now; the newest month with scores is proposed."""
    actor = actor_of(request)
    cycle = _cycle(request, pk)
    require(why_not_work_for(cycle.client_id, actor))
    today = timezone.localdate(timezone=cycle.client.zone)
    last = last_ended_month(today).starts_on
    scored = latest_month_with_scores(cycle.tree)
    form = MonthForm(request.POST or None, initial={"month": min(scored, last) if scored else last})
    if request.method == "POST" and form.is_valid():
        try:
            review = review_now(
                cycle=cycle, month=form.cleaned_data["month"], by=actor, at=timezone.now()
            )
        except Denied as denied:
            form.add_error("month", str(denied.refusal.reason))
        else:
            return redirect("reviews:review-detail", pk=review.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "cycle": cycle}
    return render(request, "reviews/cycle_review_now.html", context, status=status)

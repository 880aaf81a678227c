"""Action items: the list, and what becomes of one."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from reviews.forms import ActionEditForm, ActionForm, ReasonForm, ResultForm
from reviews.models import ActionItem, ActionStatus
from reviews.operations import actions as operations
from reviews.policies import (
    why_not_drop_action,
    why_not_edit_action,
    why_not_finish_action,
    why_not_write,
)
from reviews.queries.actions import Whose, actions
from reviews.views.reviews import review_of, review_page

PAGE = 50


def _action(request: HttpRequest, pk: str) -> ActionItem:
    visible = ActionItem.objects.visible_to(actor_of(request)).select_related(
        "review__cycle",
        "review__client",
        "review__engagement",
        "owner",
        "owner_organization",
        "kpi",
    )
    return get_object_or_404(visible, pk=pk)


@require_GET
def action_list(request: HttpRequest) -> HttpResponse:
    """List action items: one's own or all, what is overdue first."""
    actor = actor_of(request)
    whose = Whose.ALL if request.GET.get("whose") == "all" else Whose.MINE
    chosen = request.GET.get("status", ActionStatus.OPEN.value)
    today = timezone.localdate()
    found = actions(actor, whose=whose, status=chosen, today=today)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "whose": whose.value,
        "chosen": chosen,
        "statuses": ActionStatus.choices,
        "today": today,
    }
    return render(request, "reviews/action_list.html", context)


@require_POST
def action_add(request: HttpRequest, pk: str) -> HttpResponse:
    """Add an action to a review."""
    review = review_of(request, pk)
    require(why_not_write(review, actor_of(request)))
    form = ActionForm(request.POST, review=review)
    if form.is_valid():
        try:
            action = operations.add_action(
                review=review,
                kpi=form.cleaned_data["kpi"],
                by=actor_of(request),
                at=timezone.now(),
                **form.action(),
            )
        except Denied as denied:
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect(f"{review.get_absolute_url()}#action-{action.pk}")
    return review_page(request, review, status=422, action_form=form)


@require_GET
def action_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one action with the forms that end it."""
    return _page(request, _action(request, pk), ResultForm(), ReasonForm())


def _page(
    request: HttpRequest,
    action: ActionItem,
    result_form: ResultForm,
    reason_form: ReasonForm,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "action": action,
        "is_open": action.status == ActionStatus.OPEN,
        "result_form": result_form,
        "reason_form": reason_form,
        "edit_refusal": why_not_edit_action(action, actor),
        "finish_refusal": why_not_finish_action(action, actor),
        "drop_refusal": why_not_drop_action(action, actor),
        "today": timezone.localdate(timezone=action.review.client.zone),
    }
    return render(request, "reviews/action_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change what is to be done, by whom or until when."""
    actor = actor_of(request)
    action = _action(request, pk)
    require(why_not_edit_action(action, actor))
    form = ActionEditForm(request.POST or None, action=action)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_action(
                action=action,
                version=form.cleaned_data["version"],
                by=actor,
                at=timezone.now(),
                **form.action(),
            )
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("reviews:action-detail", pk=action.pk)
    context = {"form": form, "action": action}
    return render(request, "reviews/action_form.html", context, status=status)


@require_POST
def action_finish(request: HttpRequest, pk: str) -> HttpResponse:
    """Report an action as done."""
    action = _action(request, pk)
    require(why_not_finish_action(action, actor_of(request)))
    form = ResultForm(request.POST)
    if not form.is_valid():
        return _page(request, action, form, ReasonForm(), status=422)
    operations.finish_action(
        action=action,
        result=form.cleaned_data["result"],
        by=actor_of(request),
        at=timezone.now(),
    )
    return redirect("reviews:action-detail", pk=action.pk)


@require_POST
def action_drop(request: HttpRequest, pk: str) -> HttpResponse:
    """Give an action up."""
    action = _action(request, pk)
    require(why_not_drop_action(action, actor_of(request)))
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, action, ResultForm(), form, status=422)
    operations.drop_action(
        action=action,
        reason=form.cleaned_data["reason"],
        by=actor_of(request),
        at=timezone.now(),
    )
    return redirect("reviews:action-detail", pk=action.pk)

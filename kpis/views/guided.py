"""The guided start: five questions, one page each; leave and come back at any of them."""

from collections.abc import Collection
from itertools import islice

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.policies import require
from core.tenancy import Actor
from kpis.forms.guided import BeginForm
from kpis.forms.guided_walk import LONGEST_ANSWER, MOST_ANSWERS, SHOWN_TYPE, Walk
from kpis.models import GuidedStart
from kpis.models.guided import STEPS
from kpis.operations import guided as operations
from kpis.policies.trees import why_not_create_tree
from kpis.queries.guided import goal_kinds
from kpis.queries.lint import lint_report
from kpis.queries.trees import clients_of

PAGE = 20
NO_ANSWERS = {"csrfmiddlewaretoken", "go"}


def _start(request: HttpRequest, pk: str) -> GuidedStart:
    actor = actor_of(request)
    if actor.is_vendor or actor.user_id is None:
        raise Http404
    visible = GuidedStart.objects.visible_to(actor).filter(discarded_at=None)
    return get_object_or_404(visible.select_related("client", "tree"), pk=pk)


@require_http_methods(["GET", "POST"])
def guided_begin(request: HttpRequest) -> HttpResponse:
    """Say what comes, offer to go on with an earlier one, and begin."""
    actor = actor_of(request)
    require(why_not_create_tree(actor))
    form = BeginForm(request.POST or None, clients=clients_of(actor))
    if request.method == "POST" and form.is_valid():
        start = operations.begin_guided_start(
            client_id=form.cleaned_data["client"],
            kind=form.cleaned_data["kind"],
            by=actor,
            at=timezone.now(),
        )
        return redirect("kpis:guided-step", pk=start.pk, step=1)
    found = GuidedStart.objects.visible_to(actor).unfinished().select_related("client")
    page = Paginator(found.order_by("-changed_at", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "kinds": goal_kinds()}
    return render(request, "kpis/guided/begin.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def guided_step(request: HttpRequest, pk: str, step: int) -> HttpResponse:
    """Ask one of the five questions; nothing typed is lost on the way back or forth."""
    start, actor = _start(request, pk), actor_of(request)
    if not 1 <= step <= STEPS:
        raise Http404
    if start.tree_id is not None:
        return redirect("kpis:guided-done", pk=start.pk)
    if request.method == "POST":
        return _answered(request, start, step)
    walk = _walk(start, actor)
    if (earlier := walk.first_open(step)) != step:
        return redirect("kpis:guided-step", pk=start.pk, step=earlier)
    return _page(request, walk, step)


def _walk(start: GuidedStart, actor: Actor) -> Walk:
    return Walk(start, actor, timezone.localdate(timezone=start.client.zone))


def _page(request: HttpRequest, walk: Walk, step: int, status: int = 200) -> HttpResponse:
    context = {
        "start": walk.start,
        "step": step,
        "kind": walk.kind,
        "form": walk.form(step),
        "walk": walk,
        "design": walk.design() if step > 3 else [],
    }
    return render(request, f"kpis/guided/step_{step}.html", context, status=status)


def _answered(request: HttpRequest, start: GuidedStart, step: int) -> HttpResponse:
    """Keep what was typed, right or wrong, then go where the button says."""
    actor, go = actor_of(request), request.POST.get("go", "next")
    typed = _typed(request, SHOWN_TYPE if go == "show" else None)
    start.answers = {**start.answers, str(step): typed}
    walk = _walk(start, actor)
    earlier = walk.first_open(step)
    is_right = earlier == step and go != "show" and walk.form(step).is_valid()
    on = {"back": step - 1, "next": step + 1 if is_right else step}.get(go, step)
    operations.answer_step(
        start=start, step=step, typed=typed, resume_at=on, by=actor, at=timezone.now()
    )
    if go == "leave":
        return redirect("kpis:tree-list")
    if earlier != step or go in {"show", "back"}:
        return redirect("kpis:guided-step", pk=start.pk, step=min(earlier, max(on, 1)))
    if not is_right or go == "check":
        return _page(request, walk, step, status=200 if is_right else 422)
    return _finished(walk, actor) if step == STEPS else _next(start, on)


def _typed(request: HttpRequest, only: Collection[str] | None) -> dict[str, list[str]]:
    """Return what was typed, as it can be stored: no endless texts, no NUL characters."""
    found = {
        name.replace("\0", ""): [one[:LONGEST_ANSWER].replace("\0", "") for one in values]
        for name, values in request.POST.lists()
        if name not in NO_ANSWERS and (only is None or name in only)
    }
    return dict(islice(found.items(), MOST_ANSWERS))


def _next(start: GuidedStart, step: int) -> HttpResponse:
    return redirect("kpis:guided-step", pk=start.pk, step=step)


def _finished(walk: Walk, actor: Actor) -> HttpResponse:
    """Make the tree of all answers."""
    operations.finish_guided_start(
        start=walk.start,
        name=walk.goal.cleaned_data["name"],
        plan=walk.plan(),
        by=actor,
        at=timezone.now(),
    )
    return redirect("kpis:guided-done", pk=walk.start.pk)


@require_POST
def guided_discard(request: HttpRequest, pk: str) -> HttpResponse:
    """Throw the answers away."""
    operations.discard_guided_start(
        start=_start(request, pk), by=actor_of(request), at=timezone.now()
    )
    return redirect("kpis:tree-list")


@require_GET
def guided_done(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what was made and what comes next."""
    start = _start(request, pk)
    if start.tree is None:
        return redirect("kpis:guided-step", pk=start.pk, step=start.step)
    answers = start.answers.get("5") or {}
    context = {
        "start": start,
        "tree": start.tree,
        "size": start.tree.kpis.living().count(),
        "report": lint_report(start.tree, timezone.localdate(timezone=start.client.zone)),
        "rhythm": (answers.get("rhythm") or ["month"])[0],
        "business_day": (answers.get("business_day") or ["5"])[0],
    }
    return render(request, "kpis/guided/done.html", context)

"""Engagements: the list, one with its agreement, a new one made by hand, its end."""

from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from kpis.models import Tree
from kpis.queries.lint import before_signing
from vendors.forms import (
    EndForm,
    EngagementForm,
    PromiseForm,
    SignForm,
    complaints_of,
    promises_of,
)
from vendors.models import Engagement, EngagementStatus
from vendors.operations import engagements as operations
from vendors.policies import (
    why_not_add_vendor,
    why_not_end,
    why_not_propose_change,
    why_not_sign,
    why_not_work_for,
)
from vendors.queries import agreements, engagements
from vendors.queries.directory import records_of
from vendors.queries.terms import promises_in_words
from vendors.wording import shown_changes, shown_lines

PAGE = 50


def engagement_of(request: HttpRequest, pk: str) -> Engagement:
    """Return the engagement if the actor's organization is on one of its sides."""
    visible = Engagement.objects.visible_to(actor_of(request))
    return get_object_or_404(visible.select_related("client", "vendor", "tree"), pk=pk)


@require_GET
def engagement_list(request: HttpRequest) -> HttpResponse:
    """List the engagements of the actor's side, with search and a filter by status."""
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()
    chosen = request.GET.get("status", "")
    found = engagements.engagements(actor, search=search, status=chosen)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "search": search,
        "chosen": chosen,
        "statuses": EngagementStatus.choices,
        "refusal": why_not_add_vendor(actor),
        "is_vendor": actor.is_vendor,
        "today": timezone.localdate(),
        "shows_client": len(actor.client_ids) > 1,
    }
    return render(request, "vendors/engagement_list.html", context)


@require_GET
def engagement_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show an engagement with the newest agreement, its signatures and its history."""
    engagement = engagement_of(request, pk)
    return detail_page(request, engagement, SignForm())


def detail_page(
    request: HttpRequest, engagement: Engagement, form: SignForm, status: int = 200
) -> HttpResponse:
    """Answer with the page of an engagement; the form of the signature may hold errors."""
    actor = actor_of(request)
    versions = agreements.versions_of(engagement)
    latest, in_force = versions[0], agreements.in_force(versions)
    today = timezone.localdate(timezone=engagement.client.zone)
    earlier = next((one for one in versions[1:]), None)
    changes = agreements.changes_to(latest, versions)
    if not form.is_bound:
        form.initial["seen_sha256"] = latest.agreement.sha256
    findings = []
    if not actor.is_vendor and in_force is not latest:  # the tree is the client's own affair
        agreed = {UUID(line.kpi_id) for line in latest.terms.lines}
        findings = before_signing(engagement.tree, agreed, today)
    context = {
        "engagement": engagement,
        "promises_changed": not actor.is_vendor and _promises_changed(engagement, latest),
        "today": today,
        "findings": findings,
        "latest": latest,
        "in_force": in_force,
        "is_latest_in_force": in_force is latest,
        "versions": versions,
        "lines": shown_lines(latest.terms),
        "changes": shown_changes(changes, earlier.terms, latest.terms) if earlier else [],
        "promises": records_of([engagement])[0].promises,
        "form": form,
        "sign_refusal": why_not_sign(engagement, latest, actor, today=today),
        "change_refusal": why_not_propose_change(engagement, actor),
        "end_refusal": why_not_end(engagement, actor),
        "end_form": EndForm(prefix="end"),
        "is_vendor": actor.is_vendor,
        "is_proposed": engagement.status == EngagementStatus.PROPOSED,
    }
    return render(request, "vendors/engagement_detail.html", context, status=status)


def _promises_changed(engagement: Engagement, latest: agreements.Version) -> bool:
    """Whether the tree's qualitative promises are no longer those of the newest version."""
    if engagement.status == EngagementStatus.ENDED:
        return False
    agreed = [UUID(line.kpi_id) for line in latest.terms.lines]
    return agreements.promises_differ(latest.terms, promises_in_words(engagement, kpi_ids=agreed))


@require_http_methods(["GET", "POST"])
def engagement_add(request: HttpRequest) -> HttpResponse:
    """Make an engagement for a contract that was there before: first the tree, then the rest."""
    actor = actor_of(request)
    require(why_not_add_vendor(actor))
    trees = Tree.objects.visible_to(actor).in_use().select_related("client").order_by("name", "id")
    tree_pk = request.GET.get("tree", "")
    if not tree_pk:
        return render(request, "vendors/engagement_choose_tree.html", {"trees": trees[:200]})
    tree = get_object_or_404(trees, pk=engagements.as_uuid(tree_pk))
    require(why_not_work_for(tree.client_id, actor))
    today = timezone.localdate(timezone=tree.client.zone)
    data = request.POST if request.method == "POST" else None
    form = EngagementForm(
        data,
        client_id=tree.client_id,
        initial={"starts_on": today, "ends_on": today + timedelta(days=364)},
    )
    rows = [PromiseForm(data, kpi=kpi) for kpi in engagements.promisable_kpis(tree)]
    if data is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        chosen = form.cleaned_data
        try:
            engagement = operations.propose_engagement(
                client_id=tree.client_id,
                vendor_id=chosen.pop("vendor").organization_id,
                tree=tree,
                rfq_id=None,
                currency=tree.client.currency,
                promises=promises_of(rows),
                by=actor,
                at=timezone.now(),
                **chosen,
            )
        except Denied as denied:
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("vendors:engagement-detail", pk=engagement.pk)
    status = 422 if form.is_bound else 200
    context = {
        "form": form,
        "rows": rows,
        "tree": tree,
        "title": _("契約を登録"),
        "complaints": complaints_of(rows),
    }
    return render(request, "vendors/engagement_form.html", context, status=status)


@require_POST
def engagement_end(request: HttpRequest, pk: str) -> HttpResponse:
    """End an engagement, or take a proposal back."""
    engagement = engagement_of(request, pk)
    require(why_not_end(engagement, actor_of(request)))
    form = EndForm(request.POST, prefix="end")
    if not form.is_valid():
        return detail_page(request, engagement, SignForm(), status=422)
    operations.end_engagement(
        engagement=engagement,
        reason=form.cleaned_data["reason"],
        by=actor_of(request),
        at=timezone.now(),
    )
    return redirect("vendors:engagement-detail", pk=engagement.pk)

"""A client and its advisory firms: finding, assigning, inviting, withdrawing; a firm's clients."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import operations, policies, queries
from accounts.forms import AdvisorForm, AdvisorInvitationForm
from accounts.models import AdvisoryAssignment, Organization
from accounts.views.people import own_organization
from core.access import actor_of
from core.policies import require

PAGE = 50


@require_GET
def advisor_search(request: HttpRequest) -> HttpResponse:
    """Find an advisory firm by its name, to assign it; or invite one that is not here yet."""
    require(policies.why_not_assign(actor_of(request).organization_id, None, actor_of(request)))
    search = request.GET.get("q", "").strip()
    return _search_page(request, search, AdvisorInvitationForm(initial={"name": search}))


def _search_page(
    request: HttpRequest, search: str, form: AdvisorInvitationForm, status: int = 200
) -> HttpResponse:
    client = own_organization(request)
    found = queries.firms_matching(search) if search else Organization.objects.none()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "firms": queries.firms_of(page.object_list, client.pk),
        "search": search,
        "form": form,
    }
    return render(request, "accounts/advisor_search.html", context, status=status)


@require_POST
def advisor_assign(request: HttpRequest) -> HttpResponse:
    """Let an advisory firm act for the active client."""
    actor = actor_of(request)
    require(policies.why_not_assign(actor.organization_id, None, actor))
    form = AdvisorForm(request.POST)
    if not form.is_valid():
        raise Http404
    firm = get_object_or_404(queries.firms_matching(""), pk=form.cleaned_data["firm"])
    operations.assign_advisor(
        client_id=own_organization(request).pk, firm=firm, by=actor, at=timezone.now()
    )
    messages.info(request, _("相談室を指定しました。"))
    return redirect("accounts:organization-detail")


@require_POST
def advisor_invite(request: HttpRequest) -> HttpResponse:
    """Invite an advisory firm that is not on the site yet."""
    actor = actor_of(request)
    require(policies.why_not_assign(actor.organization_id, None, actor))
    form = AdvisorInvitationForm(request.POST)
    if not form.is_valid():
        return _search_page(request, str(form.data.get("name", "")).strip(), form, 422)
    operations.register_advisory_firm(
        name=form.cleaned_data["name"],
        contact_email=form.cleaned_data["email"],
        by=actor,
        at=timezone.now(),
    )
    messages.info(request, _("相談室に招待メールを送りました。"))
    return redirect("accounts:organization-detail")


@require_POST
def advisor_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Withdraw an advisory firm; its rights end with its next request."""
    visible = AdvisoryAssignment.objects.visible_to(actor_of(request)).select_related("firm")
    assignment = get_object_or_404(visible, pk=pk)
    operations.withdraw_advisor(assignment=assignment, by=actor_of(request), at=timezone.now())
    messages.info(request, _("相談室の指定を取り消しました。"))
    return redirect("accounts:organization-detail")


@require_GET
def client_list(request: HttpRequest) -> HttpResponse:
    """List the clients that assigned the active advisory firm."""
    actor = actor_of(request)
    if not actor.is_advisor:
        raise Http404
    search = request.GET.get("q", "").strip()
    assignments = AdvisoryAssignment.objects.visible_to(actor).active().matching(search)
    ordered = assignments.select_related("client").order_by("client__name", "pk")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/client_list.html", {"page": page, "search": search})

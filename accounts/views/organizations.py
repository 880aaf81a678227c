"""The active organization: founding, showing, changing, switching to another one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations, policies, queries
from accounts.forms import InvitationForm, OrganizationEditForm, OrganizationForm
from accounts.middleware import SESSION_KEY
from accounts.models import AdvisoryAssignment, Invitation, Membership, Organization, Role
from accounts.views.people import own_organization, signed_in_user
from core.access import actor_of
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Denied
from core.policies import require

PAGE = 50


@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    """Register an organization; its maker becomes the owner and goes on working for it."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            organization = operations.create_organization(
                name=data.pop("name"),
                kind=OrganizationKind(data.pop("kind")),
                by=actor_of(request),
                at=timezone.now(),
                **data,
            )
        except Denied as denied:
            form.add_error("name", str(denied.refusal.reason))
        else:
            request.session[SESSION_KEY] = str(organization.pk)
            return redirect("dashboards:home")
    waiting = queries.invitations_for(signed_in_user(request), timezone.now())
    context = {"form": form, "waiting": waiting, "has_one": actor_of(request).organization_id}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/organization_create.html", context, status=status)


@require_GET
def organization_detail(request: HttpRequest) -> HttpResponse:
    """Show the active organization: settings, members, invitations, advisors or clients."""
    if actor_of(request).organization_id is None:
        return redirect("accounts:organization-create")
    return detail_page(request, invitation_form=InvitationForm())


def detail_page(
    request: HttpRequest, *, invitation_form: InvitationForm, status: int = 200
) -> HttpResponse:
    """Draw the page of the active organization, also with a form that was filled in wrongly."""
    actor, organization = actor_of(request), own_organization(request)
    search = request.GET.get("q", "").strip()
    assignments = AdvisoryAssignment.objects.visible_to(actor).active()
    context = {
        "organization": organization,
        "refusal": policies.why_not_manage(organization.pk, actor),
        "roles": Role.choices,
        "search": search,
        "invitation_form": invitation_form,
        "invitations": Invitation.objects.visible_to(actor)
        .open()
        .select_related("organization")
        .order_by("organization__name", "created_at")[:PAGE],
        "now": timezone.now(),
        "assignments": assignments.select_related("firm", "client").order_by("-started_at")[:PAGE],
        "assignment_count": assignments.count(),
        **_members(request, organization, search),
    }
    return render(request, "accounts/organization_detail.html", context, status=status)


def _members(request: HttpRequest, organization: Organization, search: str) -> dict[str, Any]:
    members = Membership.objects.filter(organization=organization).matching(search)
    ordered = members.select_related("user").order_by("joined_at", "pk")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    owners, actor = queries.owner_count(organization.pk), actor_of(request)
    rows = [
        (one, policies.why_not_change_member(one, actor, owners=owners)) for one in page.object_list
    ]
    return {"page": page, "members": rows}


@require_http_methods(["GET", "POST"])
def organization_edit(request: HttpRequest) -> HttpResponse:
    """Change the settings of the active organization; a stale form comes back with both sides."""
    organization = own_organization(request)
    require(policies.why_not_manage(organization.pk, actor_of(request)))
    if request.method == "GET":
        return _edit_page(request, OrganizationEditForm(initial=_settings_of(organization)))
    form = OrganizationEditForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, form, status=422)
    changes = dict(form.cleaned_data)
    try:
        operations.update_organization(
            organization=organization,
            version=changes.pop("version"),
            changes=changes,
            by=actor_of(request),
            at=timezone.now(),
        )
    except Denied as denied:
        if denied.refusal.code != "accounts.stale":
            raise
        return _stale_page(request, organization, changes, denied)
    messages.info(request, _("設定を保存しました。"))
    return redirect("accounts:organization-detail")


def _settings_of(organization: Organization) -> dict[str, Any]:
    names = (*operations.EDITABLE, "version")
    return {name: getattr(organization, name) for name in names}


def _stale_page(
    request: HttpRequest, organization: Organization, wanted: dict[str, Any], denied: Denied
) -> HttpResponse:
    """Show what was typed next to what stands there now; saving again overwrites knowingly."""
    organization.refresh_from_db()
    form = OrganizationEditForm({**wanted, "version": organization.version})
    shown = OrganizationEditForm(initial=_settings_of(organization))
    theirs = [
        (shown[name].label, _in_words(organization, name))
        for name in operations.EDITABLE
        if getattr(organization, name) != wanted[name]
    ]
    return _edit_page(request, form, status=409, refusal=denied.refusal, theirs=theirs)


def _in_words(organization: Organization, name: str) -> str:
    if name == "fiscal_year_first_month":
        return _("%(month)s月") % {"month": organization.fiscal_year_first_month}
    if name == "tax_rounding":
        return organization.get_tax_rounding_display()
    return str(getattr(organization, name)) or "–"


def _edit_page(
    request: HttpRequest, form: OrganizationEditForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, "accounts/organization_edit.html", context, status=status)


@require_POST
def organization_switch(request: HttpRequest) -> HttpResponse:
    """Go on working for another organization of this person."""
    wanted = request.POST.get("organization", "")
    if str(queries.actor_for(signed_in_user(request), wanted).organization_id) != wanted:
        raise Http404
    request.session[SESSION_KEY] = wanted
    target = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if target and is_safe else reverse("dashboards:home"))

"""Pages about organizations, members, invitations and advisors."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations, policies
from accounts.forms import (
    AdvisorForm,
    InvitationForm,
    OrganizationForm,
    OrganizationSettingsForm,
    RoleForm,
)
from accounts.middleware import SESSION_KEY
from accounts.models import AdvisoryAssignment, Invitation, Membership, Organization, Role, User
from accounts.queries import actor_for
from core.access import actor_of, public
from core.domain.organizations import OrganizationKind
from core.domain.refusals import Refusal
from core.policies import require

INVITATION_KEY = "invitation"


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _own_organization(request: HttpRequest) -> Organization:
    return get_object_or_404(Organization, pk=actor_of(request).organization_id)


@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    """Register an organization; its maker becomes the owner and goes on working for it."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        organization = operations.create_organization(
            name=data.pop("name"),
            kind=OrganizationKind(data.pop("kind")),
            by=actor_of(request),
            at=timezone.now(),
            **data,
        )
        request.session[SESSION_KEY] = str(organization.pk)
        return redirect("dashboards:home")
    waiting = Invitation.objects.usable(timezone.now()).filter(email=_user(request).email)
    context = {"form": form, "waiting": waiting.select_related("organization")}
    return render(request, "accounts/organization_create.html", context)


@require_GET
def organization_detail(request: HttpRequest) -> HttpResponse:
    """Show the active organization: settings, members, invitations, advisors or clients."""
    return _detail_page(request)


def _detail_page(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    actor = actor_of(request)
    organization = _own_organization(request)
    members = Membership.objects.filter(organization=organization).select_related("user")
    assignments = AdvisoryAssignment.objects.visible_to(actor).active()
    context = {
        "organization": organization,
        "members": [
            (one, policies.why_not_change_member(one, actor))
            for one in members.order_by("joined_at")
        ],
        "roles": Role.choices,
        "invitations": Invitation.objects.visible_to(actor).usable(timezone.now()),
        "assignments": assignments.select_related("firm", "client").order_by("started_at"),
        "refusal": policies.why_not_manage(organization.pk, actor),
        "invitation_form": InvitationForm(),
        "advisor_form": AdvisorForm(),
        **forms,
    }
    return render(request, "accounts/organization_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
def organization_edit(request: HttpRequest) -> HttpResponse:
    """Change the settings of the active organization."""
    organization = _own_organization(request)
    require(policies.why_not_manage(organization.pk, actor_of(request)))
    initial = {name: getattr(organization, name) for name in operations.EDITABLE}
    form = OrganizationSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.update_organization(
            organization=organization,
            changes=form.cleaned_data,
            by=actor_of(request),
            at=timezone.now(),
        )
        messages.info(request, _("設定を保存しました。"))
        return redirect("accounts:organization-detail")
    return render(request, "accounts/organization_edit.html", {"form": form})


@require_POST
def organization_switch(request: HttpRequest) -> HttpResponse:
    """Go on working for another organization of this person."""
    wanted = request.POST.get("organization", "")
    if str(actor_for(_user(request), wanted).organization_id) != wanted:
        raise Http404
    request.session[SESSION_KEY] = wanted
    target = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if target and is_safe else reverse("dashboards:home"))


@require_POST
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite a person into the active organization."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, 422, invitation_form=form)
    operations.invite_member(
        organization=_own_organization(request),
        email=form.cleaned_data["email"],
        role=Role(form.cleaned_data["role"]),
        by=actor_of(request),
        at=timezone.now(),
    )
    messages.info(request, _("招待メールを送りました。"))
    return redirect("accounts:organization-detail")


@require_POST
def invitation_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Make an invitation useless."""
    invitation = get_object_or_404(Invitation.objects.visible_to(actor_of(request)), pk=pk)
    operations.revoke_invitation(invitation=invitation, by=actor_of(request), at=timezone.now())
    messages.info(request, _("招待を取り消しました。"))
    return redirect("accounts:organization-detail")


@public
@require_GET
def invitation_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the invitation in the session, and go on to an address without the token."""
    known = Invitation.objects.filter(token_hash=operations.hash_of(token)).first()
    if known is None:
        raise Http404
    request.session[INVITATION_KEY] = str(known.pk)
    response = redirect("accounts:invitation-accept")
    response["Referrer-Policy"] = "no-referrer"
    return response


@public
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Show who invites; a new person signs up first and comes back here."""
    invitation = get_object_or_404(
        Invitation.objects.select_related("organization"),
        pk=request.session.get(INVITATION_KEY),
    )
    now = timezone.now()
    is_signed_in = isinstance(request.user, User)
    refusal: Refusal | None = (
        policies.why_not_accept(invitation, _user(request), now) if is_signed_in else None
    )
    if request.method == "POST" and is_signed_in:
        operations.accept_invitation(
            invitation=invitation, user=_user(request), by=actor_of(request), at=now
        )
        del request.session[INVITATION_KEY]
        request.session[SESSION_KEY] = str(invitation.organization_id)
        return redirect("dashboards:home")
    context = {"invitation": invitation, "refusal": refusal, "is_signed_in": is_signed_in}
    return render(request, "accounts/invitation_accept.html", context)


@require_POST
def membership_role(request: HttpRequest, pk: str) -> HttpResponse:
    """Give a member another role."""
    members = _own_organization(request).memberships
    membership = get_object_or_404(members.select_related("user"), pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        operations.change_role(
            membership=membership,
            role=Role(form.cleaned_data["role"]),
            by=actor_of(request),
            at=timezone.now(),
        )
        messages.info(request, _("役割を変更しました。"))
    return redirect("accounts:organization-detail")


@require_POST
def membership_remove(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a member out of the active organization."""
    members = _own_organization(request).memberships
    membership = get_object_or_404(members.select_related("user"), pk=pk)
    operations.remove_member(membership=membership, by=actor_of(request), at=timezone.now())
    messages.info(request, _("メンバーから外しました。"))
    return redirect("accounts:organization-detail")


@require_POST
def advisor_assign(request: HttpRequest) -> HttpResponse:
    """Assign an advisory firm by its name, or invite one that is not on the site yet."""
    actor, now = actor_of(request), timezone.now()
    form = AdvisorForm(request.POST)
    if form.is_valid():
        firms = form.firms()
        if len(firms) == 1 and actor.organization_id:
            operations.assign_advisor(
                client_id=actor.organization_id, firm=firms[0], by=actor, at=now
            )
            messages.info(request, _("相談室を指定しました。"))
            return redirect("accounts:organization-detail")
        if form.cleaned_data["email"] and not firms:
            operations.register_advisory_firm(
                name=form.cleaned_data["name"],
                contact_email=form.cleaned_data["email"],
                by=actor,
                at=now,
            )
            messages.info(request, _("相談室に招待メールを送りました。"))
            return redirect("accounts:organization-detail")
        form.add_error(
            "name",
            _("この名前の相談室は見つかりません。招待する場合はメールアドレスも入力してください。"),
        )
    return _detail_page(request, 422, advisor_form=form)


@require_POST
def advisor_withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """Withdraw an advisory firm; its rights end with its next request."""
    visible = AdvisoryAssignment.objects.visible_to(actor_of(request)).select_related("firm")
    assignment = get_object_or_404(visible, pk=pk)
    operations.withdraw_advisor(assignment=assignment, by=actor_of(request), at=timezone.now())
    messages.info(request, _("相談室の指定を取り消しました。"))
    return redirect("accounts:organization-detail")

"""Invitations: sending, taking back, and the way of the invited person into an organization."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations, policies, queries
from accounts.forms import InvitationForm
from accounts.middleware import INVITATION_KEY, SESSION_KEY
from accounts.models import Invitation, Role, User
from accounts.views.organizations import detail_page
from accounts.views.people import own_organization, signed_in_user
from core.access import actor_of, public
from core.domain.refusals import Denied
from core.policies import require
from core.tokens import hash_of


@require_POST
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite a person into the active organization."""
    organization = own_organization(request)
    require(policies.why_not_manage(organization.pk, actor_of(request)))
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return detail_page(request, invitation_form=form, status=422)
    try:
        operations.invite_member(
            organization=organization,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            by=actor_of(request),
            at=timezone.now(),
        )
    except Denied as denied:
        form.add_error("email", str(denied.refusal.reason))
        return detail_page(request, invitation_form=form, status=denied.refusal.status)
    messages.info(request, _("招待メールを送りました。"))
    return redirect("accounts:organization-detail")


def _managed(request: HttpRequest, pk: str) -> Invitation:
    return get_object_or_404(Invitation.objects.visible_to(actor_of(request)), pk=pk)


@require_POST
def invitation_resend(request: HttpRequest, pk: str) -> HttpResponse:
    """Send the invitation again with a new link."""
    operations.resend_invitation(
        invitation=_managed(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("招待メールを再送しました。前のメールのリンクは使えなくなります。"))
    return redirect("accounts:organization-detail")


@require_POST
def invitation_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Make an invitation useless."""
    operations.revoke_invitation(
        invitation=_managed(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("招待を取り消しました。"))
    return redirect("accounts:organization-detail")


@require_POST
def invitation_choose(request: HttpRequest, pk: str) -> HttpResponse:
    """Take up an invitation to an address of one's own, without its mail."""
    own = queries.invitations_for(signed_in_user(request), timezone.now())
    request.session[INVITATION_KEY] = str(get_object_or_404(own, pk=pk).pk)
    return redirect("accounts:invitation-accept")


@public
@require_GET
def invitation_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the invitation in the session, and go on to an address without the token."""
    invitation = get_object_or_404(Invitation, token_hash=hash_of(token))
    request.session[INVITATION_KEY] = str(invitation.pk)
    response = redirect("accounts:invitation-accept")
    response["Referrer-Policy"] = "no-referrer"
    return response


@public
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Show who invites; a new person signs up first and comes back here."""
    known = Invitation.objects.select_related("organization", "inviting_organization", "invited_by")
    invitation = get_object_or_404(known, pk=request.session.get(INVITATION_KEY))
    user = request.user if isinstance(request.user, User) else None
    now = timezone.now()
    if request.method == "POST" and user is not None:
        operations.accept_invitation(invitation=invitation, user=user, by=actor_of(request), at=now)
        del request.session[INVITATION_KEY]
        request.session[SESSION_KEY] = str(invitation.organization_id)
        return redirect("dashboards:home")
    context = {
        "invitation": invitation,
        "is_signed_in": user is not None,
        "closed": policies.why_not_open(invitation, now),
        "refusal": policies.why_not_accept(invitation, user, now) if user else None,
    }
    return render(request, "accounts/invitation_accept.html", context)

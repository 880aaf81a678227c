"""The members of the active organization."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import operations
from accounts.forms import RoleForm
from accounts.models import Membership, Role
from accounts.views.people import own_organization
from core.access import actor_of


def _member(request: HttpRequest, pk: str) -> Membership:
    members = own_organization(request).memberships
    return get_object_or_404(members.select_related("user"), pk=pk)


@require_POST
def membership_role(request: HttpRequest, pk: str) -> HttpResponse:
    """Give a member another role."""
    membership = _member(request, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.info(request, _("役割を一覧から選んでください。"))
        return redirect("accounts:organization-detail")
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
    operations.remove_member(
        membership=_member(request, pk), by=actor_of(request), at=timezone.now()
    )
    messages.info(request, _("メンバーから外しました。"))
    return redirect("accounts:organization-detail")

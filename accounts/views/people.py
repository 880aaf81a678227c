"""Who asks, and for which organization: what every page of this app begins with."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Organization, User
from core.access import actor_of


def signed_in_user(request: HttpRequest) -> User:
    """Return the person who is signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_organization(request: HttpRequest) -> Organization:
    """Return the active organization."""
    return get_object_or_404(Organization, pk=actor_of(request).organization_id)

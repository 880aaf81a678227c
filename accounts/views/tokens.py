"""API tokens: list, make, revoke."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import operations, policies, queries
from accounts.forms import TokenForm
from accounts.models import ApiToken
from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require

PAGE = 50


@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    """List one's own tokens; an owner sees those of all members."""
    actor = actor_of(request)
    require(policies.why_not_own_tokens(actor))
    page = Paginator(queries.tokens_of(actor), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "now": timezone.now(), "is_owner": actor.is_owner}
    return render(request, "accounts/token_list.html", context)


@require_http_methods(["GET", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token; the page that answers is the only one that ever shows it."""
    actor = actor_of(request)
    require(policies.why_not_own_tokens(actor))
    form = TokenForm(request.POST or None, can_edit=actor.can_edit)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = operations.create_token(
                by=actor, at=timezone.now(), **form.cleaned_data
            )
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            context = {"token": token, "secret": secret}
            return render(request, "accounts/token_created.html", context, status=201)
    return render(request, "accounts/token_create.html", {"form": form}, status=status)


@require_POST
def token_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """Stop a token."""
    actor = actor_of(request)
    token = get_object_or_404(ApiToken.objects.visible_to(actor), pk=pk)
    operations.revoke_token(token=token, by=actor, at=timezone.now())
    messages.info(request, _("「%(name)s」を取り消しました。") % {"name": token.name})
    return redirect("accounts:token-list")

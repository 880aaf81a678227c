"""Pages of the ground floor: health, the audit trail and the component gallery."""

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core import health, mailbox
from core.access import actor_of, public
from core.domain.refusals import Refusal
from core.models import AuditEvent
from core.policies import require


@public
@require_GET
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@public
@require_GET
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether database, broker, worker and outbox are well; 503 when one is not."""
    probes = health.readiness(at=timezone.now())
    is_ready = all(probe.is_well for probe in probes)
    body = {
        "status": "ready" if is_ready else "not ready",
        "probes": {
            probe.name: {"is_well": probe.is_well, "detail": probe.detail} for probe in probes
        },
    }
    return JsonResponse(body, status=200 if is_ready else 503)


@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    """Show the audit trail of the active organization to its owner."""
    actor = actor_of(request)
    if not actor.is_owner:
        require(Refusal("core.audit_owner_only", "操作履歴は組織の管理者だけが見られます。"))
    events = AuditEvent.objects.visible_to(actor).order_by("-at", "-id")
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    return render(request, "core/audit_log.html", {"page": page})


@require_GET
def ui_gallery(request: HttpRequest) -> HttpResponse:
    """Show every component once."""
    return render(request, "ui/gallery.html")


@public
@require_GET
def dev_mailbox(request: HttpRequest) -> HttpResponse:
    """Show the mails of a trial without a mail server; not there on a real site."""
    if not mailbox.is_open():
        raise Http404
    return render(request, "core/mailbox.html", {"mails": mailbox.mails()})

"""Pages of the ground floor: health, the audit trail and the component gallery."""

from datetime import date

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from core import health, mailbox
from core.access import actor_of, public
from core.models import AuditEvent
from core.policies import require, why_not_read_audit


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
    """Show the audit trail of the active organization to its owner, newest first."""
    actor = actor_of(request)
    require(why_not_read_audit(actor))
    search = request.GET.get("q", "").strip()
    since, until = (_day(request.GET.get(name, "")) for name in ("since", "until"))
    events = AuditEvent.objects.visible_to(actor).matching(search).between(since, until)
    context = {
        "page": Paginator(events.order_by("-at", "-id"), 50).get_page(request.GET.get("page")),
        "search": search,
        "since": since,
        "until": until,
    }
    return render(request, "core/audit_log.html", context)


def _day(text: str) -> date | None:
    """Return the day asked for (?since=2026-04-01), or None when it is no day."""
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_GET
def ui_gallery(request: HttpRequest) -> HttpResponse:
    """Show every component once."""
    return render(request, "ui/gallery.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was too old for what it sent; the reason is for the log, not for people."""
    return render(request, "403_csrf.html", status=403)


@public
@require_GET
def dev_mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails of a trial without a mail server; not there on a real site."""
    if not mailbox.is_open():
        raise Http404
    return render(request, "core/mailbox.html", {"mails": mailbox.mails()})


@public
@require_GET
def dev_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail of a trial; its links can be followed."""
    mail = mailbox.mail_named(name) if mailbox.is_open() else None
    if mail is None:
        raise Http404
    return render(request, "core/mail.html", {"mail": mail})

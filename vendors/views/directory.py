"""The vendor directory of a client."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import actor_of
from core.domain.refusals import Denied
from core.policies import require
from vendors.forms import VendorAddForm, VendorEditForm
from vendors.models import OutsourcingType, Vendor
from vendors.operations import directory as operations
from vendors.policies import why_not_add_vendor, why_not_work_for
from vendors.queries import directory as queries
from vendors.queries.people import clients_of

PAGE = 50


def _vendor(request: HttpRequest, pk: str) -> Vendor:
    visible = Vendor.objects.visible_to(actor_of(request)).select_related("organization", "client")
    return get_object_or_404(visible, pk=pk)


@require_GET
def vendor_list(request: HttpRequest) -> HttpResponse:
    """List the vendors of the actor's clients, with search and a filter by type."""
    actor = actor_of(request)
    if actor.is_vendor:
        raise Http404
    search = request.GET.get("q", "").strip()
    chosen = request.GET.get("type", "")
    vendors = queries.directory(actor, search=search, outsourcing_type=chosen)
    context = {
        "page": Paginator(vendors, PAGE).get_page(request.GET.get("page")),
        "search": search,
        "chosen": chosen,
        "types": OutsourcingType.choices,
        "shows_client": len(actor.client_ids) > 1,
        "refusal": why_not_add_vendor(actor),
    }
    return render(request, "vendors/vendor_list.html", context)


@require_http_methods(["GET", "POST"])
def vendor_add(request: HttpRequest) -> HttpResponse:
    """Enter a vendor by name and address; nobody is offered a list of the site's vendors."""
    actor = actor_of(request)
    require(why_not_add_vendor(actor))
    form = VendorAddForm(request.POST or None, clients=clients_of(actor))
    if request.method == "POST" and form.is_valid():
        try:
            entry = operations.add_vendor(by=actor, at=timezone.now(), **form.cleaned_data)
        except Denied as denied:
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("vendors:vendor-detail", pk=entry.pk)
    status = 422 if form.is_bound else 200
    return render(request, "vendors/vendor_form.html", {"form": form}, status=status)


@require_GET
def vendor_detail(request: HttpRequest, pk: str) -> HttpResponse:
    """Show a vendor with its engagements and what became of its promises."""
    actor = actor_of(request)
    vendor = _vendor(request, pk)
    context = {
        "vendor": vendor,
        "records": queries.track_record(vendor, actor),
        "refusal": why_not_work_for(vendor.client_id, actor),
    }
    return render(request, "vendors/vendor_detail.html", context)


@require_http_methods(["GET", "POST"])
def vendor_edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Change the client's own notes about a vendor."""
    actor = actor_of(request)
    vendor = _vendor(request, pk)
    require(why_not_work_for(vendor.client_id, actor))
    form = VendorEditForm(request.POST or None, initial=VendorEditForm.initial_of(vendor))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_vendor(vendor=vendor, by=actor, at=timezone.now(), **form.cleaned_data)
        except Denied as denied:
            status = denied.refusal.status
            form.add_error(None, str(denied.refusal.reason))
        else:
            return redirect("vendors:vendor-detail", pk=vendor.pk)
    context = {"form": form, "vendor": vendor, "title": _("外注先の情報を編集")}
    return render(request, "vendors/vendor_form.html", context, status=status)

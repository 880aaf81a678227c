"""Requests read with a lock, so that what is done to one comes one after the other."""

from quotes.models import RFQ


def held_for_change(rfq: RFQ) -> RFQ:
    """Hold the request against everybody else: for the asking side's own acts."""
    found = RFQ.objects.select_for_update(of=("self",)).select_related("client", "tree")
    return found.get(pk=rfq.pk)


def held_for_answer(rfq: RFQ) -> RFQ | None:
    """Hold the request against an opening; other vendors are not held up. None when not asked."""
    rows = RFQ.objects.raw("SELECT * FROM quotes_rfq WHERE id = %s FOR SHARE", [rfq.pk])
    return next(iter(rows), None)

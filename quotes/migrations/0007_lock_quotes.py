"""Lock every draft and revision that was stored readable; give every sent request its key."""

import json
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from core import vault
from core.domain.fingerprint import canonical_json
from quotes.domain.sealing import Envelope, RoundKey, new_round_key, sealed

TABLES = ("rfq", "quote", "lineitem", "commitment", "quoterevision", "roundkey", "openedquote")


def lock(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Lock what is there; the owner sees and changes the rows only while this runs."""
    for table in TABLES:
        editor.execute(f"ALTER TABLE quotes_{table} NO FORCE ROW LEVEL SECURITY")
        editor.execute(f"ALTER TABLE quotes_{table} DISABLE TRIGGER USER")
    owner = editor.connection.alias
    for quote in apps.get_model("quotes", "Quote").objects.using(owner):
        quote.locked_draft = vault.lock(_draft(quote), label=f"quotes.quote:{quote.pk}")
        quote.save(update_fields=["locked_draft"])
    sent = apps.get_model("quotes", "RFQ").objects.using(owner).filter(sent_at__isnull=False)
    for rfq in sent:
        _seal(apps, rfq)
    editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in TABLES:
        editor.execute(f"ALTER TABLE quotes_{table} ENABLE TRIGGER USER")
        editor.execute(f"ALTER TABLE quotes_{table} FORCE ROW LEVEL SECURITY")


def _draft(quote: Any) -> bytes:
    return canonical_json(
        {
            "discount": quote.discount,
            "valid_until": quote.valid_until,
            "payment_terms": quote.payment_terms,
            "delivery_terms": quote.delivery_terms,
            "assumptions": quote.assumptions,
            "exclusions": quote.exclusions,
            "lines": [
                {
                    "unit_price": one.unit_price,
                    "tax_rate": one.tax_rate,
                    "note": one.note,
                    "rfq_line_id": one.rfq_line_id,
                    "name": "" if one.rfq_line_id else one.name,
                    "quantity": one.quantity,
                    "unit": "" if one.rfq_line_id else one.unit,
                }
                for one in quote.line_items.order_by("position", "id")
            ],
            "promises": [
                {"criterion_id": one.criterion_id, "value": one.value, "note": one.note}
                for one in quote.commitments.order_by("id")
            ],
        }
    ).encode()


def _seal(apps: StateApps, rfq: Any) -> None:
    pair = new_round_key()
    rfq.sealing_key = pair.public
    rfq.save(update_fields=["sealing_key"])
    apps.get_model("quotes", "RoundKey").objects.using(rfq._state.db).create(
        rfq=rfq,
        client_id=rfq.client_id,
        locked_key=vault.lock(pair.private, label=f"quotes.key:{rfq.pk}"),
    )
    for revision in rfq.revisions.all():
        _seal_revision(apps, rfq, revision, pair)


def _seal_revision(apps: StateApps, rfq: Any, revision: Any, pair: RoundKey) -> None:
    envelope = Envelope(revision.content, revision.nonce)
    revision.sealed = sealed(envelope, pair.public)
    label = f"quotes.revision:{revision.pk}"
    revision.authors_copy = vault.lock(envelope.packed(), label=label)
    revision.save(update_fields=["sealed", "authors_copy"])
    if rfq.opened_at is not None:
        apps.get_model("quotes", "OpenedQuote").objects.using(rfq._state.db).create(
            revision=revision,
            rfq=rfq,
            client_id=revision.client_id,
            vendor_id=revision.vendor_id,
            content=json.loads(canonical_json(revision.content)),
            nonce=revision.nonce,
        )


class Migration(migrations.Migration):
    """Lock what is there."""

    dependencies = [("quotes", "0006_sealed_quotes")]
    operations = [migrations.RunPython(lock)]

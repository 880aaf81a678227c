"""Columns and tables for sealed quotes: boxes for the round's key, locked drafts, opened quotes.

Nothing is taken away here: 0007 locks what is there, 0008 removes what was readable.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

OF_CLIENT = (
    "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id"
    " AND r.client_id = quotes_{table}.client_id AND r.client_id = ANY (app_organizations()){more})"
)
OPENED = " AND r.opened_at IS NOT NULL"
DRAFT = " AND r.status = 'draft'"

# The private key and the opened quotes: the client's side alone, and not before the opening.
POLICIES = "\n".join(
    f"ALTER TABLE quotes_{table} ENABLE ROW LEVEL SECURITY;"
    f"ALTER TABLE quotes_{table} FORCE ROW LEVEL SECURITY;"
    f"CREATE POLICY read ON quotes_{table} FOR SELECT"
    f" USING ({OF_CLIENT.format(table=table, more=OPENED)});"
    f"CREATE POLICY add ON quotes_{table} FOR INSERT"
    f" WITH CHECK ({OF_CLIENT.format(table=table, more=when)});"
    for table, when in (("roundkey", DRAFT), ("openedquote", OPENED))
)
OF_THE_REVISION = """
CREATE FUNCTION quotes_guard_opened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM quotes_quoterevision q WHERE q.id = NEW.revision_id
        AND q.rfq_id = NEW.rfq_id AND q.vendor_id = NEW.vendor_id AND q.client_id = NEW.client_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an opened quote is that of its revision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_opened BEFORE INSERT ON quotes_openedquote
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_opened();
"""
BACKWARD = "DROP TRIGGER guard_opened ON quotes_openedquote; DROP FUNCTION quotes_guard_opened();"


def _key() -> models.UUIDField:
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


def _belongs_to(model: str, related_name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model
    )


def _one(model: str, related_name: str) -> models.OneToOneField:
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model
    )


class Migration(migrations.Migration):
    """Make room for what is locked."""

    dependencies = [("quotes", "0005_more_units"), ("accounts", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="RoundKey",
            fields=[
                ("id", _key()),
                ("locked_key", models.BinaryField()),
                ("client", _belongs_to("accounts.organization")),
                ("rfq", _one("quotes.rfq", "key")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="OpenedQuote",
            fields=[
                ("id", _key()),
                ("content", models.JSONField()),
                ("nonce", models.CharField(max_length=64)),
                ("client", _belongs_to("accounts.organization")),
                ("revision", _one("quotes.quoterevision", "opened")),
                ("rfq", _belongs_to("quotes.rfq")),
                ("vendor", _belongs_to("accounts.organization")),
            ],
            options={"abstract": False},
        ),
        migrations.AddField("rfq", "sealing_key", models.BinaryField(null=True)),
        migrations.AddField("quote", "locked_draft", models.BinaryField(null=True)),
        migrations.AddField("quoterevision", "sealed", models.BinaryField(null=True)),
        migrations.AddField("quoterevision", "authors_copy", models.BinaryField(null=True)),
        migrations.RunSQL(POLICIES + OF_THE_REVISION, BACKWARD),
    ]

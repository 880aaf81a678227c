"""Forced row-level policies: PostgreSQL itself keeps a sealed quote from everyone but its author.

The pattern for other tables: ENABLE and FORCE, one policy per right, conditions on columns of the
row itself or on tables whose policies do not point back (a circle would be endless recursion).
"""

from django.db import migrations

TABLES = (
    "rfq",
    "rfqline",
    "criterion",
    "rfqinvitation",
    "quote",
    "lineitem",
    "commitment",
    "quoterevision",
    "decision",
)
CLIENT = "client_id = ANY (app_organizations())"
VENDOR = "vendor_id = ANY (app_organizations())"
# Columns of the protected row carry its table's name: a bare one would mean the inner table's.
OWN_RFQ = (
    "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id"
    " AND r.client_id = ANY (app_organizations()))"
)
SEEN_RFQ = "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id)"
OPENED_RFQ = (
    "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id"
    " AND r.opened_at IS NOT NULL)"
)
INVITED = (
    "EXISTS (SELECT 1 FROM quotes_rfqinvitation i WHERE i.rfq_id = quotes_{table}.rfq_id"
    " AND i.vendor_id = ANY (app_organizations()))"
)
INVITED_HERE = (
    "EXISTS (SELECT 1 FROM quotes_rfqinvitation i WHERE i.rfq_id = quotes_rfq.id"
    " AND i.vendor_id = ANY (app_organizations()))"
)
OWN_QUOTE = "EXISTS (SELECT 1 FROM quotes_quote q WHERE q.id = quotes_{table}.quote_id)"

# table -> [(policy, right, USING, WITH CHECK)]
POLICIES: dict[str, list[tuple[str, str, str | None, str | None]]] = {
    "rfq": [("both_sides", "ALL", f"{CLIENT} OR {INVITED_HERE}", CLIENT)],
    "rfqline": [("both_sides", "ALL", SEEN_RFQ, OWN_RFQ)],
    "criterion": [("both_sides", "ALL", SEEN_RFQ, OWN_RFQ)],
    "rfqinvitation": [
        ("read", "SELECT", f"{CLIENT} OR {VENDOR}", None),
        ("invite", "INSERT", None, CLIENT),
        ("answer", "UPDATE", f"{CLIENT} OR {VENDOR}", f"{CLIENT} OR {VENDOR}"),
        ("withdraw", "DELETE", CLIENT, None),
    ],
    "quote": [("author", "ALL", VENDOR, f"{VENDOR} AND {INVITED}")],
    "lineitem": [("author", "ALL", OWN_QUOTE, OWN_QUOTE)],
    "commitment": [("author", "ALL", OWN_QUOTE, OWN_QUOTE)],
    "quoterevision": [
        ("read", "SELECT", f"{VENDOR} OR ({CLIENT} AND {OPENED_RFQ})", None),
        ("submit", "INSERT", None, f"{VENDOR} AND {INVITED}"),
    ],
    "decision": [("client", "ALL", CLIENT, CLIENT)],
}

SEAL = """
CREATE FUNCTION quotes_refuse_late_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE request quotes_rfq%ROWTYPE;
BEGIN
    SELECT * INTO request FROM quotes_rfq WHERE id = NEW.rfq_id FOR SHARE;
    IF NOT FOUND OR request.status <> 'open' OR request.opened_at IS NOT NULL
       OR NEW.submitted_at >= request.deadline_at OR NEW.client_id <> request.client_id THEN
        RAISE EXCEPTION 'this request takes no quotes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_late_revision BEFORE INSERT ON quotes_quoterevision
    FOR EACH ROW EXECUTE FUNCTION quotes_refuse_late_revision();
"""


def policy_sql() -> str:
    """Return the statements that switch the policies on."""
    lines: list[str] = []
    for table in TABLES:
        lines.append(f"ALTER TABLE quotes_{table} ENABLE ROW LEVEL SECURITY;")
        lines.append(f"ALTER TABLE quotes_{table} FORCE ROW LEVEL SECURITY;")
        for name, right, using, check in POLICIES[table]:
            parts = [f"CREATE POLICY {name} ON quotes_{table} FOR {right}"]
            parts += [f"USING ({using})"] if using else []
            parts += [f"WITH CHECK ({check})"] if check else []
            lines.append(" ".join(parts).format(table=table) + ";")
    return "\n".join(lines)


class Migration(migrations.Migration):
    """Switch the policies on, and refuse late revisions in the database."""

    dependencies = [("quotes", "0001_initial"), ("core", "0002_tenancy")]
    operations = [
        migrations.RunSQL(policy_sql(), migrations.RunSQL.noop),
        migrations.RunSQL(
            SEAL,
            "DROP TRIGGER refuse_late_revision ON quotes_quoterevision;"
            "DROP FUNCTION quotes_refuse_late_revision();",
        ),
    ]

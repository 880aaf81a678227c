"""Forced row-level policies: PostgreSQL itself keeps a sealed quote from everyone but its author.

The pattern for other tables: ENABLE and FORCE, one policy per right (never FOR ALL: whoever may
read a row could then delete it), conditions on columns of the row itself or on tables whose
policies do not point back (a circle would be endless recursion).
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
# An invitation has its time from the sending on; before that the vendor does not know of it.
ASKED = f"{VENDOR} AND invited_at IS NOT NULL"
# Columns of the protected row carry its table's name: a bare one would mean the inner table's.
ASKED_HERE = (
    "status <> 'draft' AND EXISTS (SELECT 1 FROM quotes_rfqinvitation i"
    " WHERE i.rfq_id = quotes_rfq.id AND i.vendor_id = ANY (app_organizations()))"
)
SEEN_RFQ = "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id)"
OWN_RFQ = (
    "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id"
    " AND r.client_id = ANY (app_organizations()))"
)
# For tables with a copy of the client: the copy must be right.
OWN_RFQ_OF_CLIENT = (
    "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id"
    " AND r.client_id = quotes_{table}.client_id AND r.client_id = ANY (app_organizations()))"
)
OPENED_RFQ = (
    "EXISTS (SELECT 1 FROM quotes_rfq r WHERE r.id = quotes_{table}.rfq_id"
    " AND r.opened_at IS NOT NULL)"
)
ASKED_VENDOR = (
    "vendor_id = ANY (app_organizations()) AND EXISTS (SELECT 1 FROM quotes_rfqinvitation i"
    " WHERE i.rfq_id = quotes_{table}.rfq_id AND i.vendor_id = quotes_{table}.vendor_id"
    " AND i.invited_at IS NOT NULL)"
)
OWN_QUOTE = "EXISTS (SELECT 1 FROM quotes_quote q WHERE q.id = quotes_{table}.quote_id)"

Policy = tuple[str, str, str | None, str | None]


def _of_author(using: str, check: str) -> list[Policy]:
    """Return the policies of a table that belongs to its author alone."""
    return [
        ("read", "SELECT", using, None),
        ("add", "INSERT", None, check),
        ("change", "UPDATE", using, check),
        ("remove", "DELETE", using, None),
    ]


# table -> [(policy, right, USING, WITH CHECK)]
POLICIES: dict[str, list[Policy]] = {
    "rfq": [
        ("read", "SELECT", f"{CLIENT} OR ({ASKED_HERE})", None),
        ("add", "INSERT", None, f"{CLIENT} AND status = 'draft' AND opened_at IS NULL"),
        # A vendor's submission locks the request (FOR SHARE asks this policy); it changes nothing.
        ("change", "UPDATE", f"{CLIENT} OR ({ASKED_HERE})", CLIENT),
        ("remove", "DELETE", f"{CLIENT} AND status = 'draft'", None),
    ],
    "rfqline": [
        ("read", "SELECT", SEEN_RFQ, None),
        ("add", "INSERT", None, OWN_RFQ),
        ("change", "UPDATE", OWN_RFQ, OWN_RFQ),
        ("remove", "DELETE", OWN_RFQ, None),
    ],
    "criterion": [
        ("read", "SELECT", SEEN_RFQ, None),
        ("add", "INSERT", None, OWN_RFQ),
        ("change", "UPDATE", OWN_RFQ, OWN_RFQ),
        ("remove", "DELETE", OWN_RFQ, None),
    ],
    "rfqinvitation": [
        ("read", "SELECT", f"{CLIENT} OR ({ASKED})", None),
        ("invite", "INSERT", None, OWN_RFQ_OF_CLIENT),
        ("answer", "UPDATE", f"{CLIENT} OR ({ASKED})", f"{CLIENT} OR ({ASKED})"),
        ("withdraw", "DELETE", CLIENT, None),
    ],
    "quote": _of_author(VENDOR, ASKED_VENDOR),
    "lineitem": _of_author(OWN_QUOTE, OWN_QUOTE),
    "commitment": _of_author(OWN_QUOTE, OWN_QUOTE),
    "quoterevision": [
        ("read", "SELECT", f"{VENDOR} OR ({CLIENT} AND {OPENED_RFQ})", None),
        ("submit", "INSERT", None, ASKED_VENDOR),
    ],
    "decision": [
        ("read", "SELECT", CLIENT, None),
        ("decide", "INSERT", None, f"{OWN_RFQ_OF_CLIENT} AND {OPENED_RFQ}"),
    ],
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
    NEW.received_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_late_revision BEFORE INSERT ON quotes_quoterevision
    FOR EACH ROW EXECUTE FUNCTION quotes_refuse_late_revision();
"""

# The client's side may know how many quotes there are before it may read one. The function runs
# as the owner, whom the policies bind as well: only inside it may the owner see the rows.
COUNT = """
CREATE POLICY counting ON quotes_quoterevision FOR SELECT TO CURRENT_USER
    USING (current_setting('app.counting', true) = 'on');
CREATE FUNCTION quotes_submitted_count(request uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE submitted bigint;
BEGIN
    PERFORM set_config('app.counting', 'on', true);
    SELECT count(DISTINCT vendor_id) INTO submitted FROM quotes_quoterevision
        WHERE rfq_id = request AND client_id = ANY (app_organizations());
    PERFORM set_config('app.counting', '', true);
    RETURN submitted;
END $$;
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


def backward_sql() -> str:
    """Return the statements that take the policies away again."""
    lines: list[str] = []
    for table in TABLES:
        lines += [f"DROP POLICY {name} ON quotes_{table};" for name, *_ in POLICIES[table]]
        lines.append(f"ALTER TABLE quotes_{table} NO FORCE ROW LEVEL SECURITY;")
        lines.append(f"ALTER TABLE quotes_{table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(lines)


class Migration(migrations.Migration):
    """Switch the policies on, refuse late revisions in the database, and count sealed quotes."""

    dependencies = [("quotes", "0001_initial"), ("core", "0002_tenancy")]
    operations = [
        migrations.RunSQL(policy_sql(), backward_sql()),
        migrations.RunSQL(
            SEAL,
            "DROP TRIGGER refuse_late_revision ON quotes_quoterevision;"
            "DROP FUNCTION quotes_refuse_late_revision();",
        ),
        migrations.RunSQL(
            COUNT,
            "DROP FUNCTION quotes_submitted_count(uuid);"
            "DROP POLICY counting ON quotes_quoterevision;",
        ),
    ]

"""Triggers for what must never change: a sent request, an opening, an answer, a decision's facts."""

from django.db import migrations

REQUEST = """
CREATE FUNCTION quotes_guard_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- What may still change after the sending; every other column, also a future one, is frozen.
    moving text[] := ARRAY['status', 'version', 'deadline_at', 'opened_at', 'opened_by_id',
                           'cancelled_at', 'cancelled_by_id', 'cancel_reason'];
BEGIN
    IF NEW.client_id <> OLD.client_id THEN
        RAISE EXCEPTION 'a request stays with its client' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'open'), ('draft', 'cancelled'), ('open', 'opened'), ('open', 'cancelled'),
        ('opened', 'decided'), ('opened', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'no way from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.opened_at IS NOT NULL THEN
        moving := ARRAY['status', 'version', 'cancelled_at', 'cancelled_by_id', 'cancel_reason'];
    END IF;
    IF OLD.status <> 'draft' AND (to_jsonb(NEW) - moving) <> (to_jsonb(OLD) - moving) THEN
        RAISE EXCEPTION 'a sent request is frozen' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'draft' AND NEW.deadline_at < OLD.deadline_at THEN
        RAISE EXCEPTION 'a deadline is never shortened' USING ERRCODE = 'check_violation';
    END IF;
    -- With the constraint opened_at >= deadline_at: nothing opens before its time has come here.
    IF NEW.opened_at IS DISTINCT FROM OLD.opened_at AND NEW.opened_at > clock_timestamp() THEN
        RAISE EXCEPTION 'an opening is not in the future' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_request BEFORE UPDATE ON quotes_rfq
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_request();
"""

PARTS = """
CREATE FUNCTION quotes_guard_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE request uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        request := NEW.rfq_id;
    ELSE
        request := OLD.rfq_id;
    END IF;
    PERFORM 1 FROM quotes_rfq WHERE id = request AND status = 'draft' FOR SHARE;
    IF NOT FOUND OR (TG_OP = 'UPDATE' AND NEW.rfq_id <> OLD.rfq_id) THEN
        RAISE EXCEPTION 'a sent request is frozen' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guard_draft BEFORE INSERT OR UPDATE OR DELETE ON quotes_rfqline
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_draft();
CREATE TRIGGER guard_draft BEFORE INSERT OR UPDATE OR DELETE ON quotes_criterion
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_draft();
CREATE TRIGGER guard_draft BEFORE DELETE ON quotes_rfqinvitation
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_draft();
"""

INVITATION = """
CREATE FUNCTION quotes_guard_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving text[] := ARRAY['status', 'decline_reason'];
BEGIN
    IF OLD.client_id = ANY (app_organizations()) THEN
        moving := ARRAY['email', 'invited_at'];
    END IF;
    IF (to_jsonb(NEW) - moving) <> (to_jsonb(OLD) - moving) THEN
        RAISE EXCEPTION 'each side changes only its own part' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.invited_at IS NOT NULL AND NEW.invited_at IS DISTINCT FROM OLD.invited_at THEN
        RAISE EXCEPTION 'an invitation is not taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_invitation BEFORE UPDATE ON quotes_rfqinvitation
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_invitation();
"""

DECISION = """
CREATE FUNCTION quotes_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM quotes_quoterevision q WHERE q.id = NEW.revision_id
        AND q.rfq_id = NEW.rfq_id AND q.vendor_id = NEW.winner_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the winner quoted for another request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_decision BEFORE INSERT ON quotes_decision
    FOR EACH ROW EXECUTE FUNCTION quotes_guard_decision();
"""

BACKWARD = """
DROP TRIGGER guard_decision ON quotes_decision;
DROP FUNCTION quotes_guard_decision();
DROP TRIGGER guard_invitation ON quotes_rfqinvitation;
DROP FUNCTION quotes_guard_invitation();
DROP TRIGGER guard_draft ON quotes_rfqinvitation;
DROP TRIGGER guard_draft ON quotes_criterion;
DROP TRIGGER guard_draft ON quotes_rfqline;
DROP FUNCTION quotes_guard_draft();
DROP TRIGGER guard_request ON quotes_rfq;
DROP FUNCTION quotes_guard_request();
"""


class Migration(migrations.Migration):
    """Let the database hold what the operations promise."""

    dependencies = [("quotes", "0003_round_fields")]
    operations = [migrations.RunSQL(REQUEST + PARTS + INVITATION + DECISION, BACKWARD)]

"""A closed review is a record: PostgreSQL refuses to change it or what was noted in it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reviews_keep_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'closed' THEN
        RAISE EXCEPTION 'a closed review does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_closed BEFORE UPDATE OR DELETE ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_closed();

CREATE FUNCTION reviews_keep_closed_agenda() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.review_id ELSE OLD.review_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM reviews_review r WHERE r.id = touched AND r.status = 'closed') THEN
        RAISE EXCEPTION 'the agenda of a closed review does not change'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_closed BEFORE INSERT OR UPDATE OR DELETE ON reviews_agendaitem
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_closed_agenda();
"""
BACKWARD = """
DROP TRIGGER keep_closed ON reviews_agendaitem;
DROP FUNCTION reviews_keep_closed_agenda();
DROP TRIGGER keep_closed ON reviews_review;
DROP FUNCTION reviews_keep_closed();
"""


class Migration(migrations.Migration):
    """Freeze closed reviews in the database."""

    dependencies = [("reviews", "0002_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""PostgreSQL itself lets a signature stand only under the newest text, with that text's hash."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION vendors_check_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE signed vendors_agreement%ROWTYPE;
BEGIN
    SELECT * INTO signed FROM vendors_agreement WHERE id = NEW.agreement_id;
    IF NEW.sha256 IS DISTINCT FROM signed.sha256 THEN
        RAISE EXCEPTION 'a signature carries the hash of what it signs'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM vendors_agreement later
               WHERE later.engagement_id = signed.engagement_id
                 AND later.version > signed.version) THEN
        RAISE EXCEPTION 'only the newest version can be signed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_signature BEFORE INSERT ON vendors_signature
    FOR EACH ROW EXECUTE FUNCTION vendors_check_signature();
"""
BACKWARD = """
DROP TRIGGER check_signature ON vendors_signature;
DROP FUNCTION vendors_check_signature();
"""


class Migration(migrations.Migration):
    """Check each signature in the database."""

    dependencies = [("vendors", "0002_details")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

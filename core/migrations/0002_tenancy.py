"""The SQL side of tenancy: what the current transaction may see."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION app_organizations() RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT string_to_array(nullif(current_setting('app.organization_ids', true), ''), ',')::uuid[]
$$;
COMMENT ON FUNCTION app_organizations() IS
    'Organizations of the current transaction (set locally by core.tenancy); none when unset.';
"""
BACKWARD = "DROP FUNCTION app_organizations();"


class Migration(migrations.Migration):
    """Make the function that every row-level policy asks."""

    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""The table of django.core.cache.backends.db, in the shape that `createcachetable` gives it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_audit_names_the_acting_organization"),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE TABLE core_cache (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                );
                CREATE INDEX core_cache_expires ON core_cache (expires);
            """,
            reverse_sql="DROP TABLE core_cache",
        ),
    ]

"""The clock that counts where a deadline decides: the database's, the same for every process."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the time in the database at this moment, not at the start of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment

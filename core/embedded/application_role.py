"""Makes the role of DATABASE_URL, signed in as the role of DATABASE_OWNER_URL: before a migration."""

from core.embedded.environment import read
from core.embedded.failures import Unavailable, as_program
from core.embedded.roles import DatabaseAddress, ensure_application_role


def main() -> int:
    """Make the role, or set the rights and password of the one that is there."""
    owner, application = read("DATABASE_OWNER_URL"), read("DATABASE_URL")
    if not owner or not application:
        raise Unavailable("Set DATABASE_OWNER_URL and DATABASE_URL (or their _FILE).")
    ensure_application_role(DatabaseAddress.parse(owner), DatabaseAddress.parse(application))
    return 0


if __name__ == "__main__":
    as_program(main)

"""The two database roles: the owner migrates, the application only reads and writes rows."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, in lower case

from core.embedded.failures import Unavailable

OWNER_RIGHTS = "LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS"
APPLICATION_RIGHTS = "LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS"


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Who connects where."""

    user: str
    password: str
    host: str
    port: str
    database: str
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, url: str) -> "DatabaseAddress":
        """Read postgresql://user:password@host:port/name?option=…"""
        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
            raise Unavailable(
                "A database address looks like postgresql://user:word@host:port/name."
            )
        return cls(
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            host=unquote(parts.hostname or ""),
            port=str(parts.port or ""),
            database=unquote(parts.path.lstrip("/")),
            options=tuple(parse_qsl(parts.query)),
        )

    @property
    def url(self) -> str:
        """The address as one line."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        host = self.host + (f":{self.port}" if self.port else "")
        query = f"?{urlencode(self.options)}" if self.options else ""
        return f"postgresql://{login}@{host}/{quote(self.database, safe='')}{query}"


def ensure_role(connection: Connection, name: str, secret: str, rights: str) -> None:
    """Make a login role, or set the rights and password of the one that is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statement = f"{verb} ROLE {{name}} {rights} PASSWORD {{secret}}"
        cursor.execute(
            sql.SQL(statement).format(name=sql.Identifier(name), secret=sql.Literal(secret))
        )


def ensure_database(connection: Connection, name: str, owner: str) -> None:
    """Make a database of `owner` if it is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {name} OWNER {owner}")
            cursor.execute(statement.format(name=sql.Identifier(name), owner=sql.Identifier(owner)))


def connect(address: DatabaseAddress) -> Connection:
    """Connect in autocommit, or say in one sentence that it cannot be done."""
    try:
        connection = psycopg2.connect(address.url, connect_timeout=10)
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise Unavailable(
            f"PostgreSQL at {address.host or 'the local socket'} does not let {address.user} in:"
            f" {reason}"
        ) from None
    connection.autocommit = True
    return connection


def ensure_application_role(owner: DatabaseAddress, application: DatabaseAddress) -> None:
    """Make the application's role in a server of the user's, through the owner's login."""
    connection = connect(owner)
    try:
        ensure_role(connection, application.user, application.password, _rights_as(connection))
    except psycopg2.errors.InsufficientPrivilege:
        raise Unavailable(
            f"The role {owner.user} may not make the role {application.user}: give it CREATEROLE,"
            " or set both DATABASE_URL (the application's role) and DATABASE_OWNER_URL."
        ) from None
    finally:
        connection.close()


def _rights_as(connection: Connection) -> str:
    """Return the rights to name: only a superuser may say NOSUPERUSER and NOBYPASSRLS aloud."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (is_superuser,) = cursor.fetchone() or (False,)
    return APPLICATION_RIGHTS if is_superuser else "LOGIN NOCREATEDB NOCREATEROLE"

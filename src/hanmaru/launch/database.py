"""Roles and the database inside a PostgreSQL server.

Two roles, so that isolation between companies does not rest on our code alone: `hanmaru_owner` owns the tables, is used
for migrations and passes row-level security; `hanmaru_app` is used by every process that answers people, owns nothing
and can not pass it. See PostgreSQL 18, "Row Security Policies" and "Default Privileges".
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from hanmaru.launch.postgres import SUPERUSER, EmbeddedPostgres

OWNER = "hanmaru_owner"
APP = "hanmaru_app"
DATABASE = "hanmaru"
EXTENSIONS = ("ltree", "pg_trgm")


@dataclass(frozen=True)
class Addresses:
    """The connection URLs of one database: for the processes that answer people, and for its owner."""

    app: str
    owner: str

    def environment(self) -> dict[str, str]:
        """Answer them as the variables that Django's settings read."""
        return {"HANMARU_DATABASE_URL": self.app, "HANMARU_DATABASE_OWNER_URL": self.owner}


def addresses(server: EmbeddedPostgres, database: str = DATABASE) -> Addresses:
    """Answer the URLs of a database in the embedded server."""
    return Addresses(server.url(APP, database), server.url(OWNER, database))


def prepare(server: EmbeddedPostgres, database: str = DATABASE) -> Addresses:
    """Make the roles, the database and its extensions where they are missing; may be called at every start."""
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        _prepare_roles(connection, {OWNER: server.password(OWNER), APP: server.password(APP)})
        if not exists(connection, database):
            create(connection, database)
    with psycopg.connect(server.url(SUPERUSER, database), autocommit=True) as connection:
        _prepare_inside(connection)
    return addresses(server, database)


def exists(connection: psycopg.Connection, database: str) -> bool:
    """Say whether the server has this database."""
    return connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount == 1


def create(connection: psycopg.Connection, database: str, template: str = "template1") -> None:
    """Make a database that belongs to the owner role, as a copy of `template`."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(database), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def drop(connection: psycopg.Connection, database: str) -> None:
    """Remove a database, ending the sessions in it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _prepare_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    rights = {
        OWNER: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
        APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    }
    for role, attributes in rights.items():
        known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount == 1
        connection.execute(
            sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                sql.SQL("ALTER" if known else "CREATE"),
                sql.Identifier(role),
                sql.SQL(attributes),
                sql.Literal(passwords[role]),
            )
        )


def _prepare_inside(connection: psycopg.Connection) -> None:
    """Extensions, and what the app role may do with all that the owner makes from now on."""
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    owner, app = sql.Identifier(OWNER), sql.Identifier(APP)
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app}",
    ):
        connection.execute(
            sql.SQL(statement).format(owner=owner, app=app, database=sql.Identifier(connection.info.dbname))
        )

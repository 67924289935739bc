"""The two database roles: who may do what."""

import psycopg
import pytest
from psycopg import errors

from hanmaru.launch.database import APP, Addresses


@pytest.fixture
def owner(database: Addresses) -> psycopg.Connection:
    connection = psycopg.connect(database.owner)
    yield connection
    connection.rollback()
    connection.close()


def test_the_app_role_can_not_pass_row_level_security_and_owns_nothing(owner: psycopg.Connection) -> None:
    rights = owner.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = %s", [APP])
    assert rights.fetchone() == (False, False, False)
    assert owner.execute("SELECT relname FROM pg_class WHERE relowner = %s::regrole", [APP]).fetchall() == []


def test_the_app_role_may_read_and_write_what_the_owner_makes(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE made_later (id bigint GENERATED ALWAYS AS IDENTITY, path ltree)")
    granted = owner.execute(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE table_name = 'made_later' AND grantee = %s",
        [APP],
    )
    assert {row[0] for row in granted} >= {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_the_app_role_can_not_make_tables(database: Addresses) -> None:
    with psycopg.connect(database.app) as app, pytest.raises(errors.InsufficientPrivilege):
        app.execute("CREATE TABLE mine (id bigint)")


@pytest.mark.django_db
def test_django_is_the_app_role_unless_it_asks_for_the_owner() -> None:
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP,)

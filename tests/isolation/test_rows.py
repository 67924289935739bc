"""No row of a company is seen or written by another: by the ORM, with its filter off, by plain SQL."""

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction

pytestmark = pytest.mark.django_db
FACTS = "holds facts"  # how an append-only table refuses everybody


def company_labels() -> list[str]:
    from tests.isolation.filling import company_models

    return [model._meta.label for model in company_models()]


def snapshot(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 -- a table of ours
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_company(company: Any) -> Any:
    from hanmaru.central.companies.tenancy import acting

    return acting(company_id=company.membership.company_id, user_id=company.membership.user_id)


@pytest.mark.parametrize("label", company_labels())
def test_a_table_shows_and_takes_the_own_company_s_rows_only(label: str, theirs: Any, ours: Any) -> None:
    model: Any = apps.get_model(label)
    table = model._meta.db_table
    mine, their = ours.membership.company_id, theirs.membership.company_id
    with as_company(theirs):
        before = snapshot(table)
    assert before, f"{label} was to be filled: see tests/isolation/filling.py"
    with as_company(ours):
        assert {row.company_id for row in model.objects.all()} == {mine}
        assert {row.company_id for row in model.unfiltered.all()} == {mine}
        assert {row["company_id"] for row in snapshot(table)} == {mine}
        assert not model.objects.filter(pk__in=[row["id"] for row in before]).exists()
        _changing_reaches_nothing(table, before)
        _adding_is_refused(table, before[0], their)
    with as_company(theirs):
        assert snapshot(table) == before


def _changing_reaches_nothing(table: str, rows: list[dict[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    for sql in (
        f"UPDATE {table} SET id = id WHERE id = ANY (%s)",  # noqa: S608 -- a table of ours
        f"DELETE FROM {table} WHERE id = ANY (%s)",  # noqa: S608 -- same
        f"UPDATE {table} SET company_id = hanmaru_company() WHERE id = ANY (%s)",  # noqa: S608 -- same
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [ids])
                reached = cursor.rowcount
        except DatabaseError as error:
            reached = 0 if FACTS in str(error) else -1
        assert reached == 0, sql


def _adding_is_refused(table: str, row: dict[str, Any], company_id: int) -> None:
    new = {name: value for name, value in row.items() if name != "id"}
    names = ", ".join(f'"{name}"' for name in new)
    # The row as PostgreSQL itself would read it back, so that types need no care.
    sql = (
        f"INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608 -- a table of ours
        f" FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"
    )
    from django.core.serializers.json import DjangoJSONEncoder
    from django.db.backends.postgresql.psycopg_any import Jsonb

    def dumps(value: Any) -> str:
        import json

        return json.dumps(value, cls=DjangoJSONEncoder)

    assert new["company_id"] == company_id
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [Jsonb(new, dumps=dumps)])


@pytest.mark.parametrize("label", company_labels())
def test_an_own_row_can_not_be_given_away(label: str, theirs: Any, ours: Any) -> None:
    model: Any = apps.get_model(label)
    sql = f"UPDATE {model._meta.db_table} SET company_id = %s"  # noqa: S608 -- a table of ours
    refused = pytest.raises(DatabaseError, match=f"row-level security|{FACTS}")
    with as_company(ours), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [theirs.membership.company_id])


def test_companies_and_the_trail_are_as_closed(theirs: Any, ours: Any) -> None:
    their = theirs.membership.company_id
    with as_company(ours):
        assert their not in {row["id"] for row in snapshot("companies_company")}
        assert {row["company_id"] for row in snapshot("companies_auditentry")} == {ours.membership.company_id}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE companies_company SET name = 'taken' WHERE id = %s", [their])
            assert cursor.rowcount == 0


def test_who_acts_for_nobody_sees_nothing(theirs: Any) -> None:
    from hanmaru.central.companies.tenancy import NoCompany, acting

    with acting(company_id=None, user_id=None):
        for label in company_labels():
            model: Any = apps.get_model(label)
            assert snapshot(model._meta.db_table) == [], label
            with pytest.raises(NoCompany):
                model.objects.count()


def test_a_person_in_two_companies_writes_only_for_the_one_they_act_for(theirs: Any, ours: Any) -> None:
    """Their own memberships are all visible to them, so that they can choose; none elsewhere can be changed."""
    from hanmaru.central.companies.models import Membership
    from hanmaru.central.companies.services import invite, join

    with as_company(theirs):
        key = invite(roles=["quality"])
    elsewhere = join(key, ours.membership.user)
    with as_company(ours):
        assert Membership.unfiltered.filter(pk=elsewhere.pk).exists()
        assert not Membership.objects.filter(pk=elsewhere.pk).exists()
        assert Membership.unfiltered.filter(pk=elsewhere.pk).update(roles=["owner"]) == 0
    with as_company(theirs):
        assert Membership.objects.get(pk=elsewhere.pk).roles == ["quality"]


def test_secrets_never_reach_the_trail(theirs: Any) -> None:
    from hanmaru.central.companies.models import AuditEntry

    with as_company(theirs):
        told = str(list(AuditEntry.objects.values_list("changes", flat=True)))
        for label, column in (
            ("DeviceToken", "secret_hash"),
            ("Invitation", "key_hash"),
            ("PasswordReset", "key_hash"),
        ):
            secret = getattr(theirs.rows[f"companies.{label}"], column)
            assert secret
            assert f"'{column}'" not in told
        assert theirs.membership.user.password not in told

"""What PostgreSQL itself says of every table that has a company column."""

import pytest

from hanmaru.launch.database import APP

pytestmark = pytest.mark.django_db

UNTRACKED = {
    "companies_auditentry": "it is the trail",
    "companies_requestkey": "answers kept for a week for repeated requests; the write itself is in the trail",
    "companies_counter": "the last number given; what got the number is in the trail",
    "orders_orderpageuse": "counts orders by the public page for a day, to slow floods; the order is in the trail",
    "plant_asset": "a mirror of the registry beside the machines, written by nobody here; connections are in the trail",
    "plant_tag": "same",
    "plant_event": "append-only facts that carry who told them and when",
    "stock_stockmove": "append-only, and carries its own who, when and from where",
    "stock_balance": "derived from moves",
    "stock_reservation": "keeps its own history",
}


def rows(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def company_tables() -> list[str]:
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND a.attname = 'company_id' AND NOT a.attisdropped"
        " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [str(name) for (name,) in found]


def test_there_are_company_tables_and_each_has_a_model() -> None:
    from tests.isolation.filling import company_models

    known = {model._meta.db_table for model in company_models()} | {"companies_auditentry"}
    assert set(company_tables()) == known


def test_row_level_security_is_on_and_forced_with_a_policy() -> None:
    secured = rows(
        "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.cmd = 'ALL'"
        " AND p.qual LIKE '%%hanmaru_company()%%' AND p.with_check LIKE '%%hanmaru_company()%%')"
    )
    open_tables = set(company_tables()) - {name for (name,) in secured}
    assert not open_tables, f"put *protect(table) of companies.protection into a migration for: {sorted(open_tables)}"


def test_no_policy_lets_anybody_write_for_another_company() -> None:
    """A second policy widens what the first allows, so besides the company's own only reading ones may stand."""
    widening = rows("SELECT tablename, policyname FROM pg_policies WHERE policyname <> 'company' AND cmd <> 'SELECT'")
    assert widening == []
    reading = rows("SELECT tablename FROM pg_policies WHERE policyname <> 'company' ORDER BY 1")
    assert [name for (name,) in reading] == ["companies_company", "companies_membership"]


def test_the_role_of_the_pages_can_not_get_round_it() -> None:
    assert rows("SELECT current_user::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [
        (APP, False, False)
    ]
    assert rows("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    assert rows("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = current_user::regrole") == []


def test_the_doors_through_the_wall_are_the_known_ones() -> None:
    doors = rows(
        "SELECT proname::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
    )
    assert [name for (name,) in doors] == ["company_by_slug", "company_ids", "platform_companies", "works_elsewhere"]
    unsafe = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND NOT COALESCE(proconfig, '{}') @> ARRAY['search_path=public']"
    )
    assert unsafe == []


def test_no_view_shows_company_tables_with_its_owner_s_rights() -> None:
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
        " AND NOT COALESCE(reloptions, '{}') @> ARRAY['security_invoker=true']"
    )
    assert views == []


def test_every_table_is_audited_or_says_why_not() -> None:
    tracked = rows(
        "SELECT tgrelid::regclass::text FROM pg_trigger"
        " WHERE tgname IN ('audit_insert', 'audit_update', 'audit_delete')"
        " AND tgenabled = 'O' GROUP BY 1 HAVING count(*) = 3"
    )
    tables = {name for (name,) in tracked}
    missing = set(company_tables()) - tables - UNTRACKED.keys()
    assert not missing, f"add audit(table) in a migration, or the table and the reason to UNTRACKED: {sorted(missing)}"
    assert not UNTRACKED.keys() & tables, "audited after all: take it out of UNTRACKED"
    assert {"companies_user", "companies_company"} <= tables


def test_the_trail_has_words_for_every_table() -> None:
    from hanmaru.central.companies.trail_words import TABLES

    tracked = rows("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_insert'")
    missing = {name for (name,) in tracked} - TABLES.keys()
    assert not missing, f"say in companies/trail_words.py what a row is called: {sorted(missing)}"

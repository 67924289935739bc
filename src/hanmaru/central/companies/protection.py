"""Migration operations that put a table under row-level security and the audit trail."""

from django.db import migrations

_POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON {table} USING ({using}) WITH CHECK ({check});
"""
_AUDIT = """
CREATE TRIGGER audit_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_audit({hidden});
CREATE TRIGGER audit_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_audit({hidden});
CREATE TRIGGER audit_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_audit({hidden});
"""
_OWN = "company_id = (SELECT hanmaru_company())"


def isolate(table: str, *, using: str = _OWN, check: str = _OWN) -> migrations.RunSQL:
    """Row-level security: rows of ``table`` are seen and written by the acting company alone."""
    return migrations.RunSQL(
        _POLICY.format(table=table, using=using, check=check),
        f"DROP POLICY company ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def audit(table: str, *hidden: str) -> migrations.RunSQL:
    """Audit trail: every insert, update and delete is recorded; columns in ``hidden`` by name only.

    A column written ``-name`` is left out altogether: a change of it alone is no entry.
    """
    arguments = ", ".join(f"'{name}'" for name in hidden)
    drops = "".join(f"DROP TRIGGER audit_{word} ON {table};" for word in ("insert", "update", "delete"))
    return migrations.RunSQL(_AUDIT.format(table=table, hidden=arguments), drops)


def replace_audit(table: str, *hidden: str) -> list[migrations.RunSQL]:
    """The audit trail of a table that had one already, with other hidden columns."""
    made = audit(table, *hidden)
    return [migrations.RunSQL(str(made.reverse_sql), migrations.RunSQL.noop), made]


def append_only(table: str) -> migrations.RunSQL:
    """A table whose rows are facts: changing or deleting one is refused by the database."""
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_append_only();",
        f"DROP TRIGGER append_only ON {table};",
    )


def protect(table: str, *hidden: str) -> list[migrations.RunSQL]:
    """Isolation and audit trail together: what nearly every company table gets."""
    return [isolate(table), audit(table, *hidden)]

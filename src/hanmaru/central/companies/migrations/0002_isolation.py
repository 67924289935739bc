"""Row-level security and the audit trail, and the protection of this app's own tables."""

from pathlib import Path

from django.db import migrations

from hanmaru.central.companies.protection import append_only, audit, isolate, protect

_OWN_OR_NOBODY = "company_id IS NOT DISTINCT FROM (SELECT hanmaru_company())"


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]

    operations = [
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"),
            "DROP FUNCTION company_ids(); DROP FUNCTION company_by_slug(text); DROP FUNCTION hanmaru_audit();"
            "DROP FUNCTION hanmaru_append_only(); DROP FUNCTION hanmaru_user(); DROP FUNCTION hanmaru_company();",
        ),
        audit("companies_user", "password", "last_login"),
        # A person sees the companies they belong to; a company sees itself.
        isolate(
            "companies_company",
            using="id = (SELECT hanmaru_company()) OR id IN (SELECT company_id FROM companies_membership"
            " WHERE user_id = (SELECT hanmaru_user()) AND left_at IS NULL)",
            check="id = (SELECT hanmaru_company())",
        ),
        audit("companies_company"),
        isolate(
            "companies_membership",
            using="company_id = (SELECT hanmaru_company()) OR user_id = (SELECT hanmaru_user())",
        ),
        audit("companies_membership"),
        *protect("companies_invitation", "key_hash"),
        *protect("companies_devicetoken", "secret_hash", "last_used_at"),
        isolate("companies_requestkey"),
        isolate("companies_counter"),
        isolate("companies_auditentry", using=_OWN_OR_NOBODY, check=_OWN_OR_NOBODY),
        append_only("companies_auditentry"),
    ]

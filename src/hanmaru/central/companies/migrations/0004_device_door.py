"""A device enters by one statement: who acts is told and the token read together, since every call begins with it."""

from django.db import migrations

ENTER = """
CREATE FUNCTION hanmaru_enter_device(p_company bigint, p_token bigint, p_source text)
RETURNS TABLE (secret_hash varchar, name varchar, scopes varchar[], revoked_at timestamptz, expires_at timestamptz,
               last_used_at timestamptz) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('hanmaru.company', p_company::text, false), set_config('hanmaru.user', '', false),
            set_config('hanmaru.device', p_token::text, false), set_config('hanmaru.source', p_source, false);
    RETURN QUERY
    SELECT t.secret_hash, t.name, t.scopes, t.revoked_at, t.expires_at, t.last_used_at
      FROM companies_devicetoken t WHERE t.id = p_token AND t.company_id = p_company;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_doors")]

    operations = [migrations.RunSQL(ENTER, "DROP FUNCTION hanmaru_enter_device(bigint, bigint, text);")]

-- Who acts, as the session says (set by hanmaru.central.companies.tenancy). Empty means nobody: no row matches NULL.
CREATE FUNCTION hanmaru_company() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('hanmaru.company', true), '')::bigint $$;

CREATE FUNCTION hanmaru_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('hanmaru.user', true), '')::bigint $$;

CREATE FUNCTION hanmaru_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% holds facts: rows are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'HM000';
END $$;

-- The audit trail: one entry a row, or one for the whole statement when it touches more than 100 rows. TG_ARGV names
-- columns whose values are secrets.
CREATE FUNCTION hanmaru_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_user bigint := hanmaru_user();
    v_device bigint := NULLIF(current_setting('hanmaru.device', true), '')::bigint;
    v_source text := COALESCE(current_setting('hanmaru.source', true), '');
    v_hidden text[] := COALESCE(TG_ARGV, '{}');
    v_count bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT count(*) INTO v_count FROM old_rows;
    ELSE
        SELECT count(*) INTO v_count FROM new_rows;
    END IF;
    IF v_count = 0 THEN
        RETURN NULL;
    ELSIF v_count > 100 AND TG_OP <> 'DELETE' THEN
        INSERT INTO companies_auditentry (company_id, table_name, operation, row_count, changes, user_id, device_id, source, at)
        SELECT hanmaru_company(), TG_TABLE_NAME, TG_OP, v_count, jsonb_build_object('first_id', min(id), 'last_id', max(id)),
               v_user, v_device, v_source, now() FROM new_rows;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO companies_auditentry (company_id, table_name, operation, row_id, row_count, changes, user_id, device_id, source, at)
        SELECT hanmaru_company(), TG_TABLE_NAME, TG_OP, n.id, 1, to_jsonb(n) - v_hidden, v_user, v_device, v_source, now()
          FROM new_rows n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO companies_auditentry (company_id, table_name, operation, row_id, row_count, changes, user_id, device_id, source, at)
        SELECT hanmaru_company(), TG_TABLE_NAME, TG_OP, o.id, 1, to_jsonb(o) - v_hidden, v_user, v_device, v_source, now()
          FROM old_rows o;
    ELSE
        INSERT INTO companies_auditentry (company_id, table_name, operation, row_id, row_count, changes, user_id, device_id, source, at)
        SELECT hanmaru_company(), TG_TABLE_NAME, TG_OP, n.id, 1, c.changes, v_user, v_device, v_source, now()
          FROM new_rows n
          JOIN old_rows o ON o.id = n.id
         CROSS JOIN LATERAL (
               SELECT jsonb_object_agg(w.key, CASE WHEN w.key = ANY (v_hidden) THEN '["hidden", "hidden"]'::jsonb
                                                   ELSE jsonb_build_array(b.value, w.value) END) AS changes
                 FROM jsonb_each(to_jsonb(n)) w JOIN jsonb_each(to_jsonb(o)) b ON b.key = w.key
                WHERE w.value IS DISTINCT FROM b.value) c
         WHERE c.changes IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

-- The only doors through the wall, each as narrow as it can be.
CREATE FUNCTION company_by_slug(p_slug text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT id FROM companies_company WHERE slug = p_slug $$;

CREATE FUNCTION company_ids() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT id FROM companies_company ORDER BY id $$;

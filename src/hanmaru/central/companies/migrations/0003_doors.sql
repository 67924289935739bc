-- A person sees the memberships and companies they belong to, but writes only as the acting company.
DROP POLICY company ON companies_company;
CREATE POLICY company ON companies_company
    USING (id = (SELECT hanmaru_company())) WITH CHECK (id = (SELECT hanmaru_company()));
CREATE POLICY member ON companies_company FOR SELECT USING (
    id IN (SELECT company_id FROM companies_membership WHERE user_id = (SELECT hanmaru_user()) AND left_at IS NULL));

DROP POLICY company ON companies_membership;
CREATE POLICY company ON companies_membership
    USING (company_id = (SELECT hanmaru_company())) WITH CHECK (company_id = (SELECT hanmaru_company()));
CREATE POLICY person ON companies_membership FOR SELECT USING (user_id = (SELECT hanmaru_user()));

-- The audit trail again, with columns that are not worth an entry: TG_ARGV "name" hides the value, "-name" the column.
CREATE OR REPLACE FUNCTION hanmaru_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_user bigint := hanmaru_user();
    v_device bigint := NULLIF(current_setting('hanmaru.device', true), '')::bigint;
    v_source text := COALESCE(current_setting('hanmaru.source', true), '');
    v_left_out text[] := ARRAY(SELECT ltrim(a, '-') FROM unnest(COALESCE(TG_ARGV, '{}')) a WHERE a LIKE '-%');
    v_hidden text[] := ARRAY(SELECT ltrim(a, '-') FROM unnest(COALESCE(TG_ARGV, '{}')) a);
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
                 FROM jsonb_each(to_jsonb(n) - v_left_out) w JOIN jsonb_each(to_jsonb(o)) b ON b.key = w.key
                WHERE w.value IS DISTINCT FROM b.value) c
         WHERE c.changes IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

-- Two more doors through the wall, each as narrow as it can be. Both refuse by the person who acts, not by a parameter.

-- Does a member of the acting company work in another company too? For anybody else the answer is no.
CREATE FUNCTION works_elsewhere(p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT FROM companies_membership m WHERE m.user_id = p_user AND m.company_id = hanmaru_company())
       AND EXISTS (SELECT FROM companies_membership m
                    WHERE m.user_id = p_user AND m.company_id <> hanmaru_company() AND m.left_at IS NULL)
$$;

-- What the platform operator sees of companies: nothing for anybody else.
CREATE FUNCTION platform_companies() RETURNS TABLE (name text, people bigint, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT c.name::text, (SELECT count(*) FROM companies_membership m WHERE m.company_id = c.id AND m.left_at IS NULL),
           c.created_at
      FROM companies_company c
     WHERE EXISTS (SELECT FROM companies_user u
                    WHERE u.id = hanmaru_user() AND u.is_active AND u.is_platform_operator)
     ORDER BY c.created_at DESC, c.id DESC
$$;

-- Begin a person's request in one statement: says who acts, and for which of their companies: the wanted one, or the
-- first they belong to. Answers its id, NULL without one.
CREATE FUNCTION hanmaru_enter(p_user bigint, p_wanted bigint, p_source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_company bigint;
BEGIN
    PERFORM set_config('hanmaru.company', '', false), set_config('hanmaru.user', p_user::text, false),
            set_config('hanmaru.device', '', false), set_config('hanmaru.source', p_source, false);
    SELECT company_id INTO v_company FROM companies_membership
     WHERE user_id = p_user AND left_at IS NULL
     ORDER BY (company_id = p_wanted) DESC NULLS LAST, id LIMIT 1;
    PERFORM set_config('hanmaru.company', COALESCE(v_company::text, ''), false);
    RETURN v_company;
END $$;

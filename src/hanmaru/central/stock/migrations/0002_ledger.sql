-- The ledger's only writers of balances, with stock_post.sql. A balance changes by one conditional statement, balances are
-- taken in one order everywhere (variant, lot, place, owner), and what cannot be done is refused with the list of what is
-- short.
--
-- SQLSTATEs: HM001 not enough, HM002 key used for another move, HM003 reservation gone, HM004 no such thing,
--            HM005 a place that cannot hold goods.

CREATE FUNCTION stock_reserve(p_wants jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    v_company bigint := hanmaru_company();
    v_user bigint := NULLIF(current_setting('hanmaru.user', true), '')::bigint;
    v_short jsonb := '[]';
    v_wrong text;
    v_ids bigint[];
    d record;
BEGIN
    SELECT string_agg('balance ' || w.balance, ', ') INTO v_wrong
      FROM jsonb_to_recordset(p_wants) AS w(balance bigint)
     WHERE NOT EXISTS (SELECT FROM stock_balance b WHERE b.id = w.balance AND b.company_id = v_company);
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION 'no such thing' USING ERRCODE = 'HM004', DETAIL = v_wrong;
    END IF;
    FOR d IN
        SELECT b.id, b.variant_id, b.lot_id, b.place_id, sum(w.quantity)::bigint AS quantity
          FROM jsonb_to_recordset(p_wants) AS w(balance bigint, quantity bigint)
          JOIN stock_balance b ON b.id = w.balance
         GROUP BY b.id ORDER BY b.variant_id, b.lot_id NULLS FIRST, b.place_id, b.owner_id
    LOOP
        UPDATE stock_balance SET reserved = reserved + d.quantity, changed_at = now()
         WHERE id = d.id AND on_hand - reserved >= d.quantity;
        IF NOT FOUND THEN
            v_short := v_short || jsonb_build_object(
                'variant', d.variant_id, 'lot', d.lot_id, 'place', d.place_id, 'wanted', d.quantity,
                'free', (SELECT on_hand - reserved FROM stock_balance WHERE id = d.id));
        END IF;
    END LOOP;
    IF v_short <> '[]' THEN
        RAISE EXCEPTION 'not enough' USING ERRCODE = 'HM001', DETAIL = v_short::text;
    END IF;
    WITH asked AS (
        SELECT w.* FROM ROWS FROM (jsonb_to_recordset(p_wants) AS (balance bigint, quantity bigint, document_kind text,
               document_id bigint, line bigint, expires_at timestamptz)) WITH ORDINALITY
               AS w(balance, quantity, document_kind, document_id, line, expires_at, n)),
    made AS (
        INSERT INTO stock_reservation (company_id, balance_id, quantity, asked, state, document_kind, document_id, line_id,
                                       actor_id, expires_at)
        SELECT v_company, balance, quantity, quantity, 'open', document_kind, document_id, line, v_user, expires_at
          FROM asked ORDER BY n
        RETURNING id)
    SELECT array_agg(id ORDER BY id) INTO v_ids FROM made;
    RETURN COALESCE(v_ids, '{}');
END $$;

CREATE FUNCTION stock_release(p_ids bigint[], p_state text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_released jsonb;
    d record;
BEGIN
    PERFORM 1 FROM stock_reservation WHERE id = ANY (p_ids) AND state = 'open' ORDER BY id FOR UPDATE;
    SELECT COALESCE(jsonb_agg(jsonb_build_object('id', id, 'balance', balance_id, 'quantity', quantity)), '[]')
      INTO v_released FROM stock_reservation WHERE id = ANY (p_ids) AND state = 'open';
    UPDATE stock_reservation SET quantity = 0, state = p_state, closed_at = now()
     WHERE id IN (SELECT r.id FROM jsonb_to_recordset(v_released) AS r(id bigint));
    FOR d IN
        SELECT b.id, sum(r.quantity)::bigint AS quantity
          FROM jsonb_to_recordset(v_released) AS r(balance bigint, quantity bigint)
          JOIN stock_balance b ON b.id = r.balance
         GROUP BY b.id ORDER BY b.variant_id, b.lot_id NULLS FIRST, b.place_id, b.owner_id
    LOOP
        UPDATE stock_balance SET reserved = reserved - d.quantity, changed_at = now() WHERE id = d.id;
    END LOOP;
    RETURN jsonb_array_length(v_released);
END $$;

ALTER TABLE stock_balance SET (fillfactor = 70);
ALTER TABLE stock_reservation SET (fillfactor = 80);

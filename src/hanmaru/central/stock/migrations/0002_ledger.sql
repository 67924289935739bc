-- The ledger's only writers of balances. A balance changes by one conditional statement, balances are taken in one
-- order everywhere (variant, lot, place, owner), and what cannot be done is refused with the list of what is short.
--
-- SQLSTATEs: HM001 not enough, HM002 key used for another move, HM003 reservation gone, HM004 no such thing,
--            HM005 a place that cannot hold goods.

CREATE FUNCTION stock_post(p_moves jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_company bigint := hanmaru_company();
    v_user bigint := NULLIF(current_setting('hanmaru.user', true), '')::bigint;
    v_device bigint := NULLIF(current_setting('hanmaru.device', true), '')::bigint;
    v_source text := COALESCE(current_setting('hanmaru.source', true), '');
    v_new jsonb;
    v_short jsonb := '[]';
    v_wrong text;
    d record;
BEGIN
    -- Foreign keys do not know row-level security; these joins do.
    SELECT string_agg(DISTINCT COALESCE(
               CASE WHEN v.id IS NULL THEN 'variant ' || m.variant END,
               CASE WHEN f.id IS NULL THEN 'place ' || m.from_place END,
               CASE WHEN t.id IS NULL THEN 'place ' || m.to_place END,
               'lot ' || m.lot), ', ')
      INTO v_wrong
      FROM jsonb_to_recordset(p_moves) AS m(variant bigint, lot bigint, from_place bigint, to_place bigint)
      LEFT JOIN catalog_variant v ON v.id = m.variant
      LEFT JOIN stock_lot l ON l.id = m.lot AND l.variant_id = m.variant
      LEFT JOIN stock_place f ON f.id = m.from_place
      LEFT JOIN stock_place t ON t.id = m.to_place
     WHERE v.id IS NULL OR f.id IS NULL OR t.id IS NULL OR (m.lot IS NOT NULL AND l.id IS NULL);
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION 'no such thing' USING ERRCODE = 'HM004', DETAIL = v_wrong;
    END IF;
    SELECT string_agg(DISTINCT p.code, ', ')
      INTO v_wrong
      FROM jsonb_to_recordset(p_moves) AS m(from_place bigint, to_place bigint)
      JOIN stock_place p ON p.id IN (m.from_place, m.to_place)
     WHERE NOT p.holds_stock AND p.kind NOT IN ('supplier', 'customer', 'correction', 'scrap', 'production')
        OR (p.archived_at IS NOT NULL AND p.id = m.to_place);
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a place that cannot hold goods' USING ERRCODE = 'HM005', DETAIL = v_wrong;
    END IF;

    WITH inserted AS (
        INSERT INTO stock_stockmove (company_id, owner_id, variant_id, lot_id, from_place_id, to_place_id, quantity,
                                     reason, note, document_kind, document_id, actor_id, device_id, source,
                                     occurred_at, idempotency_key)
        SELECT v_company, m.owner, m.variant, m.lot, m.from_place, m.to_place, m.quantity,
               m.reason, COALESCE(m.note, ''), COALESCE(m.document_kind, ''), m.document_id, v_user, v_device, v_source,
               COALESCE(m.occurred_at, now()), m.key
          FROM jsonb_to_recordset(p_moves) AS m(key text, owner bigint, variant bigint, lot bigint, from_place bigint,
               to_place bigint, quantity bigint, reason text, note text, document_kind text, document_id bigint,
               occurred_at timestamptz)
         ORDER BY m.key
            ON CONFLICT (company_id, idempotency_key) DO NOTHING
        RETURNING id, idempotency_key)
    SELECT COALESCE(jsonb_object_agg(idempotency_key, id), '{}') INTO v_new FROM inserted;

    SELECT string_agg(m.key, ', ')
      INTO v_wrong
      FROM jsonb_to_recordset(p_moves) AS m(key text, owner bigint, variant bigint, lot bigint, from_place bigint,
           to_place bigint, quantity bigint)
      JOIN stock_stockmove s ON s.company_id = v_company AND s.idempotency_key = m.key
     WHERE NOT v_new ? m.key
       AND (s.owner_id, s.variant_id, s.from_place_id, s.to_place_id, s.quantity, COALESCE(s.lot_id, 0))
           IS DISTINCT FROM (m.owner, m.variant, m.from_place, m.to_place, m.quantity, COALESCE(m.lot, 0));
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION 'key used for another move' USING ERRCODE = 'HM002', DETAIL = v_wrong;
    END IF;

    FOR d IN
        SELECT m.reservation, sum(m.quantity)::bigint AS quantity, min(m.variant) AS variant, min(m.from_place) AS place,
               min(m.lot) AS lot, min(m.owner) AS owner
          FROM jsonb_to_recordset(p_moves) AS m(key text, owner bigint, variant bigint, lot bigint, from_place bigint,
               quantity bigint, reservation bigint)
         WHERE m.reservation IS NOT NULL AND v_new ? m.key
         GROUP BY m.reservation ORDER BY m.reservation
    LOOP
        UPDATE stock_reservation r
           SET quantity = r.quantity - d.quantity,
               state = CASE WHEN r.quantity = d.quantity THEN 'used' ELSE r.state END,
               closed_at = CASE WHEN r.quantity = d.quantity THEN now() END
          FROM stock_balance b
         WHERE r.id = d.reservation AND r.state = 'open' AND r.quantity >= d.quantity
           AND b.id = r.balance_id AND b.variant_id = d.variant AND b.place_id = d.place AND b.owner_id = d.owner
           AND COALESCE(b.lot_id, 0) = COALESCE(d.lot, 0);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'reservation gone' USING ERRCODE = 'HM003', DETAIL = d.reservation::text;
        END IF;
    END LOOP;

    FOR d IN
        WITH posted AS (
            SELECT m.* FROM jsonb_to_recordset(p_moves) AS m(key text, owner bigint, variant bigint, lot bigint,
                   from_place bigint, to_place bigint, quantity bigint, reservation bigint)
             WHERE v_new ? m.key),
        effects AS (
            SELECT owner, variant, lot, from_place AS place, -quantity AS hand,
                   CASE WHEN reservation IS NULL THEN 0 ELSE -quantity END AS held FROM posted
            UNION ALL
            SELECT owner, variant, lot, to_place, quantity, 0 FROM posted)
        SELECT e.owner, e.variant, e.lot, e.place, sum(e.hand)::bigint AS hand, sum(e.held)::bigint AS held
          FROM effects e JOIN stock_place p ON p.id = e.place AND p.holds_stock
         GROUP BY e.owner, e.variant, e.lot, e.place
         ORDER BY e.variant, e.lot NULLS FIRST, e.place, e.owner
    LOOP
        IF d.hand >= 0 AND d.held = 0 THEN
            INSERT INTO stock_balance (company_id, owner_id, variant_id, lot_id, place_id, on_hand, reserved)
            VALUES (v_company, d.owner, d.variant, d.lot, d.place, d.hand, 0)
                ON CONFLICT ON CONSTRAINT one_balance
                DO UPDATE SET on_hand = stock_balance.on_hand + EXCLUDED.on_hand, changed_at = now();
        ELSE
            UPDATE stock_balance
               SET on_hand = on_hand + d.hand, reserved = reserved + d.held, changed_at = now()
             WHERE company_id = v_company AND owner_id = d.owner AND variant_id = d.variant AND place_id = d.place
               AND (lot_id = d.lot OR (lot_id IS NULL AND d.lot IS NULL))
               AND on_hand + d.hand >= reserved + d.held AND reserved + d.held >= 0;
            IF NOT FOUND THEN
                v_short := v_short || jsonb_build_object(
                    'variant', d.variant, 'lot', d.lot, 'place', d.place, 'wanted', -d.hand,
                    'free', COALESCE((SELECT on_hand - reserved FROM stock_balance
                                       WHERE company_id = v_company AND owner_id = d.owner AND variant_id = d.variant
                                         AND place_id = d.place
                                         AND (lot_id = d.lot OR (lot_id IS NULL AND d.lot IS NULL))), 0));
            END IF;
        END IF;
    END LOOP;
    IF v_short <> '[]' THEN
        RAISE EXCEPTION 'not enough' USING ERRCODE = 'HM001', DETAIL = v_short::text;
    END IF;
    RETURN v_new;
END $$;

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

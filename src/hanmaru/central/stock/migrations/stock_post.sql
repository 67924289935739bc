-- Records moves and changes the balances, all or none. For calls of thousands of moves what is new is singled out once,
-- and only where not all is new: looking each key up in the answer, for every question again, grew with their square.
-- A move may name open reservations of its balance in "carries": the goods are carried with what is held of them.
-- SQLSTATEs and the order of locks: 0002_ledger.sql.

CREATE OR REPLACE FUNCTION stock_post(p_moves jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_company bigint := hanmaru_company();
    v_user bigint := NULLIF(current_setting('hanmaru.user', true), '')::bigint;
    v_device bigint := NULLIF(current_setting('hanmaru.device', true), '')::bigint;
    v_source text := COALESCE(current_setting('hanmaru.source', true), '');
    v_new jsonb;
    v_posted jsonb := p_moves;
    v_carried jsonb := '[]';
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

    IF (SELECT count(*) FROM jsonb_object_keys(v_new)) < jsonb_array_length(p_moves) THEN
        -- Some keys were known before, or stand twice in this call: what they say must be what was recorded, and only
        -- what is new now, each once, changes balances.
        SELECT string_agg(m.key, ', ')
          INTO v_wrong
          FROM jsonb_to_recordset(p_moves) AS m(key text, owner bigint, variant bigint, lot bigint, from_place bigint,
               to_place bigint, quantity bigint)
          JOIN stock_stockmove s ON s.company_id = v_company AND s.idempotency_key = m.key
         WHERE (s.owner_id, s.variant_id, s.from_place_id, s.to_place_id, s.quantity, COALESCE(s.lot_id, 0))
               IS DISTINCT FROM (m.owner, m.variant, m.from_place, m.to_place, m.quantity, COALESCE(m.lot, 0));
        IF v_wrong IS NOT NULL THEN
            RAISE EXCEPTION 'key used for another move' USING ERRCODE = 'HM002', DETAIL = v_wrong;
        END IF;
        SELECT COALESCE(jsonb_agg(e.move), '[]') INTO v_posted
          FROM (SELECT DISTINCT ON (move ->> 'key') move FROM jsonb_array_elements(p_moves) AS m(move)
                 WHERE v_new ? (move ->> 'key')
                 ORDER BY move ->> 'key') e;
    END IF;

    FOR d IN
        SELECT m.reservation, sum(m.quantity)::bigint AS quantity, min(m.variant) AS variant, min(m.from_place) AS place,
               min(m.lot) AS lot, min(m.owner) AS owner
          FROM jsonb_to_recordset(v_posted) AS m(owner bigint, variant bigint, lot bigint, from_place bigint,
               quantity bigint, reservation bigint)
         WHERE m.reservation IS NOT NULL
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

    IF jsonb_path_exists(v_posted, '$[*].carries[*]') THEN
        PERFORM FROM stock_reservation
         WHERE id IN (SELECT c::bigint FROM jsonb_path_query(v_posted, '$[*].carries[*]') AS c)
         ORDER BY id FOR UPDATE;
        WITH named AS (
            SELECT m.*, c::bigint AS reservation
              FROM jsonb_to_recordset(v_posted) AS m(owner bigint, variant bigint, lot bigint, from_place bigint,
                   to_place bigint, carries jsonb), jsonb_array_elements(m.carries) AS c),
        there AS (
            SELECT n.owner, n.variant, n.lot, n.from_place, n.to_place, n.reservation, r.quantity
              FROM named n
              JOIN stock_reservation r ON r.id = n.reservation AND r.state = 'open'
              JOIN stock_balance b ON b.id = r.balance_id AND b.variant_id = n.variant AND b.place_id = n.from_place
               AND b.owner_id = n.owner AND COALESCE(b.lot_id, 0) = COALESCE(n.lot, 0))
        SELECT (SELECT COALESCE(jsonb_agg(to_jsonb(t)), '[]') FROM there t),
               (SELECT string_agg(n.reservation::text, ', ') FROM named n
                 WHERE NOT EXISTS (SELECT FROM there t WHERE t.reservation = n.reservation))
          INTO v_carried, v_wrong;
        IF v_wrong IS NOT NULL THEN
            RAISE EXCEPTION 'reservation gone' USING ERRCODE = 'HM003', DETAIL = v_wrong;
        END IF;
        SELECT string_agg(DISTINCT p.code, ', ') INTO v_wrong
          FROM jsonb_to_recordset(v_carried) AS c(to_place bigint)
          JOIN stock_place p ON p.id = c.to_place AND NOT p.holds_stock;
        IF v_wrong IS NOT NULL THEN
            RAISE EXCEPTION 'a place that cannot hold goods' USING ERRCODE = 'HM005', DETAIL = v_wrong;
        END IF;
    END IF;

    FOR d IN
        WITH posted AS (
            SELECT m.* FROM jsonb_to_recordset(v_posted) AS m(owner bigint, variant bigint, lot bigint,
                   from_place bigint, to_place bigint, quantity bigint, reservation bigint)),
        carried AS (
            SELECT c.* FROM jsonb_to_recordset(v_carried) AS c(owner bigint, variant bigint, lot bigint,
                   from_place bigint, to_place bigint, quantity bigint)),
        effects AS (
            SELECT owner, variant, lot, from_place AS place, -quantity AS hand,
                   CASE WHEN reservation IS NULL THEN 0 ELSE -quantity END AS held FROM posted
            UNION ALL
            SELECT owner, variant, lot, to_place, quantity, 0 FROM posted
            UNION ALL
            SELECT owner, variant, lot, from_place, 0, -quantity FROM carried
            UNION ALL
            SELECT owner, variant, lot, to_place, 0, quantity FROM carried)
        SELECT e.owner, e.variant, e.lot, e.place, sum(e.hand)::bigint AS hand, sum(e.held)::bigint AS held
          FROM effects e JOIN stock_place p ON p.id = e.place AND p.holds_stock
         GROUP BY e.owner, e.variant, e.lot, e.place
         ORDER BY e.variant, e.lot NULLS FIRST, e.place, e.owner
    LOOP
        IF d.held >= 0 AND d.hand >= d.held THEN
            INSERT INTO stock_balance (company_id, owner_id, variant_id, lot_id, place_id, on_hand, reserved)
            VALUES (v_company, d.owner, d.variant, d.lot, d.place, d.hand, d.held)
                ON CONFLICT ON CONSTRAINT one_balance
                DO UPDATE SET on_hand = stock_balance.on_hand + EXCLUDED.on_hand,
                              reserved = stock_balance.reserved + EXCLUDED.reserved, changed_at = now();
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
    UPDATE stock_reservation r SET balance_id = b.id
      FROM jsonb_to_recordset(v_carried) AS c(owner bigint, variant bigint, lot bigint, to_place bigint,
           reservation bigint)
      JOIN stock_balance b ON b.company_id = v_company AND b.owner_id = c.owner AND b.variant_id = c.variant
       AND b.place_id = c.to_place AND (b.lot_id = c.lot OR (b.lot_id IS NULL AND c.lot IS NULL))
     WHERE r.id = c.reservation;
    RETURN v_new;
END $$;

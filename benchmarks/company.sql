-- Rows of every kind for one company, by a few statements: for measuring pages, not for judging figures.
-- {c} is the company, {u} its owner; {order} and its like are that company's rows; the other names are counts.

INSERT INTO catalog_storageclass (company_id, code, name)
    SELECT {c}, 'c' || n, 'Class ' || n
    FROM generate_series(1, 5) n;

INSERT INTO catalog_product (company_id, name, name_en, code, description, base_price, tracking, has_expiry,
        on_order_page, created_at, updated_at)
    SELECT {c}, 'Ring of day ' || n, 'Ring ' || n, 'P' || n, 'Made by hand, by request with an engraving.', 1000 + n
        % 900, 'none', false, true, now(), now()
    FROM generate_series(1, {products}) n;

INSERT INTO catalog_option (company_id, product_id, name, position)
    SELECT {c}, id, 'Size', 0
    FROM {product};

INSERT INTO catalog_optionvalue (company_id, option_id, value, code, price_difference, position)
    SELECT {c}, o.id, (s * 10)::text, s::text, 0, s
    FROM {option} o, generate_series(1, 20) s;

INSERT INTO catalog_variant (company_id, product_id, number, sku, label, price, own_price, gtin, own_barcode,
        weight_g, length_mm, width_mm, height_mm, created_at, updated_at)
    SELECT {c}, p.id, row_number() OVER (), p.code || '-' || s, 'Size ' || s * 10, p.base_price, false, '', 'B' ||
        p.id || '-' || s, 120, 100, 80, 40, now(), now()
    FROM {product} p, generate_series(1, 20) s
    ORDER BY p.id, s LIMIT {variants};

INSERT INTO catalog_variantvalue (company_id, variant_id, value_id)
    SELECT {c}, v.id, w.id
    FROM {variant} v
    JOIN {option} o ON o.product_id = v.product_id
    JOIN {optionvalue} w ON w.option_id = o.id AND v.label = 'Size ' || w.value;

INSERT INTO catalog_photo (company_id, product_id, file, thumbnails, width, height, alt, position, created_at)
    SELECT {c}, id, 'none.webp', '{{"160": "none.webp"}}', 800, 600, 'A ring', 0, now()
    FROM {product};

INSERT INTO catalog_tag (company_id, epc, variant_id, serial, lot_number, quantity, scheme, created_at)
    SELECT {c}, lpad(to_hex(id), 24, '0'), id, '', '', 1, 'own', now()
    FROM {variant};

INSERT INTO catalog_extrabarcode (company_id, variant_id, code, quantity)
    SELECT {c}, id, 'X' || id, 1
    FROM {variant};

INSERT INTO stock_place (company_id, code, name, kind, path, holds_stock, pickable, storage_classes, walk_order,
        created_at)
    SELECT {c}, 'Z' || n, '', 'zone', ('z' || n)::ltree, false, true, '{{}}', n, now()
    FROM generate_series(1, 10) n;

INSERT INTO stock_place (company_id, code, name, kind, path, parent_id, holds_stock, pickable, storage_classes,
        walk_order, created_at)
    SELECT {c}, z.code || '-' || n, '', 'bin', z.path || ('b' || n)::text, z.id, true, true, '{{}}', n, now()
    FROM {place} z, generate_series(1, {bins}) n
    WHERE z.kind = 'zone' AND z.code LIKE 'Z%';

INSERT INTO stock_place (company_id, code, name, kind, path, holds_stock, pickable, storage_classes, walk_order,
        created_at)
    SELECT {c}, 'M-' || k, '', k, ('m_' || k)::ltree, k IN ('dock', 'packing'), false, '{{}}', 0, now() FROM
        unnest(ARRAY['dock', 'packing', 'supplier', 'customer']) k;

INSERT INTO stock_lot (company_id, variant_id, number, is_serial, created_at)
    SELECT {c}, id, 'L' || id, false, now()
    FROM {variant}
    WHERE id % 10 = 0;

INSERT INTO stock_balance (company_id, owner_id, variant_id, place_id, on_hand, reserved)
    SELECT DISTINCT {c}, {c}, v.id, (SELECT array_agg(id
    ORDER BY id)
    FROM {place}
    WHERE kind = 'bin')[1 + (v.id * 7 + k * 13) % ({bins} * 10)], 1000, 500
    FROM {variant} v, generate_series(0, 1) k;

INSERT INTO stock_stockmove (company_id, owner_id, variant_id, from_place_id, to_place_id, quantity, reason, note,
        document_kind, document_id, actor_id, source, occurred_at, recorded_at, idempotency_key)
    SELECT {c}, {c}, v.ids[1 + n * 31 % cardinality(v.ids)], CASE WHEN n % 2 = 0 THEN b.ids[1 + n * 17 %
        cardinality(b.ids)] ELSE m.ids[1 + n % 4] END, CASE WHEN n % 2 = 0 THEN m.ids[1 + n % 4] ELSE b.ids[1 + n *
        17 % cardinality(b.ids)] END, 1 + n % 5, (ARRAY['receive', 'pick', 'move', 'ship', 'put_away'])[1 + n % 5],
        '', '', NULL, {u}, 'benchmark', now() - (n || ' minutes')::interval, now(), gen_random_uuid()::text
    FROM generate_series(1, {moves}) n, (SELECT array_agg(id) ids
    FROM {variant}) v, (SELECT array_agg(id) ids
    FROM {place}
    WHERE kind = 'bin') b, (SELECT array_agg(id) ids
    FROM {place}
    WHERE code LIKE 'M-%') m;

INSERT INTO orders_customer (company_id, name, email, phone, address, country, external_id, created_at)
    SELECT {c}, 'Customer ' || n, 'c' || n || '@example.com', '010-0000-' || n, 'Example road ' || n, 'KR', '',
        now()
    FROM generate_series(1, {others}) n;

INSERT INTO orders_order (company_id, number, customer_id, channel, external_id, state, back_order, currency, total,
        ship_to_name, ship_to_phone, ship_to_address, note, link_key, placed_at, created_at, updated_at)
    SELECT {c}, 'O' || lpad(n::text, 6, '0'), k.ids[1 + n % cardinality(k.ids)], CASE WHEN n = 7 THEN 'order_page' ELSE 'clerk' END,
        CASE WHEN n = 7 THEN 'first' ELSE '' END, CASE WHEN n % 10 = 0
        THEN (ARRAY['draft', 'confirmed', 'reserved', 'picking', 'packed', 'cancelled', 'returned', 'reserved',
        'packed', 'confirmed'])[1 + n / 10 % 10] ELSE 'shipped' END, n % 40 = 0, 'KRW', 12000, 'Recipient',
        '010-0000-0000', 'Example road 1', '', md5('{c}-' || n), now() - (({orders} - n) || ' minutes')::interval,
        now(), now()
    FROM generate_series(1, {orders}) n, (SELECT array_agg(id) ids
    FROM {customer}) k;

INSERT INTO orders_orderline (company_id, order_id, line_no, variant_id, description, quantity, unit_price, wording,
        reserved, picked, shipped, cancelled, returned)
    SELECT {c}, o.id, k, v.ids[1 + (o.id * 3 + k) % cardinality(v.ids)], 'Ring of day', 2, 2000, '', CASE WHEN
        o.state = 'reserved' THEN 2 ELSE 0 END, CASE WHEN o.state IN ('picking', 'packed', 'shipped', 'returned')
        THEN 2 ELSE 0 END, CASE WHEN o.state IN ('shipped', 'returned') THEN 2 ELSE 0 END, CASE WHEN o.state =
        'cancelled' THEN 2 ELSE 0 END, CASE WHEN o.state = 'returned' THEN 2 ELSE 0 END
    FROM {order} o, generate_series(1, 3) k, (SELECT array_agg(id) ids
    FROM {variant}) v;

INSERT INTO orders_orderstep (company_id, order_id, state, at, actor_id, actor_name, note)
    SELECT {c}, o.id, s, o.placed_at, {u}, 'Owner', ''
    FROM {order} o, unnest(ARRAY['confirmed', 'reserved', 'picking', o.state]) s;

INSERT INTO orders_return (company_id, number, customer_id, external_id, state, reason, announced_at, actor_name)
    SELECT {c}, 'R' || n, k.ids[1 + n % cardinality(k.ids)], '', CASE WHEN n % 2 = 0 THEN 'expected' ELSE 'done'
        END, 'too small', now(), ''
    FROM generate_series(1, {others}) n, (SELECT array_agg(id) ids
    FROM {customer}) k;

INSERT INTO orders_returnline (company_id, document_id, order_line_id, variant_id, quantity, unit_price, scrapped)
    SELECT {c}, r.id, l.id, l.variant_id, 1, 2000, false
    FROM {return_} r
    JOIN LATERAL (SELECT *
    FROM {orderline}
    WHERE shipped > 0 LIMIT 1) l ON true;

INSERT INTO stock_reservation (company_id, balance_id, quantity, asked, state, document_kind, document_id, line_id,
        created_at)
    SELECT {c}, b.id, 2, 2, 'open', 'order', l.order_id, l.id, now()
    FROM {orderline} l
    JOIN LATERAL (SELECT id
    FROM {balance}
    WHERE variant_id = l.variant_id
    ORDER BY id LIMIT 1) b ON true
    WHERE l.reserved > 0;

INSERT INTO warehouse_supplier (company_id, name, email, phone, created_at)
    SELECT {c}, 'Supplier ' || n, '', '', now()
    FROM generate_series(1, LEAST({others}, 300)) n;

INSERT INTO warehouse_delivery (company_id, number, supplier_id, state, expected_on, note, unannounced_by, created_at)
    SELECT {c}, 'D' || n, k.ids[1 + n % cardinality(k.ids)], CASE WHEN n % 20 = 0 THEN 'announced' WHEN n % 20 = 1
        THEN 'receiving' ELSE 'done' END, current_date, '', '', now()
    FROM generate_series(1, {others}) n, (SELECT array_agg(id) ids
    FROM {supplier}) k;

INSERT INTO warehouse_deliveryline (company_id, delivery_id, variant_id, expected, received)
    SELECT DISTINCT ON (d.id, v) {c}, d.id, v, 10, 0
    FROM {delivery} d, (SELECT array_agg(id) ids
    FROM {variant}) a, generate_series(1, 10) k, LATERAL (SELECT a.ids[1 + (d.id * 11 + k) % cardinality(a.ids)] v)
        w;

INSERT INTO warehouse_picklist (company_id, number, state, created_at)
    SELECT {c}, 'L' || n, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END, now()
    FROM generate_series(1, {others}) n;

INSERT INTO warehouse_picktask (company_id, pick_list_id, sequence, order_id, order_line_id, reservation_id,
        variant_id, place_id, quantity, picked, short, short_reason)
    SELECT {c}, k.ids[1 + n % cardinality(k.ids)], n, r.document_id, r.line_id, r.id, b.variant_id, b.place_id, 2,
        0, 0, '' FROM (SELECT *, row_number() OVER (ORDER BY id) n
    FROM {reservation}) r
    JOIN {balance} b ON b.id = r.balance_id, (SELECT array_agg(id) ids
    FROM {picklist}
    WHERE state = 'open') k
    WHERE r.document_id % 2 = 0 AND k.ids IS NOT NULL;

INSERT INTO warehouse_boxtype (company_id, name, length_mm, width_mm, height_mm, weight_g, max_weight_g, cost)
    SELECT {c}, 'Box ' || n, 100 * n, 80 * n, 50 * n, 40 * n, 5000, 100
    FROM generate_series(1, 6) n;

INSERT INTO warehouse_parcel (company_id, order_id, number, weight_g, carrier, tracking_number, packed_at,
        shipped_at)
    SELECT {c}, id, 'K' || id, 300, '', '', now(), CASE WHEN state = 'packed' THEN NULL ELSE now() END
    FROM {order}
    WHERE state IN ('packed', 'shipped');

INSERT INTO warehouse_parcelline (company_id, parcel_id, order_line_id, variant_id, quantity)
    SELECT {c}, p.id, l.id, l.variant_id, 2
    FROM {parcel} p
    JOIN {orderline} l ON l.order_id = p.order_id;

INSERT INTO warehouse_counttask (company_id, place_id, variant_id, missing, reason, created_at)
    SELECT {c}, place_id, variant_id, 1, 'missing', now()
    FROM {balance} LIMIT {others};

INSERT INTO companies_devicetoken (company_id, name, scopes, secret_hash, created_at)
    SELECT {c}, 'Device ' || n, '{{reader}}', md5(n::text), now()
    FROM generate_series(1, 40) n;

INSERT INTO warehouse_readerread (company_id, device_id, epoch, sequence, epc, antenna, read_at, received_at,
        status)
    SELECT {c}, (SELECT min(id)
    FROM {devicetoken}), 1, n, lpad(to_hex(n), 24, '0'), 1, now(), now(), 'unknown'
    FROM generate_series(1, {orders} / 2) n;

INSERT INTO sheets_importrun (company_id, kind, file_name, file_hash, dry_run, position, total, counts, started_at,
        failed)
    SELECT {c}, 'products', 'goods.csv', md5(n::text), false, 10, 10, '{{}}', now(), ''
    FROM generate_series(1, 30) n;

INSERT INTO sheets_refusedrow (company_id, run_id, row, "column", code, message, values)
    SELECT {c}, r.id, n, 'SKU', 'sheets.taken', 'Taken already', '{{}}'
    FROM {importrun} r, generate_series(1, {others}) n
    WHERE r.id % 10 = 0;

INSERT INTO companies_auditentry (company_id, table_name, operation, row_id, row_count, changes, user_id, source,
        at)
    SELECT {c}, 'orders_order', 'UPDATE', id, 1, '{{"state": ["confirmed", "reserved"]}}', {u}, 'benchmark', now()
    FROM {order};

INSERT INTO companies_invitation (company_id, email, roles, key_hash, invited_by_id, created_at, expires_at)
    SELECT {c}, 'guest' || n || '@example.com', '{{warehouse}}', md5('{c}-' || n), {u}, now(), now() + interval '1 day'
    FROM generate_series(1, 20) n;

INSERT INTO plant_site (company_id, name, label, label_en, created_at)
    VALUES ({c}, 'site-{c}', 'Plant', 'Plant', now());

INSERT INTO plant_asset (company_id, site_id, path, name, name_en, kind)
    SELECT {c}, s.id, s.name || '/area-' || n % 5 || '/line-1/machine-' || n, 'Machine ' || n, 'Machine ' || n, 'press'
    FROM {site} s, generate_series(1, {others} / 10 + 1) n;

INSERT INTO plant_source (company_id, site_id, name, protocol, config, enabled)
    SELECT {c}, s.id, 'source-' || n, 'opcua', '{{}}', true
    FROM {site} s, generate_series(1, {others} / 100 + 1) n;

INSERT INTO plant_tag (company_id, site_id, number, asset, name, type, unit, source, address, description, sampling,
        deadband, retention, writable)
    SELECT {c}, a.site_id, row_number() OVER (), a.path, 'temperature-' || n, 'number', 'Cel', 'source-1', 'ns=2;i=' || n,
        'Temperature ' || n, 1, 0, 'standard', false
    FROM {asset} a, generate_series(1, 8) n;

INSERT INTO plant_event (company_id, site_id, message, at, source, kind, words, by)
    SELECT {c}, s.id, 'm' || n, now() - n * interval '1 minute', 'source-1', 'lost', 'The line was lost', ''
    FROM {site} s, generate_series(1, {others}) n;

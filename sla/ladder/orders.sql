-- name: insert_order :one?
-- A supervise order, numbered within all; the year goes before.
-- params: year, ticket, clock?, department, reason, due_at, by, now
WITH next AS (SELECT nextval(pg_get_serial_sequence('supervise_order', 'id')) AS id)
INSERT INTO supervise_order (id, number, ticket_id, clock_id, department_id, reason, due_at, issued_by, issued_at)
SELECT id, 'DB' || $1::int || lpad(id::text, 5, '0'), $2, $3, $4, $5, $6, $7, $8 FROM next RETURNING id, number;

-- name: orders_of :many
-- The supervise orders of some tickets.
-- params: ticket_ids
-- null: clock_id, received_by, received_at
SELECT o.*, d.code, d.name AS department_name FROM supervise_order o JOIN department d ON d.id = o.department_id
WHERE o.ticket_id = ANY($1::bigint[]) ORDER BY o.id;

-- name: order_of_ticket :one?
-- One order of a ticket, locked.
-- params: item?, ticket_id
-- null: clock_id, received_by, received_at
SELECT * FROM supervise_order WHERE id = $1 AND ticket_id = $2 FOR UPDATE;

-- name: receive_order :exec
-- The department's receipt.
-- params: ident, received_by, now
UPDATE supervise_order SET received_by = $2, received_at = $3 WHERE id = $1 AND received_at IS NULL;

-- name: order :one?
-- One order with all that its document says.
-- params: number
-- null: clock_id, received_by, received_at, place, clock, clock_due_at, clock_started_at, received_name, issued_name, leader_name
SELECT o.*, d.code, d.name AS department_name, t.number AS ticket_number, t.category, t.urgency, t.confidential,
  t.received_at AS ticket_received_at, w.place, c.clock, c.due_at AS clock_due_at, c.started_at AS clock_started_at,
  u.shown_name AS received_name, i.shown_name AS issued_name, l.shown_name AS leader_name
FROM supervise_order o JOIN department d ON d.id = o.department_id JOIN ticket t ON t.id = o.ticket_id
LEFT JOIN handler_text w ON w.ticket_id = t.id LEFT JOIN clock c ON c.id = o.clock_id
LEFT JOIN app_user u ON u.id = o.received_by LEFT JOIN app_user i ON 'user:' || i.id = o.issued_by
LEFT JOIN LATERAL (SELECT shown_name FROM app_user WHERE department_id = d.id AND leads AND disabled_at IS NULL ORDER BY id LIMIT 1) l ON true
WHERE o.number = $1;

-- name: orders :many
-- Orders, newest first; of one department, or all; from before an id on.
-- params: department_id?, before?, limit
-- null: received_at
-- row: OrdersOrdersRow
SELECT o.id, o.ticket_id, o.number, o.due_at, o.issued_at, o.received_at, d.name AS department_name, t.number AS ticket_number, t.state
FROM supervise_order o JOIN department d ON d.id = o.department_id JOIN ticket t ON t.id = o.ticket_id
WHERE ($1::int IS NULL OR o.department_id = ANY((SELECT department_line($1))::int[])) AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = o.ticket_id AND h.department_id = ANY((SELECT department_line($1))::int[]))
  AND ($2::bigint IS NULL OR o.id < $2) ORDER BY o.id DESC LIMIT $3;

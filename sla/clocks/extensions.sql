-- name: extension_open :value?
-- Whether more time was asked for and not refused.
-- params: assignment_id
SELECT id FROM extension WHERE assignment_id = $1 AND granted IS NOT false;

-- name: extension :one?
-- One request for more time.
-- params: item?, ticket_id
-- null: granted, decided_by, decided_at
SELECT * FROM extension WHERE id = $1 AND ticket_id = $2 FOR UPDATE;

-- name: insert_extension :value
-- More time is asked for; `granted` false at once where it is asked too late.
-- params: ticket_id, assignment_id, until_on, reason, asked_by, now, days, granted?, decided_by?, decision
INSERT INTO extension (ticket_id, assignment_id, until_on, reason, asked_by, asked_at, days, granted, decided_by, decided_at, decision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $8::boolean IS NOT NULL THEN $6::timestamptz END, $10) RETURNING id;

-- name: decide_extension :exec
-- More time is granted or refused.
-- params: ident, granted, decided_by, now, decision
UPDATE extension SET granted = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1;

-- name: extensions_of :many
-- Requests for more time of some tickets.
-- params: ticket_ids
-- null: granted, decided_by, decided_at
SELECT e.*, d.code AS department FROM extension e JOIN assignment a ON a.id = e.assignment_id JOIN department d ON d.id = a.department_id
WHERE e.ticket_id = ANY($1::bigint[]) ORDER BY e.id;

-- name: extensions_waiting :many
-- Requests for more time that wait for the manager's word, the oldest first.
-- params: limit
SELECT e.id, t.number, e.until_on, e.reason, e.asked_at FROM extension e JOIN ticket t ON t.id = e.ticket_id
WHERE e.granted IS NULL ORDER BY e.asked_at, e.id LIMIT $1;

-- name: count_extensions :value
-- How often more time was asked for on a ticket, in time or too late.
-- params: ticket_id
SELECT count(*) FROM extension WHERE ticket_id = $1;

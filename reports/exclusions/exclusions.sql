-- name: insert :value?
-- A department asks for it, once a ticket.
-- params: ticket_id, department_id?, ground, reason, by_id, now
INSERT INTO exclusion (ticket_id, department_id, ground, reason, by_id, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id;

-- name: exclusion :one?
-- One request, locked.
-- params: ident
-- null: granted, decided_by, decided_at
SELECT x.*, t.number FROM exclusion x JOIN ticket t ON t.id = x.ticket_id WHERE x.id = $1 FOR UPDATE OF x;

-- name: decide :exec
-- Granted or refused.
-- params: ident, granted, decided_by, now, decision
UPDATE exclusion SET granted = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1;

-- name: listed :many
-- Requests, newest first: of a department or of all, before an id; only those that wait where $3.
-- params: department_id?, until, waiting, limit
-- null: granted, decided_by, decided_at, decider
SELECT x.*, t.number, d.code, d.name AS department_name, u.shown_name AS decider FROM exclusion x JOIN ticket t ON t.id = x.ticket_id
JOIN department d ON d.id = x.department_id LEFT JOIN app_user u ON u.id = x.decided_by
WHERE ($1::int IS NULL OR x.department_id = $1) AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = x.ticket_id AND h.department_id = ANY((SELECT department_line($1))::int[])) AND x.id < $2 AND (NOT $3::bool OR x.decided_at IS NULL) ORDER BY x.id DESC LIMIT $4;

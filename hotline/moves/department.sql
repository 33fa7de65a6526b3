-- name: propose_reply :value?
-- A reply waits for the department's leader; one at a time.
-- params: ticket_id, assignment_id, outcome, public_text, internal_text, proposed_by, now
INSERT INTO reply_proposal (ticket_id, assignment_id, outcome, public_text, internal_text, proposed_by, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (assignment_id) WHERE decided_at IS NULL DO NOTHING RETURNING id;

-- name: proposal :one?
-- A reply that waits for the leader.
-- params: item?, ticket_id
-- null: decided_by, decided_at, accepted
SELECT * FROM reply_proposal WHERE id = $1 AND ticket_id = $2;

-- name: proposals :many
-- What a department's people proposed as the reply of a ticket, oldest first.
-- params: ticket_id, department_id?
-- null: decided_by, decided_at, accepted
SELECT p.*, coalesce(u.shown_name, p.proposed_by) AS by_name FROM reply_proposal p JOIN assignment a ON a.id = p.assignment_id
LEFT JOIN app_user u ON p.proposed_by = 'user:' || u.id
WHERE p.ticket_id = $1 AND a.department_id = ANY((SELECT department_line($2))::int[]) ORDER BY p.id;

-- name: decide_proposal :exec
-- The leader's yes, or no with a reason.
-- params: ident, accepted, decided_by, now, reason
UPDATE reply_proposal SET accepted = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1;

-- name: leader_reviews :value?
-- Whether a department's leader reads its replies first.
-- params: department_id
SELECT leader_reviews FROM department WHERE id = $1;

-- name: insert_co_request :value?
-- The lead asks for a department beside it, once at a time.
-- params: ticket_id, assignment_id, department_id, reason, asked_by, now
INSERT INTO co_request (ticket_id, assignment_id, department_id, reason, asked_by, asked_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ticket_id, department_id) WHERE decided_at IS NULL DO NOTHING RETURNING id;

-- name: co_request :one?
-- One request for a co-handler.
-- params: item?, ticket_id
-- null: granted, decided_by, decided_at
SELECT * FROM co_request WHERE id = $1 AND ticket_id = $2;

-- name: co_requests :many
-- The requests for co-handlers of a ticket, oldest first.
-- params: ticket_id
-- null: granted, decided_by, decided_at
SELECT c.*, d.name, d.code FROM co_request c JOIN department d ON d.id = c.department_id WHERE c.ticket_id = $1 ORDER BY c.id;

-- name: co_request_waits :value
-- Whether something that a co-handler is asked, or disputes, waits for the centre's word.
-- params: ticket_id
SELECT EXISTS (SELECT 1 FROM co_request WHERE ticket_id = $1 AND decided_at IS NULL)
  OR EXISTS (SELECT 1 FROM co_refusal WHERE ticket_id = $1 AND decided_at IS NULL);

-- name: decide_co_request :exec
-- The centre grants or refuses a co-handler.
-- params: ident, granted, decided_by, now, decision
UPDATE co_request SET granted = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1;

-- name: overtake_proposal :exec
-- A reply that the leader sent directly overtakes what waited.
-- params: assignment_id, decided_by, now
UPDATE reply_proposal SET accepted = false, decided_by = $2, decided_at = $3, reason = 'overtaken'
WHERE assignment_id = $1 AND decided_at IS NULL;

-- name: insert_refusal :value?
-- A co-handler disputes its part; once for each part.
-- params: ticket_id, assignment_id, department_id, reason, basis, asked_by, now
INSERT INTO co_refusal (ticket_id, assignment_id, department_id, reason, basis, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING id;

-- name: refusal :one?
-- One such dispute of a ticket, locked.
-- params: item?, ticket_id
-- null: released, decided_by, decided_at
SELECT * FROM co_refusal WHERE id = $1 AND ticket_id = $2 FOR UPDATE;

-- name: decide_refusal :exec
-- The centre's ruling on it.
-- params: ident, released, decision, decided_by, now
UPDATE co_refusal SET released = $2, decision = $3, decided_by = $4, decided_at = $5 WHERE id = $1;

-- name: refusals_of :many
-- What co-handlers disputed on some tickets.
-- params: ticket_ids
-- null: released, decided_by, decided_at
SELECT r.*, d.code, d.name FROM co_refusal r JOIN department d ON d.id = r.department_id
WHERE r.ticket_id = ANY($1::bigint[]) ORDER BY r.id;

-- name: waiting_refusals :many
-- Co-handlers' disputes that wait for a ruling, the oldest first.
SELECT r.id, r.reason, r.basis, r.asked_at, t.number, d.name, d.name_en FROM co_refusal r JOIN ticket t ON t.id = r.ticket_id
JOIN department d ON d.id = r.department_id WHERE r.decided_at IS NULL ORDER BY r.id LIMIT 200;

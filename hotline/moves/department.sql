-- name: propose_reply
-- A reply waits for the department's leader; one at a time.
INSERT INTO reply_proposal (ticket_id, assignment_id, outcome, public_text, internal_text, proposed_by, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (assignment_id) WHERE decided_at IS NULL DO NOTHING RETURNING id;

-- name: proposal
-- A reply that waits for the leader.
SELECT * FROM reply_proposal WHERE id = $1 AND ticket_id = $2;

-- name: proposals
-- What a department's people proposed as the reply of a ticket, oldest first.
SELECT p.*, coalesce(u.shown_name, p.proposed_by) AS by_name FROM reply_proposal p JOIN assignment a ON a.id = p.assignment_id
LEFT JOIN app_user u ON p.proposed_by = 'user:' || u.id
WHERE p.ticket_id = $1 AND a.department_id = ANY((SELECT department_line($2))::int[]) ORDER BY p.id;

-- name: decide_proposal
-- The leader's yes, or no with a reason.
UPDATE reply_proposal SET accepted = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1;

-- name: leader_reviews
-- Whether a department's leader reads its replies first.
SELECT leader_reviews FROM department WHERE id = $1;

-- name: insert_co_request
-- The lead asks for a department beside it, once at a time.
INSERT INTO co_request (ticket_id, assignment_id, department_id, reason, asked_by, asked_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ticket_id, department_id) WHERE decided_at IS NULL DO NOTHING RETURNING id;

-- name: co_request
-- One request for a co-handler.
SELECT * FROM co_request WHERE id = $1 AND ticket_id = $2;

-- name: co_requests
-- The requests for co-handlers of a ticket, oldest first.
SELECT c.*, d.name, d.code FROM co_request c JOIN department d ON d.id = c.department_id WHERE c.ticket_id = $1 ORDER BY c.id;

-- name: co_request_waits
-- Whether something that a co-handler is asked, or disputes, waits for the centre's word.
SELECT EXISTS (SELECT 1 FROM co_request WHERE ticket_id = $1 AND decided_at IS NULL)
  OR EXISTS (SELECT 1 FROM co_refusal WHERE ticket_id = $1 AND decided_at IS NULL);

-- name: decide_co_request
-- The centre grants or refuses a co-handler.
UPDATE co_request SET granted = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1;

-- name: overtake_proposal
-- A reply that the leader sent directly overtakes what waited.
UPDATE reply_proposal SET accepted = false, decided_by = $2, decided_at = $3, reason = 'overtaken'
WHERE assignment_id = $1 AND decided_at IS NULL;

-- name: insert_refusal
-- A co-handler disputes its part; once for each part.
INSERT INTO co_refusal (ticket_id, assignment_id, department_id, reason, basis, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING id;

-- name: refusal
-- One such dispute of a ticket, locked.
SELECT * FROM co_refusal WHERE id = $1 AND ticket_id = $2 FOR UPDATE;

-- name: decide_refusal
-- The centre's ruling on it.
UPDATE co_refusal SET released = $2, decision = $3, decided_by = $4, decided_at = $5 WHERE id = $1;

-- name: refusals_of
-- What co-handlers disputed on some tickets.
SELECT r.*, d.code, d.name FROM co_refusal r JOIN department d ON d.id = r.department_id
WHERE r.ticket_id = ANY($1::bigint[]) ORDER BY r.id;

-- name: waiting_refusals
-- Co-handlers' disputes that wait for a ruling, the oldest first.
SELECT r.id, r.reason, r.basis, r.asked_at, t.number, d.name, d.name_en FROM co_refusal r JOIN ticket t ON t.id = r.ticket_id
JOIN department d ON d.id = r.department_id WHERE r.decided_at IS NULL ORDER BY r.id LIMIT 200;

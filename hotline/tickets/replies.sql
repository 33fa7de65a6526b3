-- name: insert_reply :value
-- The department's result, open for the owner's review.
-- params: ticket_id, assignment_id, outcome, public_text, internal_text, submitted_by, now
INSERT INTO reply (ticket_id, assignment_id, outcome, public_text, internal_text, submitted_by, submitted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: open_reply :one?
-- The reply that waits for review.
-- params: ticket_id
-- null: accepted_at, sent_back_at
SELECT * FROM reply WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL;

-- name: accept_reply :one?
-- Telling the person accepts the reply.
-- params: ticket_id, now
UPDATE reply SET accepted_at = $2 WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL RETURNING id, submitted_at;

-- name: send_back_reply :one?
-- The owner sends it back with a reason.
-- params: ticket_id, now, reason
UPDATE reply SET sent_back_at = $2, reason = $3
WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL RETURNING id, submitted_at;

-- name: replies :many
-- All replies of a ticket, oldest first.
-- params: ticket_id
-- null: accepted_at, sent_back_at
SELECT r.*, a.department_id FROM reply r JOIN assignment a ON a.id = r.assignment_id WHERE r.ticket_id = $1 ORDER BY r.id;

-- name: reply_many :many
-- Results of departments, accepted as they are told at the same moment.
-- params: tickets, assignments, times, outcomes, texts, by
INSERT INTO reply (ticket_id, assignment_id, outcome, public_text, submitted_by, submitted_at)
SELECT n.ticket, n.assignment, n.outcome, n.text, $6, n.at
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[]) AS n(ticket, assignment, at, outcome, text)
RETURNING id, ticket_id;

-- name: close_reply :exec
-- The reply of a unit that the tipoff turned out to name is judged by nobody any more.
-- params: ticket_id, now, reason
UPDATE reply SET sent_back_at = $2, reason = $3 WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL;

-- name: accept_many :exec
-- Telling people, each at its own moment, accepts the replies that wait.
-- params: tickets, times
UPDATE reply r SET accepted_at = n.at FROM unnest($1::bigint[], $2::timestamptz[]) AS n(ticket, at)
WHERE r.ticket_id = n.ticket AND r.accepted_at IS NULL AND r.sent_back_at IS NULL;

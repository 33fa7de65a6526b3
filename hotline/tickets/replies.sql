-- name: insert_reply
-- The department's result, open for the owner's review.
INSERT INTO reply (ticket_id, assignment_id, outcome, public_text, internal_text, submitted_by, submitted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: open_reply
-- The reply that waits for review.
SELECT * FROM reply WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL;

-- name: accept_reply
-- Telling the person accepts the reply.
UPDATE reply SET accepted_at = $2 WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL RETURNING id, submitted_at;

-- name: send_back_reply
-- The owner sends it back with a reason.
UPDATE reply SET sent_back_at = $2, reason = $3
WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL RETURNING id, submitted_at;

-- name: replies
-- All replies of a ticket, oldest first.
SELECT r.*, a.department_id FROM reply r JOIN assignment a ON a.id = r.assignment_id WHERE r.ticket_id = $1 ORDER BY r.id;

-- name: reply_many
-- Results of departments, accepted as they are told at the same moment.
INSERT INTO reply (ticket_id, assignment_id, outcome, public_text, submitted_by, submitted_at)
SELECT n.ticket, n.assignment, n.outcome, n.text, $6, n.at
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[]) AS n(ticket, assignment, at, outcome, text)
RETURNING id, ticket_id;

-- name: close_reply
-- The reply of a unit that the tipoff turned out to name is judged by nobody any more.
UPDATE reply SET sent_back_at = $2, reason = $3 WHERE ticket_id = $1 AND accepted_at IS NULL AND sent_back_at IS NULL;

-- name: accept_many
-- Telling people, each at its own moment, accepts the replies that wait.
UPDATE reply r SET accepted_at = n.at FROM unnest($1::bigint[], $2::timestamptz[]) AS n(ticket, at)
WHERE r.ticket_id = n.ticket AND r.accepted_at IS NULL AND r.sent_back_at IS NULL;

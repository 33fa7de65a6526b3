-- name: department_had :value
-- Whether a department, or one merged into it, has or had a part in a ticket; never in a tipoff that names it.
-- params: ticket_id, department_id?
SELECT EXISTS (SELECT 1 FROM assignment WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]))
  AND NOT EXISTS (SELECT 1 FROM hidden_from WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]));

-- name: insert_report_back :value
-- The person is being told.
-- params: ticket_id, via, text, by_id, now, told_at?, due_by?
INSERT INTO report_back (ticket_id, via, text, by_id, at, told_at, due_by)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: report_back_ticket :one?
-- One telling with its ticket.
-- params: report_back
-- null: told_at, failed_at
SELECT id, ticket_id, told_at, failed_at FROM report_back WHERE id = $1;

-- name: has_waiting_report_back :value
-- Whether an SMS to the person is on its way.
-- params: ticket_id
SELECT EXISTS (SELECT 1 FROM report_back WHERE ticket_id = $1 AND told_at IS NULL AND failed_at IS NULL);

-- name: expect_receipt :exec
-- Until when the receipt of an SMS is awaited.
-- params: made, due_by
UPDATE report_back SET due_by = $2 WHERE id = $1;

-- name: told_at :value?
-- When the person was last told.
-- params: ticket_id
SELECT max(told_at) FROM report_back WHERE ticket_id = $1;

-- name: ask_rating :value?
-- The person is asked to rate, once a ticket.
-- params: ticket_id, person_id, now
INSERT INTO rating_request (ticket_id, person_id, asked_at) VALUES ($1, $2, $3)
ON CONFLICT (ticket_id) DO NOTHING RETURNING id;

-- name: told :exec
-- The person was told.
-- params: report, now
UPDATE report_back SET told_at = $2 WHERE id = $1 AND told_at IS NULL;

-- name: telling_failed :value?
-- The person was not reached this way.
-- params: report, now
UPDATE report_back SET failed_at = $2 WHERE id = $1 AND told_at IS NULL AND failed_at IS NULL RETURNING ticket_id;

-- name: overdue_tellings :many
-- SMS without a receipt for too long.
-- params: now, limit
SELECT id, ticket_id FROM report_back WHERE told_at IS NULL AND failed_at IS NULL AND due_by <= $1
ORDER BY due_by LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: report_backs :many
-- All tellings of a ticket, oldest first.
-- params: ticket_id
-- null: told_at, failed_at, due_by
SELECT * FROM report_back WHERE ticket_id = $1 ORDER BY id;

-- name: insert_follow_up :exec
-- One try to follow up.
-- params: ticket_id, by_id, now, reached, solved?, rating?
INSERT INTO follow_up (ticket_id, by_id, at, reached, solved, rating) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: failed_tries :values
-- Tries that reached nobody since the person was told.
-- params: ticket_id, told?
SELECT at FROM follow_up WHERE ticket_id = $1 AND NOT reached AND at >= $2 ORDER BY at;

-- name: follow_ups :many
-- All tries of a ticket.
-- params: ticket_id
-- null: solved, rating
SELECT * FROM follow_up WHERE ticket_id = $1 ORDER BY id;

-- name: ownerships :many
-- All owners a ticket had.
-- params: ticket_id
-- null: to_at
SELECT o.*, u.shown_name FROM ownership o JOIN app_user u ON u.id = o.user_id WHERE o.ticket_id = $1 ORDER BY o.id;

-- name: insert_hand_over :value
-- A hand-over is asked for.
-- params: ticket_id, from_id, to_id, reason, asked_by, now
INSERT INTO hand_over (ticket_id, from_id, to_id, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: open_hand_over :many
-- The hand-over that waits for the receiver.
-- params: ticket_id
-- null: accepted_at, ended_at
SELECT h.*, u.shown_name AS to_name FROM hand_over h JOIN app_user u ON u.id = h.to_id
WHERE h.ticket_id = $1 AND h.accepted_at IS NULL AND h.ended_at IS NULL;

-- name: accept_hand_over :exec
-- The receiver accepts.
-- params: made, now
UPDATE hand_over SET accepted_at = $2 WHERE id = $1;

-- name: end_hand_overs :exec
-- An order overtakes what was asked.
-- params: ticket_id, now
UPDATE hand_over SET ended_at = $2 WHERE ticket_id = $1 AND accepted_at IS NULL AND ended_at IS NULL;

-- name: find_operator :one?
-- An operator or manager by name or shown name.
-- params: shown_name
SELECT id, role, shown_name FROM app_user
WHERE (lower(name) = lower($1) OR shown_name = $1) AND role IN ('operator', 'manager') AND disabled_at IS NULL AND NOT builtin;

-- name: insert_attachment :value
-- A file that belongs to a ticket.
-- params: ticket_id, name, media_type, size, digest, content, added_by, now
INSERT INTO attachment (ticket_id, name, media_type, size, digest, content, added_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id;

-- name: attachments :many
-- The files of a ticket, without their content.
-- params: ticket_id
SELECT id, name, media_type, size, added_by, at FROM attachment WHERE ticket_id = $1 ORDER BY id;

-- name: attachment :one?
-- One file.
-- params: ticket_id, ident
-- null: content
SELECT * FROM attachment WHERE ticket_id = $1 AND id = $2;

-- name: reach_owner :one?
-- How to reach a ticket's owner, and which department has the ticket.
-- params: ticket_id
-- null: phone_enc
SELECT u.phone_enc, u.language, CASE WHEN u.language = 'en' AND d.name_en <> '' THEN d.name_en ELSE coalesce(d.name, '') END AS department
FROM ticket t JOIN app_user u ON u.id = t.owner_id LEFT JOIN department d ON d.id = t.department_id WHERE t.id = $1;

-- name: was_involved :value
-- Whether a user owned the ticket or acted on it.
-- params: ticket_id, user_id, actor
SELECT EXISTS (SELECT 1 FROM ownership WHERE ticket_id = $1 AND user_id = $2)
  OR EXISTS (SELECT 1 FROM ticket_event WHERE ticket_id = $1 AND actor = $3 AND kind <> 'waived');

-- name: desk_tickets :values
-- The open tickets of the duty desk, oldest first.
-- params: owner_id, limit
SELECT t.id AS ticket_id FROM ticket t WHERE t.owner_id = $1 AND t.filed_at IS NULL ORDER BY t.id LIMIT $2;

-- name: turns :values
-- The next places in the rotation, one for each of so many tickets.
-- params: amount
SELECT nextval('rotation') AS turn FROM generate_series(1, $1);

-- name: contact_tries :values
-- When an assignment's department tried to reach the person in vain.
-- params: ticket_id, assignment_id
SELECT at FROM ticket_event WHERE ticket_id = $1 AND kind = 'contact_tried' AND detail::jsonb ->> 'assignment' = $2 ORDER BY seq;

-- name: part_done :value
-- Whether a co-handler gave its result since the ticket was last sent back or done again.
-- params: ticket_id, own_id
SELECT EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = $1 AND e.kind = 'co_replied' AND e.detail::jsonb ->> 'assignment' = $2
  AND NOT EXISTS (SELECT 1 FROM ticket_event l WHERE l.ticket_id = $1 AND l.seq > e.seq AND l.kind IN ('sent_back', 'reworked')));

-- name: department_had
-- Whether a department, or one merged into it, has or had a part in a ticket; never in a tipoff that names it.
SELECT EXISTS (SELECT 1 FROM assignment WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]))
  AND NOT EXISTS (SELECT 1 FROM hidden_from WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]));

-- name: is_on_shift
-- Whether a user is on shift.
SELECT EXISTS (SELECT 1 FROM shift WHERE user_id = $1 AND off_at IS NULL);

-- name: insert_report_back
-- The person is being told.
INSERT INTO report_back (ticket_id, via, text, by_id, at, told_at, due_by)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: report_back_ticket
-- One telling with its ticket.
SELECT id, ticket_id, told_at, failed_at FROM report_back WHERE id = $1;

-- name: has_waiting_report_back
-- Whether an SMS to the person is on its way.
SELECT EXISTS (SELECT 1 FROM report_back WHERE ticket_id = $1 AND told_at IS NULL AND failed_at IS NULL);

-- name: expect_receipt
-- Until when the receipt of an SMS is awaited.
UPDATE report_back SET due_by = $2 WHERE id = $1;

-- name: told_at
-- When the person was last told.
SELECT max(told_at) FROM report_back WHERE ticket_id = $1;

-- name: ask_rating
-- The person is asked to rate, once a ticket.
INSERT INTO rating_request (ticket_id, person_id, asked_at) VALUES ($1, $2, $3)
ON CONFLICT (ticket_id) DO NOTHING RETURNING id;

-- name: told
-- The person was told.
UPDATE report_back SET told_at = $2 WHERE id = $1 AND told_at IS NULL;

-- name: telling_failed
-- The person was not reached this way.
UPDATE report_back SET failed_at = $2 WHERE id = $1 AND told_at IS NULL AND failed_at IS NULL RETURNING ticket_id;

-- name: overdue_tellings
-- SMS without a receipt for too long.
SELECT id, ticket_id FROM report_back WHERE told_at IS NULL AND failed_at IS NULL AND due_by <= $1
ORDER BY due_by LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: report_backs
-- All tellings of a ticket, oldest first.
SELECT * FROM report_back WHERE ticket_id = $1 ORDER BY id;

-- name: insert_follow_up
-- One try to follow up.
INSERT INTO follow_up (ticket_id, by_id, at, reached, solved, rating) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: failed_tries
-- Tries that reached nobody since the person was told.
SELECT at FROM follow_up WHERE ticket_id = $1 AND NOT reached AND at >= $2 ORDER BY at;

-- name: follow_ups
-- All tries of a ticket.
SELECT * FROM follow_up WHERE ticket_id = $1 ORDER BY id;

-- name: ownerships
-- All owners a ticket had.
SELECT o.*, u.shown_name FROM ownership o JOIN app_user u ON u.id = o.user_id WHERE o.ticket_id = $1 ORDER BY o.id;

-- name: insert_hand_over
-- A hand-over is asked for.
INSERT INTO hand_over (ticket_id, from_id, to_id, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: open_hand_over
-- The hand-over that waits for the receiver.
SELECT h.*, u.shown_name AS to_name FROM hand_over h JOIN app_user u ON u.id = h.to_id
WHERE h.ticket_id = $1 AND h.accepted_at IS NULL AND h.ended_at IS NULL;

-- name: accept_hand_over
-- The receiver accepts.
UPDATE hand_over SET accepted_at = $2 WHERE id = $1;

-- name: end_hand_overs
-- An order overtakes what was asked.
UPDATE hand_over SET ended_at = $2 WHERE ticket_id = $1 AND accepted_at IS NULL AND ended_at IS NULL;

-- name: find_operator
-- An operator or manager by name or shown name.
SELECT id, role, shown_name FROM app_user
WHERE (lower(name) = lower($1) OR shown_name = $1) AND role IN ('operator', 'manager') AND disabled_at IS NULL AND NOT builtin;

-- name: insert_attachment
-- A file that belongs to a ticket.
INSERT INTO attachment (ticket_id, name, media_type, size, digest, content, added_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id;

-- name: attachments
-- The files of a ticket, without their content.
SELECT id, name, media_type, size, added_by, at FROM attachment WHERE ticket_id = $1 ORDER BY id;

-- name: attachment
-- One file.
SELECT * FROM attachment WHERE ticket_id = $1 AND id = $2;

-- name: reach_owner
-- How to reach a ticket's owner, and which department has the ticket.
SELECT u.phone_enc, u.language, CASE WHEN u.language = 'en' AND d.name_en <> '' THEN d.name_en ELSE coalesce(d.name, '') END AS department
FROM ticket t JOIN app_user u ON u.id = t.owner_id LEFT JOIN department d ON d.id = t.department_id WHERE t.id = $1;

-- name: was_involved
-- Whether a user owned the ticket or acted on it.
SELECT EXISTS (SELECT 1 FROM ownership WHERE ticket_id = $1 AND user_id = $2)
  OR EXISTS (SELECT 1 FROM ticket_event WHERE ticket_id = $1 AND actor = $3 AND kind <> 'waived');

-- name: desk_tickets
-- The open tickets of the duty desk, oldest first.
SELECT t.id AS ticket_id FROM ticket t WHERE t.owner_id = $1 AND t.filed_at IS NULL ORDER BY t.id LIMIT $2;

-- name: turns
-- The next places in the rotation, one for each of so many tickets.
SELECT nextval('rotation') AS turn FROM generate_series(1, $1);

-- name: long_on_shift
-- Operators whose shift began before a moment.
SELECT s.user_id FROM shift s JOIN app_user u ON u.id = s.user_id
WHERE s.off_at IS NULL AND s.on_at <= $1 AND u.role = 'operator' AND u.disabled_at IS NULL ORDER BY s.user_id;

-- name: contact_tries
-- When an assignment's department tried to reach the person in vain.
SELECT at FROM ticket_event WHERE ticket_id = $1 AND kind = 'contact_tried' AND detail::jsonb ->> 'assignment' = $2 ORDER BY seq;

-- name: part_done
-- Whether a co-handler gave its result since the ticket was last sent back or done again.
SELECT EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = $1 AND e.kind = 'co_replied' AND e.detail::jsonb ->> 'assignment' = $2
  AND NOT EXISTS (SELECT 1 FROM ticket_event l WHERE l.ticket_id = $1 AND l.seq > e.seq AND l.kind IN ('sent_back', 'reworked')));

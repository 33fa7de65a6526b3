-- name: ticket :one?
-- One ticket by number.
-- params: number
-- null: department_id, person_id, ended_at, filed_at, words_erased_at, concerned_id, parent_id, after_id
SELECT * FROM ticket WHERE number = $1;

-- name: ticket_locked :one?
-- One ticket by number, locked: every move begins here.
-- params: number
-- null: department_id, person_id, ended_at, filed_at, words_erased_at, concerned_id, parent_id, after_id
-- row: TicketRow
SELECT * FROM ticket WHERE number = $1 FOR UPDATE;

-- name: tickets_locked :many
-- Tickets by id, locked in id order.
-- params: idents
-- null: department_id, person_id, ended_at, filed_at, words_erased_at, concerned_id, parent_id, after_id
-- row: TicketRow
SELECT * FROM ticket WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE;

-- name: ticket_by_id :one?
-- One ticket by id.
-- params: ticket
-- null: department_id, person_id, ended_at, filed_at, words_erased_at, concerned_id, parent_id, after_id
-- row: TicketRow
SELECT * FROM ticket WHERE id = $1;

-- name: words :many
-- The words of some tickets; none where they were erased.
-- params: ticket_ids
-- row: TicketsWordsRow
SELECT ticket_id, text, place FROM ticket_text WHERE ticket_id = ANY($1::bigint[]);

-- name: set_state :exec
-- A ticket moves on; ended_at is set by the moves that end it.
-- params: ticket, state, ended_at?
UPDATE ticket SET state = $2, ended_at = $3 WHERE id = $1;

-- name: set_filed :exec
-- Filing: a followed-up ticket becomes archived, other ends keep their name.
-- params: ticket_id, state, now
UPDATE ticket SET state = $2, filed_at = $3 WHERE id = $1;

-- name: set_department :exec
-- The lead department of a ticket, empty when nobody has it.
-- params: ticket, department_id?
UPDATE ticket SET department_id = $2 WHERE id = $1;

-- name: set_owner :exec
-- The owner's copy on the ticket; ownership rows hold the history.
-- params: ticket_id, owner_id
UPDATE ticket SET owner_id = $2 WHERE id = $1;

-- name: set_class :exec
-- Corrected category, urgency, and whether it is confidential.
-- params: ticket_id, category, urgency, confidential
UPDATE ticket SET category = $2, urgency = $3, confidential = $4 WHERE id = $1;

-- name: set_words :exec
-- Corrected or redacted words with their search keys.
-- params: ticket_id, text, place, grams
UPDATE ticket_text SET text = $2, place = $3, grams = $4 WHERE ticket_id = $1;

-- name: set_parent :exec
-- A merged ticket points to the one that goes on.
-- params: ticket_id, parent_id
UPDATE ticket SET parent_id = $2 WHERE id = $1;

-- name: event_count :value
-- How many events a ticket has.
-- params: ticket_id
SELECT event_count FROM ticket WHERE id = $1;

-- name: duties :many
-- The duty rows of some tickets.
-- params: ticket_ids
-- null: seq, closed_at
-- row: TicketsDutiesRow
SELECT ticket_id, duty, state, seq, closed_at FROM duty WHERE ticket_id = ANY($1::bigint[]);

-- name: close_duties :exec
-- Open duties are closed by an event; closed ones stay as they were.
-- params: ticket_id, duties, states, seq, closed_at
UPDATE duty d SET state = c.state, seq = $4, closed_at = $5 FROM unnest($2::text[], $3::text[]) AS c(duty, state)
WHERE d.ticket_id = $1 AND d.duty = c.duty AND d.state = 'open';

-- name: close_many :exec
-- An open duty of each ticket is closed on the evidence of an event.
-- params: tickets, duty, seqs, times
UPDATE duty d SET state = 'done', seq = n.seq, closed_at = n.at
FROM unnest($1::bigint[], $3::int[], $4::timestamptz[]) AS n(ticket, seq, at)
WHERE d.ticket_id = n.ticket AND d.duty = $2 AND d.state = 'open';

-- name: open_duty :exec
-- A duty is owed again.
-- params: ticket_id, duties
UPDATE duty SET state = 'open', seq = NULL, closed_at = NULL WHERE ticket_id = $1 AND duty = ANY($2::text[]) AND state = 'done';

-- name: assignments :many
-- All assignments of some tickets, oldest first.
-- params: ticket_ids
-- null: suggested, acknowledged_at, acknowledged_by, signed_at, signed_by, handler_enc, contacted_at, safe_at, ended_at, end_reason
-- row: TicketsAssignmentsRow
SELECT a.*, d.code, d.name, d.name_en FROM assignment a JOIN department d ON d.id = a.department_id
WHERE a.ticket_id = ANY($1::bigint[]) ORDER BY a.ticket_id, a.id;

-- name: lead :one?
-- The open lead assignment of a ticket.
-- params: ticket_id
-- null: suggested, acknowledged_at, acknowledged_by, signed_at, handler_enc, contacted_at, safe_at, ended_at, end_reason, signed_by
SELECT * FROM assignment WHERE ticket_id = $1 AND ended_at IS NULL AND part = 'lead';

-- name: open_assignment :one?
-- The open assignment of a department in a ticket, as lead or co-handler; where it has none, of one merged into it.
-- params: ticket_id, department_id
-- null: suggested, acknowledged_at, acknowledged_by, signed_at, handler_enc, contacted_at, safe_at, ended_at, end_reason, signed_by
-- row: LeadRow
SELECT * FROM assignment WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]) AND ended_at IS NULL
ORDER BY department_id <> $2, part = 'co', id LIMIT 1;

-- name: insert_assignment :one
-- A department is given a part in a ticket.
-- params: ticket_id, department_id, part, assigned_by, now, suggested
-- null: suggested, acknowledged_at, acknowledged_by, signed_at, handler_enc, contacted_at, safe_at, ended_at, end_reason, signed_by
-- row: LeadRow
INSERT INTO assignment (ticket_id, department_id, part, assigned_by, assigned_at, suggested)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING *;

-- name: sign_assignment :exec
-- Received by the department (签收).
-- params: assignment_id, now, signed_by, handler_enc
UPDATE assignment SET signed_at = $2, signed_by = $3, handler_enc = $4 WHERE id = $1;

-- name: acknowledge_assignment :exec
-- The page was acknowledged.
-- params: assignment, now, actor
UPDATE assignment SET acknowledged_at = coalesce(acknowledged_at, $2), acknowledged_by = coalesce(acknowledged_by, $3)
WHERE id = $1;

-- name: contact_assignment :exec
-- The department spoke to the person; the first time counts.
-- params: assignment_id, now
UPDATE assignment SET contacted_at = coalesce(contacted_at, $2) WHERE id = $1;

-- name: safe_assignment :exec
-- Made safe, cause and expected end told.
-- params: assignment_id, now
UPDATE assignment SET safe_at = coalesce(safe_at, $2) WHERE id = $1;

-- name: insert_note :exec
-- The words of an event.
-- params: ticket_id, seq, kind, text, public
INSERT INTO note (ticket_id, seq, kind, text, public) VALUES ($1, $2, $3, $4, $5);

-- name: notes :many
-- The words of a ticket's events.
-- params: ticket_id
SELECT seq, kind, text, public FROM note WHERE ticket_id = $1 ORDER BY seq;

-- name: timeline :many
-- The record of a ticket, oldest first, from after `seq` on, without some kinds.
-- params: ticket_id, after, limit, but
SELECT seq, at, kind, actor, detail, hash FROM ticket_event
WHERE ticket_id = $1 AND seq > $2 AND kind <> ALL($4::text[]) ORDER BY seq LIMIT $3;

-- name: user_names :many
-- Users by id, as shown.
-- params: idents
SELECT id, name, shown_name FROM app_user WHERE id = ANY($1::int[]);

-- name: horizon :one?
-- Whether a department still has a part in a ticket, and when its last one ended.
-- params: ticket_id, department_id?
-- null: open, ended_at
SELECT bool_or(ended_at IS NULL) AS open, max(ended_at) AS ended_at FROM assignment
WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]);

-- name: related :many
-- The parent, the children, what it continues and what continues it.
-- params: parent_id, parent_id_2?, after_id?
SELECT number, 'parent' AS how FROM ticket WHERE id = $2
UNION ALL SELECT number, 'child' FROM ticket WHERE parent_id = $1
UNION ALL SELECT number, 'before' FROM ticket WHERE id = $3;

-- name: ratings :many
-- What the person said of it, the later counts.
-- params: ticket_id
SELECT score, via, confirmed, at FROM rating WHERE ticket_id = $1 ORDER BY id;

-- name: messages :many
-- What left the building for this ticket, without its words.
-- params: ticket_id
-- null: goes_at, sent_at, delivered_at, failed_at
SELECT kind, channel, state, made_at, CASE WHEN state = 'waiting' THEN due_at END AS goes_at, sent_at, delivered_at, failed_at FROM outbox WHERE ticket_id = $1 ORDER BY id;

-- name: name_units :exec
-- Units that the words of tipoffs name; what was decided by hand stays.
-- params: tickets, departments, by_actor, now
INSERT INTO named_unit (ticket_id, department_id, by_actor, at)
SELECT n.ticket, n.department, $3, $4 FROM unnest($1::bigint[], $2::int[]) AS n(ticket, department)
ON CONFLICT DO NOTHING;

-- name: copy_named :exec
-- What a tipoff names is named by those that continue it or were split off it.
-- params: tickets, befores, now
INSERT INTO named_unit (ticket_id, department_id, named, by_actor, at)
SELECT c.ticket, n.department_id, n.named, n.by_actor, $3
FROM unnest($1::bigint[], $2::bigint[]) AS c(ticket, before) JOIN named_unit n ON n.ticket_id = c.before
ON CONFLICT DO NOTHING;

-- name: secret_among :many
-- Which of these tickets are tipoffs, and which are confidential.
-- params: idents
SELECT id, category = 'tipoff' AS tipoff, confidential FROM ticket WHERE id = ANY($1::bigint[]) AND (category = 'tipoff' OR confidential);

-- name: mark_unit :exec
-- A unit is marked as named, or no longer.
-- params: ticket_id, department_id, named, by_actor, now
INSERT INTO named_unit (ticket_id, department_id, named, by_actor, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (ticket_id, department_id) DO UPDATE SET named = excluded.named, by_actor = excluded.by_actor, at = excluded.at;

-- name: is_hidden :value
-- Whether a ticket is a tipoff that names a department or one merged into it.
-- params: ticket_id?, department?
SELECT EXISTS (SELECT 1 FROM hidden_from WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]));

-- name: named_units :many
-- The units that a tipoff names.
-- params: ticket_id
SELECT d.code, d.name FROM hidden_from h JOIN department d ON d.id = h.department_id WHERE h.ticket_id = $1 ORDER BY d.code;

-- name: insert_tickets :exec
-- A batch of tickets with words, owner, five duties and the first event, at once.
-- params: idents, numbers, channels, categories, urgencies, confidentials, owners, persons, concerneds, afters, hashes, texts, places, grams_of, hows, times
WITH t AS (
  INSERT INTO ticket (id, number, state, channel, category, urgency, confidential, owner_id, person_id, concerned_id,
                      after_id, received_at, event_count, last_event_at, head_hash)
  SELECT n.id, n.number, 'received', n.channel, n.category, n.urgency, n.confidential, n.owner, n.person, n.concerned,
         n.after, n.at, 1, n.at, n.hash
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::int[], $8::bigint[],
              $9::bigint[], $10::bigint[], $11::bytea[], $16::timestamptz[])
    AS n(id, number, channel, category, urgency, confidential, owner, person, concerned, after, hash, at)
), w AS (
  INSERT INTO ticket_text (ticket_id, text, place, grams)
  SELECT n.id, n.text, n.place, string_to_array(n.grams, ' ')
  FROM unnest($1::bigint[], $12::text[], $13::text[], $14::text[]) AS n(id, text, place, grams)
), o AS (
  INSERT INTO ownership (ticket_id, user_id, how, from_at)
  SELECT n.id, n.owner, n.how, n.at FROM unnest($1::bigint[], $7::int[], $15::text[], $16::timestamptz[]) AS n(id, owner, how, at)
)
INSERT INTO duty (ticket_id, duty, state)
SELECT n.id, d.duty, 'open' FROM unnest($1::bigint[]) AS n(id),
  unnest(ARRAY['liaise', 'coordinate', 'supervise', 'report_back', 'file']) AS d(duty);

-- name: end_ownership :exec
-- The ownership of a ticket ends.
-- params: ticket_id, now
UPDATE ownership SET to_at = $2 WHERE ticket_id = $1 AND to_at IS NULL;

-- name: insert_ownership :exec
-- A new owner.
-- params: ticket_id, user_id, how, reason, now
INSERT INTO ownership (ticket_id, user_id, how, reason, from_at) VALUES ($1, $2, $3, $4, $5);

-- name: merged_into :many
-- Tickets that were merged into one, and into those, oldest first.
-- params: parent_id
-- null: department_id, person_id, ended_at, filed_at, words_erased_at, concerned_id, parent_id, after_id
-- row: TicketRow
WITH RECURSIVE child AS (
  SELECT * FROM ticket WHERE parent_id = $1 AND state = 'merged'
  UNION ALL
  SELECT t.* FROM ticket t JOIN child c ON t.parent_id = c.id WHERE t.state = 'merged'
) SELECT * FROM child ORDER BY id;

-- name: ticket
-- One ticket by number.
SELECT * FROM ticket WHERE number = $1;

-- name: ticket_locked
-- One ticket by number, locked: every move begins here.
SELECT * FROM ticket WHERE number = $1 FOR UPDATE;

-- name: tickets_locked
-- Tickets by id, locked in id order.
SELECT * FROM ticket WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE;

-- name: ticket_by_id
-- One ticket by id.
SELECT * FROM ticket WHERE id = $1;

-- name: words
-- The words of some tickets; none where they were erased.
SELECT ticket_id, text, place FROM ticket_text WHERE ticket_id = ANY($1::bigint[]);

-- name: set_state
-- A ticket moves on; ended_at is set by the moves that end it.
UPDATE ticket SET state = $2, ended_at = $3 WHERE id = $1;

-- name: set_filed
-- Filing: a followed-up ticket becomes archived, other ends keep their name.
UPDATE ticket SET state = $2, filed_at = $3 WHERE id = $1;

-- name: set_department
-- The lead department of a ticket, empty when nobody has it.
UPDATE ticket SET department_id = $2 WHERE id = $1;

-- name: set_owner
-- The owner's copy on the ticket; ownership rows hold the history.
UPDATE ticket SET owner_id = $2 WHERE id = $1;

-- name: set_class
-- Corrected category, urgency, and whether it is confidential.
UPDATE ticket SET category = $2, urgency = $3, confidential = $4 WHERE id = $1;

-- name: set_words
-- Corrected or redacted words with their search keys.
UPDATE ticket_text SET text = $2, place = $3, grams = $4 WHERE ticket_id = $1;

-- name: set_parent
-- A merged ticket points to the one that goes on.
UPDATE ticket SET parent_id = $2 WHERE id = $1;

-- name: event_count
-- How many events a ticket has.
SELECT event_count FROM ticket WHERE id = $1;

-- name: duties
-- The duty rows of some tickets.
SELECT ticket_id, duty, state, seq, closed_at FROM duty WHERE ticket_id = ANY($1::bigint[]);

-- name: close_duties
-- Open duties are closed by an event; closed ones stay as they were.
UPDATE duty d SET state = c.state, seq = $4, closed_at = $5 FROM unnest($2::text[], $3::text[]) AS c(duty, state)
WHERE d.ticket_id = $1 AND d.duty = c.duty AND d.state = 'open';

-- name: close_many
-- An open duty of each ticket is closed on the evidence of an event.
UPDATE duty d SET state = 'done', seq = n.seq, closed_at = n.at
FROM unnest($1::bigint[], $3::int[], $4::timestamptz[]) AS n(ticket, seq, at)
WHERE d.ticket_id = n.ticket AND d.duty = $2 AND d.state = 'open';

-- name: open_duty
-- A duty is owed again.
UPDATE duty SET state = 'open', seq = NULL, closed_at = NULL WHERE ticket_id = $1 AND duty = ANY($2::text[]) AND state = 'done';

-- name: assignments
-- All assignments of some tickets, oldest first.
SELECT a.*, d.code, d.name, d.name_en FROM assignment a JOIN department d ON d.id = a.department_id
WHERE a.ticket_id = ANY($1::bigint[]) ORDER BY a.ticket_id, a.id;

-- name: lead
-- The open lead assignment of a ticket.
SELECT * FROM assignment WHERE ticket_id = $1 AND ended_at IS NULL AND part = 'lead';

-- name: open_assignment
-- The open assignment of a department in a ticket, as lead or co-handler; where it has none, of one merged into it.
SELECT * FROM assignment WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]) AND ended_at IS NULL
ORDER BY department_id <> $2, part = 'co', id LIMIT 1;

-- name: insert_assignment
-- A department is given a part in a ticket.
INSERT INTO assignment (ticket_id, department_id, part, assigned_by, assigned_at, suggested)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING *;

-- name: sign_assignment
-- Received by the department (签收).
UPDATE assignment SET signed_at = $2, signed_by = $3, handler_enc = $4 WHERE id = $1;

-- name: acknowledge_assignment
-- The page was acknowledged.
UPDATE assignment SET acknowledged_at = coalesce(acknowledged_at, $2), acknowledged_by = coalesce(acknowledged_by, $3)
WHERE id = $1;

-- name: contact_assignment
-- The department spoke to the person; the first time counts.
UPDATE assignment SET contacted_at = coalesce(contacted_at, $2) WHERE id = $1;

-- name: safe_assignment
-- Made safe, cause and expected end told.
UPDATE assignment SET safe_at = coalesce(safe_at, $2) WHERE id = $1;

-- name: insert_note
-- The words of an event.
INSERT INTO note (ticket_id, seq, kind, text, public) VALUES ($1, $2, $3, $4, $5);

-- name: notes
-- The words of a ticket's events.
SELECT seq, kind, text, public FROM note WHERE ticket_id = $1 ORDER BY seq;

-- name: timeline
-- The record of a ticket, oldest first, from after `seq` on, without some kinds.
SELECT seq, at, kind, actor, detail, hash FROM ticket_event
WHERE ticket_id = $1 AND seq > $2 AND kind <> ALL($4::text[]) ORDER BY seq LIMIT $3;

-- name: user_names
-- Users by id, as shown.
SELECT id, name, shown_name FROM app_user WHERE id = ANY($1::int[]);

-- name: horizon
-- Whether a department still has a part in a ticket, and when its last one ended.
SELECT bool_or(ended_at IS NULL) AS open, max(ended_at) AS ended_at FROM assignment
WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]);

-- name: related
-- The parent, the children, what it continues and what continues it.
SELECT number, 'parent' AS how FROM ticket WHERE id = $2
UNION ALL SELECT number, 'child' FROM ticket WHERE parent_id = $1
UNION ALL SELECT number, 'before' FROM ticket WHERE id = $3;

-- name: ratings
-- What the person said of it, the later counts.
SELECT score, via, confirmed, at FROM rating WHERE ticket_id = $1 ORDER BY id;

-- name: messages
-- What left the building for this ticket, without its words.
SELECT kind, channel, state, made_at, CASE WHEN state = 'waiting' THEN due_at END AS goes_at, sent_at, delivered_at, failed_at FROM outbox WHERE ticket_id = $1 ORDER BY id;

-- name: name_units
-- Units that the words of tipoffs name; what was decided by hand stays.
INSERT INTO named_unit (ticket_id, department_id, by_actor, at)
SELECT n.ticket, n.department, $3, $4 FROM unnest($1::bigint[], $2::int[]) AS n(ticket, department)
ON CONFLICT DO NOTHING;

-- name: copy_named
-- What a tipoff names is named by those that continue it or were split off it.
INSERT INTO named_unit (ticket_id, department_id, named, by_actor, at)
SELECT c.ticket, n.department_id, n.named, n.by_actor, $3
FROM unnest($1::bigint[], $2::bigint[]) AS c(ticket, before) JOIN named_unit n ON n.ticket_id = c.before
ON CONFLICT DO NOTHING;

-- name: secret_among
-- Which of these tickets are tipoffs, and which are confidential.
SELECT id, category = 'tipoff' AS tipoff, confidential FROM ticket WHERE id = ANY($1::bigint[]) AND (category = 'tipoff' OR confidential);

-- name: mark_unit
-- A unit is marked as named, or no longer.
INSERT INTO named_unit (ticket_id, department_id, named, by_actor, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (ticket_id, department_id) DO UPDATE SET named = excluded.named, by_actor = excluded.by_actor, at = excluded.at;

-- name: is_hidden
-- Whether a ticket is a tipoff that names a department or one merged into it.
SELECT EXISTS (SELECT 1 FROM hidden_from WHERE ticket_id = $1 AND department_id = ANY((SELECT department_line($2))::int[]));

-- name: named_units
-- The units that a tipoff names.
SELECT d.code, d.name FROM hidden_from h JOIN department d ON d.id = h.department_id WHERE h.ticket_id = $1 ORDER BY d.code;

-- name: insert_tickets
-- A batch of tickets with words, owner, five duties and the first event, at once.
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

-- name: end_ownership
-- The ownership of a ticket ends.
UPDATE ownership SET to_at = $2 WHERE ticket_id = $1 AND to_at IS NULL;

-- name: insert_ownership
-- A new owner.
INSERT INTO ownership (ticket_id, user_id, how, reason, from_at) VALUES ($1, $2, $3, $4, $5);

-- name: hours
-- Office hours, all periods.
SELECT valid_from, valid_to, opens, closes FROM office_hours ORDER BY valid_from, opens;

-- name: special_days
-- Days that are not what their weekday says.
SELECT day, working FROM calendar_day WHERE day BETWEEN $1 AND $2 ORDER BY day;

-- name: seed_day
-- A published day; what was edited stays.
INSERT INTO calendar_day (day, working, name) SELECT * FROM unnest($1::date[], $2::bool[], $3::text[]) ON CONFLICT (day) DO NOTHING RETURNING day;

-- name: happenings
-- The events of tickets that change who holds them, in order.
SELECT ticket_id, at, kind, detail FROM ticket_event WHERE ticket_id = ANY($1::bigint[]) AND kind = ANY($2::text[])
ORDER BY ticket_id, seq;

-- name: department_names
-- The names of departments by their codes.
SELECT code, name FROM department WHERE code = ANY($1::text[]);

-- name: version_at
-- The policy version in force at a moment.
SELECT version FROM policy_version WHERE effective_at <= $1 ORDER BY effective_at DESC LIMIT 1;

-- name: liaison_phones
-- One liaison or leader with a number for each department.
SELECT DISTINCT ON (department_id) department_id, id, phone_enc, language FROM app_user
WHERE department_id = ANY($1::int[]) AND phone_enc IS NOT NULL AND disabled_at IS NULL AND leads = $2
ORDER BY department_id, id;

-- name: extension_open
-- Whether more time was asked for and not refused.
SELECT id FROM extension WHERE assignment_id = $1 AND granted IS NOT false;

-- name: extension
-- One request for more time.
SELECT * FROM extension WHERE id = $1 AND ticket_id = $2 FOR UPDATE;

-- name: rules
-- The rules of a version, as `sla.policy.rules.PolicyRule` has its fields.
SELECT clock, category, urgency, base, amount, whose, warn, pausable, basis FROM policy_rule WHERE version = $1;

-- name: versions
-- All policy versions, the latest first.
SELECT version, effective_at, made_at, made_by, note FROM policy_version ORDER BY effective_at DESC;

-- name: closures
-- County-wide closures.
SELECT from_at, to_at FROM closure WHERE kind = 'closure' AND revoked_at IS NULL ORDER BY from_at;

-- name: insert_extension
-- More time is asked for; `granted` false at once where it is asked too late.
INSERT INTO extension (ticket_id, assignment_id, until_on, reason, asked_by, asked_at, days, granted, decided_by, decided_at, decision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $8::boolean IS NOT NULL THEN $6::timestamptz END, $10) RETURNING id;

-- name: decide_extension
-- More time is granted or refused.
UPDATE extension SET granted = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1;

-- name: extensions_of
-- Requests for more time of some tickets.
SELECT e.*, d.code AS department FROM extension e JOIN assignment a ON a.id = e.assignment_id JOIN department d ON d.id = a.department_id
WHERE e.ticket_id = ANY($1::bigint[]) ORDER BY e.id;

-- name: extensions_waiting
-- Requests for more time that wait for the manager's word, the oldest first.
SELECT e.id, t.number, e.until_on, e.reason, e.asked_at FROM extension e JOIN ticket t ON t.id = e.ticket_id
WHERE e.granted IS NULL ORDER BY e.asked_at, e.id LIMIT $1;

-- name: count_extensions
-- How often more time was asked for on a ticket, in time or too late.
SELECT count(*) FROM extension WHERE ticket_id = $1;

-- name: insert_pause
-- A ticket waits: from, until, how many working days, for whom.
INSERT INTO pause (ticket_id, kind, from_at, until_at, days, reason, by_actor) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: open_pause
-- The pause that a ticket is in.
SELECT * FROM pause WHERE ticket_id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: paused_tickets
-- Which of these tickets wait.
SELECT ticket_id FROM pause WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL;

-- name: end_pause
-- A pause ends; `days` is how many working days it was.
UPDATE pause SET ended_at = $2, end_reason = $3, days = $4 WHERE id = $1;

-- name: paused_days
-- How many working days a ticket waited for the person already.
SELECT coalesce(sum(days), 0) FROM pause WHERE ticket_id = $1 AND kind = 'person';

-- name: ended_pauses
-- Pauses of some tickets whose end has come.
SELECT * FROM pause WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL AND until_at <= $2 ORDER BY id;

-- name: pauses_of
-- The pauses of some tickets.
SELECT * FROM pause WHERE ticket_id = ANY($1::bigint[]) ORDER BY id;

-- name: heard_since
-- Whether the person was heard of after a moment.
SELECT EXISTS (SELECT 1 FROM ticket_event WHERE ticket_id = $1 AND at > $2
  AND ((kind = 'added' AND actor = 'person') OR (kind = 'first_contact' AND coalesce(detail::jsonb ->> 'reached', 'true') = 'true')));

-- name: centre_phones
-- The numbers of some owners who are on shift, and of the managers.
SELECT u.id, u.role, u.phone_enc, u.language FROM app_user u WHERE u.phone_enc IS NOT NULL AND u.disabled_at IS NULL
  AND (u.role = 'manager' OR (u.id = ANY($1::int[]) AND EXISTS (SELECT 1 FROM shift s WHERE s.user_id = u.id AND s.off_at IS NULL)))
ORDER BY u.id;

-- name: has_to_act
-- Whether a department still has to act on its assignment.
SELECT EXISTS (SELECT 1 FROM assignment a JOIN ticket t ON t.id = a.ticket_id
  WHERE a.id = $1 AND a.ended_at IS NULL AND t.state IN ('dispatched', 'signed', 'in_consultation', 'long_term'));

-- name: queue_item
-- Put before the next consultation, once a reason.
INSERT INTO consultation_item (ticket_id, reason, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id;

-- name: count_events
-- How many events of a kind a ticket has.
SELECT count(*) FROM ticket_event WHERE ticket_id = $1 AND kind = $2;

-- name: long_term_unreviewed
-- Long-term matters that have not stood before a consultation since a moment.
SELECT t.id FROM ticket t WHERE t.state = 'long_term'
  AND NOT EXISTS (SELECT 1 FROM consultation_item i WHERE i.ticket_id = t.id AND i.reason = 'long_term' AND (i.ended_at IS NULL OR i.added_at > $1))
ORDER BY t.id LIMIT 500;

-- name: procedure
-- A statutory procedure in force by its matter.
SELECT * FROM statutory_procedure WHERE matter = $1 AND until_at IS NULL;

-- name: set_procedure
-- The procedure that a ticket follows from now on; none: the ordinary time again.
INSERT INTO ticket_procedure (ticket_id, procedure_id, at, by_actor) VALUES ($1, $2, $3, $4);

-- name: desk_has_tickets
-- Whether the duty desk still has a ticket.
SELECT EXISTS (SELECT 1 FROM ticket WHERE owner_id = $1 AND filed_at IS NULL);

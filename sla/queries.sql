-- name: hours
-- Office hours, all periods.
SELECT valid_from, valid_to, opens, closes FROM office_hours ORDER BY valid_from, opens;

-- name: special_days
-- Days that are not what their weekday says.
SELECT day, working FROM calendar_day WHERE day BETWEEN $1 AND $2 ORDER BY day;

-- name: closures
-- County-wide closures.
SELECT from_at, to_at FROM closure ORDER BY from_at;

-- name: seed_day
-- A published day; what was edited stays.
INSERT INTO calendar_day (day, working, name) SELECT * FROM unnest($1::date[], $2::bool[], $3::text[]) ON CONFLICT (day) DO NOTHING;

-- name: version_at
-- The policy version in force at a moment.
SELECT version FROM policy_version WHERE effective_at <= $1 ORDER BY effective_at DESC LIMIT 1;

-- name: versions
-- All policy versions, the latest first.
SELECT version, effective_at FROM policy_version ORDER BY effective_at DESC;

-- name: rules
-- The rules of a version.
SELECT clock, category, urgency, base, amount, whose FROM policy_rule WHERE version = $1;

-- name: start_clocks
-- Clocks start, each from its one event; one that runs already is left alone.
INSERT INTO clock (ticket_id, call_back_id, clock, assignment_id, department_id, whose, policy_version, base, amount,
                   started_at, start_seq, due_at, next_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::int[], $6::text[], $7::int[], $8::text[],
                     $9::int[], $10::timestamptz[], $11::int[], $12::timestamptz[], $13::timestamptz[])
ON CONFLICT DO NOTHING RETURNING id;

-- name: stop_clocks
-- Clocks stop at an event; one that is past due is latched by the trigger.
UPDATE clock c SET state = 'stopped', stopped_at = s.at, stop_seq = s.seq, next_at = NULL
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[], $5::int[]) AS s(ticket, clock, assignment, at, seq)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND (s.assignment IS NULL OR c.assignment_id = s.assignment)
  AND c.state IN ('running', 'paused') RETURNING c.id;

-- name: supersede_clocks
-- Clocks end without having been kept; what was breached by then stays breached.
UPDATE clock SET state = 'superseded', stopped_at = $3, stop_seq = $4, next_at = NULL,
  breached_at = CASE WHEN breached_at IS NULL AND state = 'running' AND due_at < $3 THEN due_at ELSE breached_at END
WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND state IN ('running', 'paused')
  AND ($5::bigint IS NULL OR assignment_id = $5) RETURNING id;

-- name: hold_clocks
-- Clocks stand still (a ruling, a pause); what was breached by then is latched first.
UPDATE clock SET state = 'paused', next_at = NULL,
  breached_at = CASE WHEN breached_at IS NULL AND due_at < $3 THEN due_at ELSE breached_at END
WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND state = 'running' RETURNING id;

-- name: release_clocks
-- Clocks go on as if they had never stood still, or with a later due time; latched if due.
UPDATE clock SET state = 'running', stopped_at = NULL, stop_seq = NULL,
  due_at = coalesce($4, due_at),
  breached_at = CASE WHEN breached_at IS NULL AND coalesce($4, due_at) < $3 THEN coalesce($4, due_at) ELSE breached_at END,
  next_at = CASE WHEN step < 9 THEN $3 END
WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND (state = 'paused' OR ($5 AND state = 'stopped'
  AND id IN (SELECT max(id) FROM clock WHERE ticket_id = $1 AND clock = ANY($2::text[]) GROUP BY clock))) RETURNING id;

-- name: move_due
-- A due time is moved by a decision, a correction or the calendar; a breach by then is latched first.
UPDATE clock SET breached_at = CASE WHEN breached_at IS NULL AND state = 'running' AND due_at < $3 THEN due_at ELSE breached_at END,
  due_at = CASE WHEN breached_at IS NULL AND NOT (state = 'running' AND due_at < $3) THEN $2 ELSE due_at END,
  amount = $4, base = $5, next_at = CASE WHEN step = 0 THEN $6 ELSE next_at END
WHERE id = $1 AND state IN ('running', 'paused') RETURNING due_at;

-- name: open_clocks
-- The clocks of a ticket that are not over.
SELECT * FROM clock WHERE ticket_id = $1 AND state IN ('running', 'paused') ORDER BY id;

-- name: clocks_of
-- All clocks of some tickets, oldest first.
SELECT c.*, d.code AS department FROM clock c LEFT JOIN department d ON d.id = c.department_id
WHERE c.ticket_id = ANY($1::bigint[]) ORDER BY c.id;

-- name: subjects
-- What the clocks of tickets depend on.
SELECT id, category, urgency, person_id, policy_version, received_at, department_id, state FROM ticket WHERE id = ANY($1::bigint[]);

-- name: due_steps
-- Clocks whose next step of the ladder is due, locked, passing by what others hold.
SELECT c.*, t.number, t.owner_id, t.urgency, d.name AS department_name
FROM clock c LEFT JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id
WHERE c.next_at <= $1 ORDER BY c.next_at, c.id LIMIT $2 FOR UPDATE OF c SKIP LOCKED;

-- name: add_steps
-- Steps of the ladder, each once.
INSERT INTO ladder_step (clock_id, step, due_at, at)
SELECT s.*, $4 FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS s
ON CONFLICT (clock_id, step) DO NOTHING RETURNING clock_id, step;

-- name: advance
-- Where the ladder of each clock goes next; breaches are latched.
UPDATE clock c SET next_at = n.next_at, step = n.step,
  breached_at = CASE WHEN n.breached AND c.breached_at IS NULL THEN c.due_at ELSE c.breached_at END
FROM unnest($1::bigint[], $2::timestamptz[], $3::int[], $4::bool[]) AS n(id, next_at, step, breached) WHERE c.id = n.id;

-- name: liaison_phones
-- One liaison or leader with a number for each department.
SELECT DISTINCT ON (department_id) department_id, id, phone_enc, language FROM app_user
WHERE department_id = ANY($1::int[]) AND phone_enc IS NOT NULL AND disabled_at IS NULL AND leads = $2
ORDER BY department_id, id;

-- name: steps_of
-- The steps that the ladder of a ticket's clocks took.
SELECT s.step, s.at, c.clock, c.department_id FROM ladder_step s JOIN clock c ON c.id = s.clock_id WHERE c.ticket_id = $1 ORDER BY s.at;

-- name: insert_extension
-- More time is asked for.
INSERT INTO extension (ticket_id, assignment_id, until_on, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: extension_open
-- Whether more time was asked for and not refused.
SELECT id FROM extension WHERE assignment_id = $1 AND granted IS NOT false;

-- name: extension
-- One request for more time.
SELECT * FROM extension WHERE id = $1 AND ticket_id = $2 FOR UPDATE;

-- name: decide_extension
-- More time is granted or refused.
UPDATE extension SET granted = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1;

-- name: extensions_of
-- Requests for more time of some tickets.
SELECT * FROM extension WHERE ticket_id = ANY($1::bigint[]) ORDER BY id;

-- name: insert_pause
-- Whole working days in which the person is waited for.
INSERT INTO pause (ticket_id, from_at, until_at, days, reason, by_actor) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: paused_days
-- How many days a ticket was paused already.
SELECT coalesce(sum(days), 0) FROM pause WHERE ticket_id = $1;

-- name: insert_order
-- A supervise order.
INSERT INTO supervise_order (number, ticket_id, clock_id, department_id, reason, due_at, issued_by, issued_at)
SELECT 'DB' || to_char($7::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYYY') || lpad(nextval(pg_get_serial_sequence('supervise_order', 'id'))::text, 5, '0'),
  $1, $2, $3, $4, $5, $6, $7 RETURNING id, number;

-- name: orders_of
-- The supervise orders of some tickets.
SELECT o.*, d.name AS department_name FROM supervise_order o JOIN department d ON d.id = o.department_id WHERE o.ticket_id = ANY($1::bigint[]) ORDER BY o.id;

-- name: queue_item
-- Put before the next consultation, once a reason.
INSERT INTO consultation_item (ticket_id, reason, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id;

-- name: stop_call_back
-- The call was made.
UPDATE clock SET state = 'stopped', stopped_at = $2, next_at = NULL WHERE call_back_id = ANY($1::bigint[]) AND state = 'running';

-- name: asked_call_backs
-- When the calls were asked for.
SELECT id, asked_at FROM call_back WHERE id = ANY($1::bigint[]);

-- name: unchased
-- Overdue clocks of a ticket's department that no step of the ladder has met yet.
SELECT c.id, c.due_at FROM clock c WHERE c.ticket_id = $1 AND c.clock = ANY($2::text[]) AND c.breached_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ladder_step s WHERE s.clock_id = c.id);

-- name: was_rework
-- Whether the latest of resolve and rework is a rework.
SELECT clock = 'rework' FROM clock WHERE ticket_id = $1 AND clock IN ('resolve', 'rework') ORDER BY id DESC LIMIT 1;

-- name: earliest_due
-- A merged child's earlier promise becomes the parent's; a breach by then is latched first.
UPDATE clock c SET due_at = CASE WHEN c.due_at < $3 THEN c.due_at ELSE least(c.due_at, k.due_at) END,
  breached_at = CASE WHEN c.breached_at IS NULL AND c.due_at < $3 THEN c.due_at ELSE c.breached_at END,
  next_at = least(c.next_at, k.due_at)
FROM (SELECT min(due_at) AS due_at FROM clock WHERE ticket_id = $2 AND clock = 'resolve') k
WHERE c.ticket_id = $1 AND c.clock = 'resolve' AND c.state = 'running' AND k.due_at IS NOT NULL;

-- name: is_running
-- Whether a clock still runs.
SELECT state = 'running' FROM clock WHERE id = $1;

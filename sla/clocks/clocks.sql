-- name: start_clocks :values
-- Clocks start, each from its one event; one that runs already is left alone. One that starts in the past is latched by the trigger.
-- params: ticket_ids, call_back_ids, clocks, assignment_ids, department_ids, whoses, policy_versions, bases, amounts, warns, started_times, start_seqs, due_times, next_times, touched_times
INSERT INTO clock (ticket_id, call_back_id, clock, assignment_id, department_id, whose, policy_version, base, amount, warn,
                   started_at, start_seq, due_at, next_at, touched_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::int[], $6::text[], $7::int[], $8::text[],
                     $9::int[], $10::int[], $11::timestamptz[], $12::int[], $13::timestamptz[], $14::timestamptz[],
                     $15::timestamptz[])
ON CONFLICT DO NOTHING RETURNING id;

-- name: stop_clocks :values
-- Clocks stop at an event. One that was latched though its event came in time was recorded late by us: excused.
-- params: tickets, clocks, assignments, times, seqs
UPDATE clock c SET state = 'stopped', stopped_at = s.at, stop_seq = s.seq, resumes_at = NULL, next_at = NULL, touched_at = s.at,
  excused = CASE WHEN c.excused = '' AND c.breached_at >= s.at THEN 'recorded late' ELSE c.excused END,
  excused_at = CASE WHEN c.excused = '' AND c.breached_at >= s.at THEN s.at ELSE c.excused_at END
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[], $5::int[]) AS s(ticket, clock, assignment, at, seq)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND (s.assignment IS NULL OR c.assignment_id = s.assignment)
  AND c.state IN ('running', 'paused') RETURNING c.id;

-- name: supersede_clocks :values
-- Clocks end without having been kept, all or those of one part; what was breached by then stays breached.
-- params: tickets, clocks, parts, times, seqs
UPDATE clock c SET state = 'superseded', stopped_at = s.at, stop_seq = s.seq, resumes_at = NULL, next_at = NULL, touched_at = s.at,
  excused = CASE WHEN c.excused = '' AND c.breached_at >= s.at THEN 'recorded late' ELSE c.excused END,
  excused_at = CASE WHEN c.excused = '' AND c.breached_at >= s.at THEN s.at ELSE c.excused_at END
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::int[]) AS s(ticket, clock, part, at, seq)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND c.state IN ('running', 'paused')
  AND (s.part IS NULL OR c.assignment_id IN (SELECT a.id FROM assignment a WHERE a.ticket_id = s.ticket AND a.part = s.part))
RETURNING c.id;

-- name: supersede_clock :exec
-- One clock ends without having been kept.
-- params: ident, stopped_at, stop_seq
UPDATE clock SET state = 'superseded', stopped_at = $2, stop_seq = $3, resumes_at = NULL, next_at = NULL, touched_at = $2
WHERE id = $1 AND state IN ('running', 'paused');

-- name: excuse_recalled :values
-- A wrong dispatch was recalled: nothing of it is the department's fault (免责).
-- params: ticket_id, now
UPDATE clock SET excused = 'recalled', excused_at = $2, touched_at = $2 WHERE ticket_id = $1 AND whose = 'department' AND excused = ''
  AND assignment_id IN (SELECT id FROM assignment WHERE ticket_id = $1 AND end_reason = 'recalled') RETURNING id;

-- name: excuse_imported :values
-- Tickets that were dealt with elsewhere: when what happened is not known, and what cannot be known is no fault, at no time (免责).
-- params: ticket_ids
UPDATE clock SET excused = 'imported', excused_at = started_at WHERE ticket_id = ANY($1::bigint[]) RETURNING id;

-- name: excuse_corrected :values
-- A correction counted these clocks to a moment before it: nobody could have kept them, at no time (免责).
-- params: idents
UPDATE clock SET excused = 'corrected', excused_at = started_at WHERE id = ANY($1::bigint[]) AND excused = '' AND breached_at IS NOT NULL RETURNING id;

-- name: hold_clocks :values
-- The lead's clocks stand still until an event; what was breached by then is latched first.
-- params: tickets, clocks, times
UPDATE clock c SET state = 'paused', resumes_at = NULL, next_at = NULL, touched_at = s.at
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS s(ticket, clock, at)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND (c.state = 'running' OR c.resumes_at IS NOT NULL)
  AND c.assignment_id IN (SELECT id FROM assignment WHERE ticket_id = s.ticket AND part = 'lead') RETURNING c.id;

-- name: release_clocks :values
-- The lead's clocks go on as if they had never stood still; latched if due.
-- params: ticket_id, clocks, touched_at
UPDATE clock SET state = 'running', touched_at = $3, next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $3::timestamptz END
WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND state = 'paused' AND resumes_at IS NULL
  AND assignment_id IN (SELECT id FROM assignment WHERE ticket_id = $1 AND part = 'lead') RETURNING id;

-- name: latch_held :values
-- What was done too late while its clock stood still counts after all: the clock never stood still.
-- params: ticket_id, clocks, touched_at
UPDATE clock SET touched_at = $3 WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND state = 'stopped'
  AND stopped_at > due_at AND breached_at IS NULL RETURNING id;

-- name: reopen_clocks :values
-- The latest reply was sent back: what it ended never stopped; latched if due passed in between.
-- params: ticket_id, touched_at, clocks
UPDATE clock SET state = 'running', stopped_at = NULL, stop_seq = NULL, touched_at = $2,
  next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $2::timestamptz END
WHERE ticket_id = $1 AND clock = ANY($3::text[]) AND state IN ('stopped', 'superseded')
  AND stop_seq = (SELECT max(seq) FROM ticket_event WHERE ticket_id = $1 AND kind = 'replied') RETURNING id;

-- name: move_due :many
-- A due time is moved by a decision, a correction or the calendar, unless it had passed by then: that is latched.
-- params: ident, due_at, touched_at, amount?, base, warn?, added_days
-- null: breached_at
UPDATE clock SET due_at = CASE WHEN breached_at IS NULL THEN $2 ELSE due_at END, amount = $4, base = $5, warn = $6,
  added_days = $7, touched_at = $3,
  next_at = CASE WHEN state = 'paused' THEN resumes_at WHEN step < 5 AND whose <> 'none' THEN $3::timestamptz END
WHERE id = $1 AND state IN ('running', 'paused') RETURNING due_at, breached_at;

-- name: take_start :exec
-- A clock is counted from the event of another ticket.
-- params: ident, started_at, touched_at
UPDATE clock SET started_at = $2, touched_at = $3 WHERE id = $1;

-- name: pause_clock :values
-- A clock stands still until a moment, or until an event; its due time moves on by as many working days.
-- params: ident, due_at, now, resumes_at?, added_days
UPDATE clock SET state = 'paused', resumes_at = $4, due_at = CASE WHEN breached_at IS NULL THEN $2 ELSE due_at END,
  added_days = $5, touched_at = $3, next_at = $4
WHERE id = $1 AND state = 'running' RETURNING due_at;

-- name: resume_clock :values
-- A clock goes on, with the working days that it really stood still.
-- params: ident, due_at, touched_at, added_days
UPDATE clock SET state = 'running', resumes_at = NULL, due_at = CASE WHEN breached_at IS NULL THEN $2 ELSE due_at END,
  added_days = $4, touched_at = $3, next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $3::timestamptz END
WHERE id = $1 AND state = 'paused' RETURNING due_at;

-- name: resume_ended :values
-- Pauses of tickets that ended by themselves: all their clocks run.
-- params: ticket_ids, now
UPDATE clock SET state = 'running', resumes_at = NULL, touched_at = $2, next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $2::timestamptz END
WHERE ticket_id = ANY($1::bigint[]) AND state = 'paused' AND resumes_at <= $2 RETURNING id;

-- name: open_clocks :many
-- The clocks of a ticket that are not over, with the part of their assignment.
-- params: ticket_id
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, part, department_id, resumes_at
SELECT c.*, a.part FROM clock c LEFT JOIN assignment a ON a.id = c.assignment_id
WHERE c.ticket_id = $1 AND c.state IN ('running', 'paused') ORDER BY c.id;

-- name: clocks_of :many
-- All clocks of some tickets, oldest first.
-- params: ticket_ids
-- null: ticket_id, call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, department, department_id, resumes_at
SELECT c.*, d.code AS department FROM clock c LEFT JOIN department d ON d.id = c.department_id
WHERE c.ticket_id = ANY($1::bigint[]) ORDER BY c.id;

-- name: clocks_of_call_backs :many
-- The clocks of owed calls.
-- params: call_back_ids
-- null: ticket_id, call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, department, department_id, resumes_at
-- row: ClocksOfRow
SELECT c.*, NULL AS department FROM clock c WHERE c.call_back_id = ANY($1::bigint[]) ORDER BY c.id;

-- name: lead_start :one?
-- The open lead assignment of a ticket, and the event that gave it.
-- params: ticket_id
SELECT a.id, a.department_id, e.seq, e.at FROM assignment a
JOIN ticket_event e ON e.ticket_id = a.ticket_id AND e.kind IN ('dispatched', 'ruled')
WHERE a.ticket_id = $1 AND a.part = 'lead' AND a.ended_at IS NULL AND (e.detail::jsonb ->> 'assignment')::bigint = a.id
ORDER BY e.seq LIMIT 1;

-- name: clocks_seen :values
-- The clocks that an assignment has or had, apart from those that a correction took away without a breach.
-- params: assignment_id
SELECT DISTINCT clock FROM clock WHERE assignment_id = $1 AND (state <> 'superseded' OR breached_at IS NOT NULL);

-- name: children_clocks :many
-- The last clock of each name of each ticket that was merged into one, those that are due first before the others.
-- params: parent_id
-- null: warn, department_id
SELECT c.clock, c.started_at, c.due_at, c.base, c.amount, c.whose, c.warn, c.added_days, c.department_id
FROM clock c JOIN ticket t ON t.id = c.ticket_id
WHERE t.parent_id = $1 AND c.id IN (SELECT max(k.id) FROM clock k WHERE k.ticket_id = t.id GROUP BY k.clock)
ORDER BY c.clock, c.due_at, c.id;

-- name: late_ruled :many
-- The lead's clocks that stood still until a ruling, and those that were stopped too late meanwhile.
-- params: ticket_id, clocks
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, part, department_id, resumes_at
-- row: OpenClocksRow
SELECT c.*, a.part FROM clock c JOIN assignment a ON a.id = c.assignment_id AND a.part = 'lead'
WHERE c.ticket_id = $1 AND c.clock = ANY($2::text[]) AND c.breached_at IS NULL
  AND ((c.state = 'paused' AND c.resumes_at IS NULL) OR (c.state = 'stopped' AND c.stopped_at > c.due_at)) ORDER BY c.id;

-- name: give_back :exec
-- The time that a ruling came too late is added to what a clock has.
-- params: ident, due_at, amount, added_days
UPDATE clock SET due_at = $2, amount = $3, added_days = $4 WHERE id = $1 AND breached_at IS NULL;

-- name: subjects :many
-- What the clocks of tickets depend on, with the statutory procedure that a ticket follows.
-- params: idents
-- null: person_id, own_base, own_amount, own_basis
SELECT t.id, t.state, t.category, t.urgency, t.person_id, t.received_at, p.base AS own_base, p.amount AS own_amount, p.basis AS own_basis
FROM ticket t LEFT JOIN LATERAL (SELECT procedure_id FROM ticket_procedure WHERE ticket_id = t.id ORDER BY id DESC LIMIT 1) tp ON true
LEFT JOIN statutory_procedure p ON p.id = tp.procedure_id WHERE t.id = ANY($1::bigint[]);

-- name: due_steps :many
-- Clocks of tickets whose next step is due, locked with their tickets, passing by what others hold.
-- params: now, limit
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, number, owner_id, ticket_state, department_name, department_id, resumes_at, ticket_id, ordered_at
SELECT c.*, t.number, t.owner_id, t.urgency, t.state AS ticket_state, d.name AS department_name,
  (SELECT s.at FROM ladder_step s WHERE s.clock_id = c.id AND s.step = 'order') AS ordered_at
FROM clock c JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id
WHERE c.next_at <= $1 ORDER BY c.next_at, c.id LIMIT $2 FOR UPDATE OF t, c SKIP LOCKED;

-- name: due_call_backs :many
-- Clocks of call-backs whose next step is due, locked, passing by what others hold.
-- params: now, limit
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, number, owner_id, ticket_state, department_name, department_id, resumes_at, ticket_id, ordered_at
-- row: DueStepsRow
SELECT c.*, NULL AS number, NULL::int AS owner_id, 'urgent' AS urgency, NULL AS ticket_state, NULL AS department_name,
  (SELECT s.at FROM ladder_step s WHERE s.clock_id = c.id AND s.step = 'order') AS ordered_at
FROM clock c WHERE c.next_at <= $1 AND c.call_back_id IS NOT NULL ORDER BY c.next_at, c.id LIMIT $2 FOR UPDATE OF c SKIP LOCKED;

-- name: due_one :many
-- One clock whose next step is due, locked with its ticket.
-- params: ident, now
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, number, owner_id, ticket_state, department_name, department_id, resumes_at, ticket_id, ordered_at
-- row: DueStepsRow
SELECT c.*, t.number, t.owner_id, t.urgency, t.state AS ticket_state, d.name AS department_name,
  (SELECT s.at FROM ladder_step s WHERE s.clock_id = c.id AND s.step = 'order') AS ordered_at
FROM clock c JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id
WHERE c.id = $1 AND c.next_at <= $2 FOR UPDATE OF t, c SKIP LOCKED;

-- name: due_ids :values
-- The clocks whose next step is due, not locked.
-- params: now, limit
-- row: ClocksDueIdsRow
SELECT id FROM clock WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2;

-- name: due_call_back :many
-- One clock of a call-back whose next step is due, locked.
-- params: ident, now
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, number, owner_id, ticket_state, department_name, department_id, resumes_at, ticket_id, ordered_at
-- row: DueStepsRow
SELECT c.*, NULL AS number, NULL::int AS owner_id, 'urgent' AS urgency, NULL AS ticket_state, NULL AS department_name,
  (SELECT s.at FROM ladder_step s WHERE s.clock_id = c.id AND s.step = 'order') AS ordered_at
FROM clock c WHERE c.id = $1 AND c.next_at <= $2 AND c.call_back_id IS NOT NULL FOR UPDATE OF c SKIP LOCKED;

-- name: postpone_clock :exec
-- A clock that cannot be dealt with waits a quarter of an hour, so that it stops no other.
-- params: ident, now
UPDATE clock SET next_at = $2::timestamptz + interval '15 minutes', touched_at = $2 WHERE id = $1;

-- name: add_steps :many
-- Steps of the ladder, each once and at its own moment.
-- params: clock_ids, steps, due_times, times
INSERT INTO ladder_step (clock_id, step, due_at, at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[])
ON CONFLICT (clock_id, step) DO NOTHING RETURNING clock_id, step;

-- name: advance :exec
-- Where the ladder of each clock goes next; the trigger latches what is past due.
-- params: idents, next_times, steps, now
UPDATE clock c SET next_at = n.next_at, step = n.step, touched_at = $4
FROM unnest($1::bigint[], $2::timestamptz[], $3::int[]) AS n(id, next_at, step) WHERE c.id = n.id;

-- name: unmet :many
-- Clocks of tickets' departments that no step of the ladder has met: open ones, and those that ended at an event or breached.
-- params: tickets, seqs, times
-- null: call_back_id, assignment_id, warn, start_seq, breached_at, stopped_at, stop_seq, next_at, excused_at, department_id, resumes_at
SELECT c.*, e.at FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS e(ticket, seq, at)
JOIN clock c ON c.ticket_id = e.ticket
WHERE c.whose = 'department' AND (c.state IN ('running', 'paused') OR c.stop_seq = e.seq OR c.breached_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM ladder_step s WHERE s.clock_id = c.id) ORDER BY c.id;

-- name: parents :values
-- Which of these tickets others were merged into.
-- params: parent_ids
-- null: parent_id
SELECT DISTINCT parent_id FROM ticket WHERE parent_id = ANY($1::bigint[]);

-- name: is_running :value?
-- Whether a clock still runs, not past the end of its pause.
-- params: clock, now
SELECT state = 'running' OR (state = 'paused' AND resumes_at <= $2) FROM clock WHERE id = $1;

-- name: stop_call_back :exec
-- The call was made.
-- params: call_back_ids, now
UPDATE clock SET state = 'stopped', stopped_at = $2, next_at = NULL, touched_at = $2
WHERE call_back_id = ANY($1::bigint[]) AND state = 'running';

-- name: asked_call_backs :many
-- When the calls were asked for.
-- params: idents
SELECT id, asked_at FROM call_back WHERE id = ANY($1::bigint[]);

-- name: whole_of :many
-- From the first word to the last telling: never reset by ruling, rework or merge.
-- params: idents
-- null: told_at
SELECT t.id, least(t.received_at, (SELECT min(k.received_at) FROM ticket k WHERE k.parent_id = t.id)) AS started_at,
  CASE WHEN t.state IN ('told', 'followed_up', 'archived') THEN (SELECT max(r.told_at) FROM report_back r WHERE r.ticket_id = t.id)
       ELSE t.ended_at END AS told_at
FROM ticket t WHERE t.id = ANY($1::bigint[]);

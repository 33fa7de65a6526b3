-- name: start_clocks
-- Clocks start, each from its one event; one that runs already is left alone. One that starts in the past is latched by the trigger.
INSERT INTO clock (ticket_id, call_back_id, clock, assignment_id, department_id, whose, policy_version, base, amount, warn,
                   started_at, start_seq, due_at, next_at, touched_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::int[], $6::text[], $7::int[], $8::text[],
                     $9::int[], $10::int[], $11::timestamptz[], $12::int[], $13::timestamptz[], $14::timestamptz[],
                     $15::timestamptz[])
ON CONFLICT DO NOTHING RETURNING id;

-- name: stop_clocks
-- Clocks stop at an event. One that was latched though its event came in time was recorded late by us: excused.
UPDATE clock c SET state = 'stopped', stopped_at = s.at, stop_seq = s.seq, resumes_at = NULL, next_at = NULL, touched_at = s.at,
  excused = CASE WHEN c.excused = '' AND c.breached_at >= s.at THEN 'recorded late' ELSE c.excused END
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[], $5::int[]) AS s(ticket, clock, assignment, at, seq)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND (s.assignment IS NULL OR c.assignment_id = s.assignment)
  AND c.state IN ('running', 'paused') RETURNING c.id;

-- name: supersede_clocks
-- Clocks end without having been kept, all or those of one part; what was breached by then stays breached.
UPDATE clock c SET state = 'superseded', stopped_at = s.at, stop_seq = s.seq, resumes_at = NULL, next_at = NULL, touched_at = s.at,
  excused = CASE WHEN c.excused = '' AND c.breached_at >= s.at THEN 'recorded late' ELSE c.excused END
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::int[]) AS s(ticket, clock, part, at, seq)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND c.state IN ('running', 'paused')
  AND (s.part IS NULL OR c.assignment_id IN (SELECT a.id FROM assignment a WHERE a.ticket_id = s.ticket AND a.part = s.part))
RETURNING c.id;

-- name: supersede_clock
-- One clock ends without having been kept.
UPDATE clock SET state = 'superseded', stopped_at = $2, stop_seq = $3, resumes_at = NULL, next_at = NULL, touched_at = $2
WHERE id = $1 AND state IN ('running', 'paused');

-- name: hold_clocks
-- The lead's clocks stand still until an event; what was breached by then is latched first.
UPDATE clock c SET state = 'paused', resumes_at = NULL, next_at = NULL, touched_at = s.at
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS s(ticket, clock, at)
WHERE c.ticket_id = s.ticket AND c.clock = s.clock AND (c.state = 'running' OR c.resumes_at IS NOT NULL)
  AND c.assignment_id IN (SELECT id FROM assignment WHERE ticket_id = s.ticket AND part = 'lead') RETURNING c.id;

-- name: release_clocks
-- The lead's clocks go on as if they had never stood still; latched if due.
UPDATE clock SET state = 'running', touched_at = $3, next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $3::timestamptz END
WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND state = 'paused' AND resumes_at IS NULL
  AND assignment_id IN (SELECT id FROM assignment WHERE ticket_id = $1 AND part = 'lead') RETURNING id;

-- name: latch_held
-- What was done too late while its clock stood still counts after all: the clock never stood still.
UPDATE clock SET touched_at = $3 WHERE ticket_id = $1 AND clock = ANY($2::text[]) AND state = 'stopped'
  AND stopped_at > due_at AND breached_at IS NULL RETURNING id;

-- name: reopen_clocks
-- The latest reply was sent back: what it ended never stopped; latched if due passed in between.
UPDATE clock SET state = 'running', stopped_at = NULL, stop_seq = NULL, touched_at = $2,
  next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $2::timestamptz END
WHERE ticket_id = $1 AND clock = ANY($3::text[]) AND state IN ('stopped', 'superseded')
  AND stop_seq = (SELECT max(seq) FROM ticket_event WHERE ticket_id = $1 AND kind = 'replied') RETURNING id;

-- name: move_due
-- A due time is moved by a decision, a correction or the calendar, unless it had passed by then: that is latched.
UPDATE clock SET due_at = CASE WHEN breached_at IS NULL THEN $2 ELSE due_at END, amount = $4, base = $5, warn = $6,
  added_days = $7, touched_at = $3,
  next_at = CASE WHEN state = 'paused' THEN resumes_at WHEN step < 5 AND whose <> 'none' THEN $3::timestamptz END
WHERE id = $1 AND state IN ('running', 'paused') RETURNING due_at, breached_at;

-- name: take_start
-- A clock is counted from the event of another ticket.
UPDATE clock SET started_at = $2, touched_at = $3 WHERE id = $1;

-- name: pause_clock
-- A clock stands still until a moment, or until an event; its due time moves on by as many working days.
UPDATE clock SET state = 'paused', resumes_at = $4, due_at = CASE WHEN breached_at IS NULL THEN $2 ELSE due_at END,
  added_days = $5, touched_at = $3, next_at = $4
WHERE id = $1 AND state = 'running' RETURNING due_at;

-- name: resume_clock
-- A clock goes on, with the working days that it really stood still.
UPDATE clock SET state = 'running', resumes_at = NULL, due_at = CASE WHEN breached_at IS NULL THEN $2 ELSE due_at END,
  added_days = $4, touched_at = $3, next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $3::timestamptz END
WHERE id = $1 AND state = 'paused' RETURNING due_at;

-- name: resume_ended
-- Pauses of tickets that ended by themselves: all their clocks run.
UPDATE clock SET state = 'running', resumes_at = NULL, touched_at = $2, next_at = CASE WHEN step < 5 AND whose <> 'none' THEN $2::timestamptz END
WHERE ticket_id = ANY($1::bigint[]) AND state = 'paused' AND resumes_at <= $2 RETURNING id;

-- name: open_clocks
-- The clocks of a ticket that are not over, with the part of their assignment.
SELECT c.*, a.part FROM clock c LEFT JOIN assignment a ON a.id = c.assignment_id
WHERE c.ticket_id = $1 AND c.state IN ('running', 'paused') ORDER BY c.id;

-- name: clocks_of
-- All clocks of some tickets, oldest first.
SELECT c.*, d.code AS department FROM clock c LEFT JOIN department d ON d.id = c.department_id
WHERE c.ticket_id = ANY($1::bigint[]) ORDER BY c.id;

-- name: lead_start
-- The open lead assignment of a ticket, and the event that gave it.
SELECT a.id, a.department_id, e.seq, e.at FROM assignment a
JOIN ticket_event e ON e.ticket_id = a.ticket_id AND e.kind IN ('dispatched', 'ruled')
WHERE a.ticket_id = $1 AND a.part = 'lead' AND a.ended_at IS NULL AND (e.detail::jsonb ->> 'assignment')::bigint = a.id
ORDER BY e.seq LIMIT 1;

-- name: clocks_seen
-- The clocks that an assignment has or had, apart from those that a correction took away without a breach.
SELECT DISTINCT clock FROM clock WHERE assignment_id = $1 AND (state <> 'superseded' OR breached_at IS NOT NULL);

-- name: children_clocks
-- Of each clock the one that is due first among the tickets that were merged into one.
SELECT DISTINCT ON (c.clock) c.clock, c.started_at, c.due_at, c.base, c.amount, c.whose, c.warn, c.added_days
FROM clock c JOIN ticket t ON t.id = c.ticket_id
WHERE t.parent_id = $1 AND c.id IN (SELECT max(k.id) FROM clock k WHERE k.ticket_id = t.id GROUP BY k.clock)
ORDER BY c.clock, c.due_at, c.id;

-- name: subjects
-- What the clocks of tickets depend on, with the statutory procedure that a ticket follows.
SELECT t.id, t.state, t.category, t.urgency, t.person_id, t.received_at, p.base AS own_base, p.amount AS own_amount, p.basis AS own_basis
FROM ticket t LEFT JOIN LATERAL (SELECT procedure_id FROM ticket_procedure WHERE ticket_id = t.id ORDER BY id DESC LIMIT 1) tp ON true
LEFT JOIN statutory_procedure p ON p.id = tp.procedure_id WHERE t.id = ANY($1::bigint[]);

-- name: due_steps
-- Clocks of tickets whose next step is due, locked with their tickets, passing by what others hold.
SELECT c.*, t.number, t.owner_id, t.urgency, t.state AS ticket_state, d.name AS department_name
FROM clock c JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id
WHERE c.next_at <= $1 ORDER BY c.next_at, c.id LIMIT $2 FOR UPDATE OF t, c SKIP LOCKED;

-- name: due_call_backs
-- Clocks of call-backs whose next step is due, locked, passing by what others hold.
SELECT c.*, NULL AS number, NULL::int AS owner_id, 'urgent' AS urgency, NULL AS ticket_state, NULL AS department_name
FROM clock c WHERE c.next_at <= $1 AND c.call_back_id IS NOT NULL ORDER BY c.next_at, c.id LIMIT $2 FOR UPDATE OF c SKIP LOCKED;

-- name: due_one
-- One clock whose next step is due, locked with its ticket.
SELECT c.*, t.number, t.owner_id, t.urgency, t.state AS ticket_state, d.name AS department_name
FROM clock c JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id
WHERE c.id = $1 AND c.next_at <= $2 FOR UPDATE OF t, c SKIP LOCKED;

-- name: due_ids
-- The clocks whose next step is due, not locked.
SELECT id FROM clock WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2;

-- name: due_call_back
-- One clock of a call-back whose next step is due, locked.
SELECT c.*, NULL AS number, NULL::int AS owner_id, 'urgent' AS urgency, NULL AS ticket_state, NULL AS department_name
FROM clock c WHERE c.id = $1 AND c.next_at <= $2 AND c.call_back_id IS NOT NULL FOR UPDATE OF c SKIP LOCKED;

-- name: postpone_clock
-- A clock that cannot be dealt with waits a quarter of an hour, so that it stops no other.
UPDATE clock SET next_at = $2::timestamptz + interval '15 minutes', touched_at = $2 WHERE id = $1;

-- name: add_steps
-- Steps of the ladder, each once and at its own moment.
INSERT INTO ladder_step (clock_id, step, due_at, at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[])
ON CONFLICT (clock_id, step) DO NOTHING RETURNING clock_id, step;

-- name: advance
-- Where the ladder of each clock goes next; the trigger latches what is past due.
UPDATE clock c SET next_at = n.next_at, step = n.step, touched_at = $4
FROM unnest($1::bigint[], $2::timestamptz[], $3::int[]) AS n(id, next_at, step) WHERE c.id = n.id;

-- name: unmet
-- Clocks of tickets' departments that no step of the ladder has met: open ones, and those that ended at an event or breached.
SELECT c.*, e.at FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS e(ticket, seq, at)
JOIN clock c ON c.ticket_id = e.ticket
WHERE c.whose = 'department' AND (c.state IN ('running', 'paused') OR c.stop_seq = e.seq OR c.breached_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM ladder_step s WHERE s.clock_id = c.id) ORDER BY c.id;

-- name: parents
-- Which of these tickets others were merged into.
SELECT DISTINCT parent_id FROM ticket WHERE parent_id = ANY($1::bigint[]);

-- name: is_running
-- Whether a clock still runs, not past the end of its pause.
SELECT state = 'running' OR (state = 'paused' AND resumes_at <= $2) FROM clock WHERE id = $1;

-- name: stop_call_back
-- The call was made.
UPDATE clock SET state = 'stopped', stopped_at = $2, next_at = NULL, touched_at = $2
WHERE call_back_id = ANY($1::bigint[]) AND state = 'running';

-- name: asked_call_backs
-- When the calls were asked for.
SELECT id, asked_at FROM call_back WHERE id = ANY($1::bigint[]);

-- name: whole_of
-- From the first word to the last telling: never reset by ruling, rework or merge.
SELECT t.id, least(t.received_at, (SELECT min(k.received_at) FROM ticket k WHERE k.parent_id = t.id)) AS started_at,
  CASE WHEN t.state IN ('told', 'followed_up', 'archived') THEN (SELECT max(r.told_at) FROM report_back r WHERE r.ticket_id = t.id)
       ELSE t.ended_at END AS told_at
FROM ticket t WHERE t.id = ANY($1::bigint[]);

-- name: coming_of_all :many
-- What falls due by a moment, the soonest first.
-- params: now, until, limit
-- null: number, urgency, category, state, department_name, owner_name
SELECT c.clock, c.due_at, c.whose, t.number, t.urgency, t.category, t.state, d.name AS department_name, u.shown_name AS owner_name
FROM clock c LEFT JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id LEFT JOIN app_user u ON u.id = t.owner_id
WHERE c.state = 'running' AND c.whose <> 'none' AND c.due_at >= $1 AND c.due_at <= $2 ORDER BY c.due_at, c.id LIMIT $3;

-- name: late_of_all :value
-- How many tickets have a clock that is overdue and still runs.
-- params: now
SELECT count(DISTINCT c.ticket_id) FROM running_clock c WHERE c.due_at < $1;

-- name: late_of_department :value
-- How many tickets have a clock of a department that is overdue and still runs.
-- params: now, department_id
SELECT count(DISTINCT c.ticket_id) FROM running_clock c WHERE c.due_at < $1 AND c.department_id = ANY((SELECT department_line($2))::int[])
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = c.ticket_id AND h.department_id = ANY((SELECT department_line($2))::int[]));

-- name: late_of_owner :value
-- How many of an owner's tickets have a clock of the centre that is overdue and still runs.
-- params: now, owner_id
SELECT count(DISTINCT c.ticket_id) FROM running_clock c JOIN ticket t ON t.id = c.ticket_id
WHERE c.whose = 'centre' AND c.due_at < $1 AND t.owner_id = $2;

-- name: coming_of_department :many
-- What falls due for a department by a moment, the soonest first.
-- params: now, until, limit, department_id
-- null: number, urgency, category, state, department_name, owner_name
-- row: ComingOfAllRow
SELECT c.clock, c.due_at, c.whose, t.number, t.urgency, t.category, t.state, d.name AS department_name, u.shown_name AS owner_name
FROM clock c JOIN ticket t ON t.id = c.ticket_id JOIN department d ON d.id = c.department_id JOIN app_user u ON u.id = t.owner_id
WHERE c.state = 'running' AND c.whose <> 'none' AND c.due_at >= $1 AND c.due_at <= $2 AND c.department_id = ANY((SELECT department_line($4))::int[])
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = c.ticket_id AND h.department_id = ANY((SELECT department_line($4))::int[])) ORDER BY c.due_at, c.id LIMIT $3;

-- name: coming_of_owner :many
-- What the centre owes on an owner's tickets by a moment, the soonest first, and the call-backs.
-- params: now, until, limit, owner_id
-- null: number, urgency, category, state, department_name, owner_name
-- row: ComingOfAllRow
SELECT c.clock, c.due_at, c.whose, t.number, t.urgency, t.category, t.state, d.name AS department_name, u.shown_name AS owner_name
FROM clock c LEFT JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = t.department_id LEFT JOIN app_user u ON u.id = t.owner_id
WHERE c.state = 'running' AND c.whose = 'centre' AND c.due_at >= $1 AND c.due_at <= $2 AND (t.owner_id = $4 OR c.call_back_id IS NOT NULL)
ORDER BY c.due_at, c.id LIMIT $3;

-- name: keep_sheet :exec
-- The hand-over sheet of a morning.
-- params: day, from_at, now, content, now_2
INSERT INTO night_sheet (day, from_at, to_at, content, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (day) DO NOTHING;

-- name: sheet :one?
-- The hand-over sheet of a day.
-- params: day
SELECT * FROM night_sheet WHERE day = $1;

-- name: sheets :values
-- The latest sheets.
SELECT day FROM night_sheet ORDER BY day DESC LIMIT 14;

-- name: night_received :many
-- How many tickets came in a time, by urgency.
-- params: start, now
SELECT urgency, count(*) AS n FROM ticket WHERE received_at >= $1 AND received_at < $2 GROUP BY urgency;

-- name: night_grave :many
-- The critical and urgent tickets that came in a time.
-- params: start, now
-- null: department
SELECT t.number, t.urgency, t.state, d.name AS department FROM ticket t LEFT JOIN department d ON d.id = t.department_id
WHERE t.received_at >= $1 AND t.received_at < $2 AND t.urgency <> 'normal' ORDER BY t.urgency, t.id LIMIT 100;

-- name: night_desk :many
-- What the duty desk still owns.
SELECT number, urgency, state FROM ticket WHERE owner_id = 0 AND filed_at IS NULL ORDER BY id LIMIT 200;

-- name: night_waiting :many
-- Tickets of a time that nobody has dispatched or ended yet.
-- params: now
SELECT number, urgency FROM ticket WHERE state = 'received' AND received_at < $1 ORDER BY id LIMIT 200;

-- name: night_unsigned :many
-- Dispatched before a moment, and not signed.
-- params: now
SELECT t.number, t.urgency, d.name AS department FROM assignment a JOIN ticket t ON t.id = a.ticket_id JOIN department d ON d.id = a.department_id
WHERE a.ended_at IS NULL AND a.signed_at IS NULL AND a.assigned_at < $1 AND t.state = 'dispatched' ORDER BY t.id LIMIT 200;

-- name: night_breached :many
-- What was breached in a time.
-- params: start, now
SELECT t.number, c.clock, coalesce(d.name, '') AS department FROM clock c JOIN ticket t ON t.id = c.ticket_id LEFT JOIN department d ON d.id = c.department_id
WHERE c.breached_at >= $1 AND c.breached_at < $2 ORDER BY c.breached_at LIMIT 200;

-- name: night_call_backs :many
-- Calls that are owed.
-- params: now
SELECT c.id, c.reason, c.asked_at FROM call_back c WHERE c.done_at IS NULL AND c.asked_at < $1 ORDER BY c.asked_at LIMIT 200;

-- name: night_due :value
-- How many clocks fall due until a moment.
-- params: now, until
SELECT count(*) FROM clock WHERE state = 'running' AND whose <> 'none' AND due_at >= $1 AND due_at <= $2;

-- name: night_calls :many
-- The calls that came in a time, with how they ended and what came of them; sheets before there was a queue have none.
-- params: start, now
-- null: answered_at, ended_why, outcome, number
SELECT c.arrived_at, c.answered_at, c.ended_why, c.state, x.outcome, t.number
FROM call c JOIN contact x ON x.id = c.contact_id LEFT JOIN ticket t ON t.id = x.ticket_id
WHERE c.direction = 'in' AND c.arrived_at >= $1 AND c.arrived_at < $2 ORDER BY c.arrived_at, c.id LIMIT 500;

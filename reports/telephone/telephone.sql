-- name: calls_of :many
-- The calls that came in a time, oldest first, with who answered and what became of the contact.
-- params: start, end
-- null: queued_at, kept_at, answered_at, ended_at, ended_why, operator, outcome, number
SELECT c.id, c.arrived_at, c.queued_at, c.kept_at, c.answered_at, c.ended_at, c.ended_why, c.state, u.shown_name AS operator, x.outcome, t.number
FROM call c JOIN contact x ON x.id = c.contact_id LEFT JOIN app_user u ON u.id = c.operator_id LEFT JOIN ticket t ON t.id = x.ticket_id
WHERE c.direction = 'in' AND c.arrived_at >= $1 AND c.arrived_at < $2 ORDER BY c.arrived_at, c.id;

-- name: states_of :many
-- What operators did at the telephone in a time: the seconds in each state, and how often they entered it, by operator; recovery after abuse apart.
-- params: start, end
SELECT u.id AS user_id, u.shown_name, s.state,
  sum(extract(epoch FROM least(coalesce(s.ended_at, $2), $2) - greatest(s.since, $1)))::float8 AS seconds, count(*) AS n
FROM operator_state s JOIN app_user u ON u.id = s.user_id
WHERE s.since < $2 AND (s.ended_at IS NULL OR s.ended_at > $1) AND NOT (s.state = 'break' AND s.reason = 'recovery')
GROUP BY u.id, u.shown_name, s.state ORDER BY u.shown_name, u.id, s.state;

-- name: missed_of :many
-- How many rings each operator missed in a time.
-- params: start, end
SELECT user_id, count(*) AS n FROM call_ring WHERE outcome = 'missed' AND at >= $1 AND at < $2 GROUP BY user_id;

-- name: standing :many
-- What each operator at the telephone does now, and since when.
SELECT u.shown_name, s.state, s.reason, s.since FROM operator_state s JOIN app_user u ON u.id = s.user_id
WHERE s.ended_at IS NULL ORDER BY s.state, s.since;

-- name: queue_now :many
-- Who waits in the queue now, in its order; a kept place waits too, with the telephone put down.
SELECT id, state, arrived_at FROM call WHERE state IN ('waiting', 'kept') ORDER BY arrived_at, id;

-- name: owed_now :one
-- Calls that are owed now, and those of them whose clock broke.
SELECT count(*) AS owed, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM clock c WHERE c.call_back_id = b.id AND c.breached_at IS NOT NULL)) AS late
FROM call_back b WHERE b.done_at IS NULL;

-- name: endless_now :value
-- Contacts that have no end yet.
SELECT count(*) FROM contact WHERE outcome IS NULL;

-- name: overdue_now :value
-- Tickets with a duty of the centre that is overdue.
-- params: now
SELECT count(DISTINCT ticket_id) FROM running_clock WHERE due_at < $1 AND whose = 'centre';

-- name: by_half_hour :many
-- Calls of a time that asked for a person, by the local day and half hour in which they came.
-- params: start, end, zone
SELECT (arrived_at AT TIME ZONE $3::text)::date AS day,
  (extract(hour FROM arrived_at AT TIME ZONE $3::text) * 2 + floor(extract(minute FROM arrived_at AT TIME ZONE $3::text) / 30))::int AS half_hour, count(*) AS n
FROM call WHERE direction = 'in' AND queued_at IS NOT NULL AND arrived_at >= $1 AND arrived_at < $2 GROUP BY 1, 2;

-- name: handling :one
-- Of the calls of a time: how many were answered and the seconds of their talk, how long all waited, and how many gave up.
-- params: start, end
SELECT count(*) FILTER (WHERE answered_at IS NOT NULL AND ended_at IS NOT NULL) AS answered,
  coalesce(sum(extract(epoch FROM ended_at - answered_at)) FILTER (WHERE answered_at IS NOT NULL AND ended_at IS NOT NULL), 0)::float8 AS talked,
  coalesce(sum(extract(epoch FROM coalesce(answered_at, kept_at, ended_at) - queued_at)) FILTER (WHERE queued_at IS NOT NULL
    AND coalesce(answered_at, kept_at, ended_at) IS NOT NULL), 0)::float8 AS waited,
  count(*) FILTER (WHERE ended_why = 'abandoned') AS gave_up
FROM call WHERE direction = 'in' AND arrived_at >= $1 AND arrived_at < $2;

-- name: wrapped_up :value
-- The seconds that operators needed after calls in a time.
-- params: start, end
SELECT coalesce(sum(extract(epoch FROM coalesce(ended_at, $2) - since)), 0)::float8 FROM operator_state
WHERE state = 'wrap_up' AND since >= $1 AND since < $2;

-- name: planned :many
-- Shifts that are planned in a time, by their beginning.
-- params: start, end
SELECT p.id, p.user_id, u.shown_name, p.from_at, p.to_at FROM planned_shift p JOIN app_user u ON u.id = p.user_id
WHERE p.from_at < $2 AND p.to_at > $1 ORDER BY p.from_at, u.shown_name;

-- name: plan :value?
-- A shift is planned; nothing where it would overlap another one of the same operator.
-- params: user_id, from_at, to_at, by_id, now
INSERT INTO planned_shift (user_id, from_at, to_at, by_id, made_at)
SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM planned_shift WHERE user_id = $1 AND from_at < $3 AND to_at > $2) RETURNING id;

-- name: unplan :value?
-- A planned shift that has not begun is taken back.
-- params: ident, now
DELETE FROM planned_shift WHERE id = $1 AND from_at > $2 RETURNING id;

-- name: lock_operator :value?
-- An operator whose shifts are planned, held, so that two plans do not overlap.
-- params: user_id
SELECT id FROM app_user WHERE id = $1 AND role IN ('operator', 'manager') AND NOT builtin AND disabled_at IS NULL FOR NO KEY UPDATE;

-- name: operators :many
-- Whose shifts can be planned.
SELECT id, name, shown_name FROM app_user WHERE role IN ('operator', 'manager') AND NOT builtin AND disabled_at IS NULL ORDER BY shown_name, id;

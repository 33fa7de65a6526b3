-- name: hold_queue :exec
-- Whoever gives calls out does it alone, until the end of the transaction.
-- params: key
SELECT pg_advisory_xact_lock($1);

-- name: waiting_calls :many
-- Calls that wait and ring nowhere, in the order of the queue, held. A kept place whose call was made by hand waits no more (asked so that a place which
-- is kept at this very moment stays in the list: what was written meanwhile is not seen).
-- params: limit
-- null: skill, wanted_id
SELECT c.id, c.carrier, c.skill, c.wanted_id, c.state FROM call c
WHERE c.state IN ('waiting', 'kept') AND NOT EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = c.id AND r.ended_at IS NULL)
  AND (c.state = 'waiting' OR NOT EXISTS (SELECT 1 FROM call_back b WHERE b.contact_id = c.contact_id AND b.done_at IS NOT NULL))
ORDER BY c.arrived_at, c.id LIMIT $1 FOR UPDATE OF c;

-- name: free_operators :many
-- Operators who are ready and whose line is alive, held; `idle_since`: the end of what they last did but wait.
-- params: alive_since
SELECT s.user_id, l.kind AS line, coalesce((SELECT max(x.ended_at) FROM operator_state x WHERE x.user_id = s.user_id AND x.state NOT IN ('ready', 'ringing')),
    s.since) AS idle_since,
  coalesce((SELECT array_agg(k.skill ORDER BY k.skill) FROM operator_skill k WHERE k.user_id = s.user_id), '{}') AS skills
FROM operator_state s JOIN operator_line l ON l.user_id = s.user_id JOIN app_user u ON u.id = s.user_id
WHERE s.ended_at IS NULL AND s.state = 'ready' AND (l.kind = 'phone' OR l.seen_at >= $1) AND u.disabled_at IS NULL
ORDER BY s.user_id FOR UPDATE OF s;

-- name: skills_there :values
-- The skills that somebody at the telephone has, whatever they do now.
SELECT DISTINCT k.skill FROM operator_skill k JOIN operator_state s ON s.user_id = k.user_id AND s.ended_at IS NULL AND s.state <> 'break';

-- name: calls_before :value
-- How many wait before a call.
-- params: call_id
SELECT count(*) FROM call c JOIN call me ON me.id = $1
WHERE c.state IN ('waiting', 'kept') AND (c.arrived_at, c.id) < (me.arrived_at, me.id);

-- name: insert_ring :value
-- An operator's line rings for a call.
-- params: call_id, user_id, now, until
INSERT INTO call_ring (call_id, user_id, at, until) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: open_ring :one?
-- The ring of a call, held.
-- params: call_id
SELECT id, user_id, at, until FROM call_ring WHERE call_id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: prolong_ring :exec
-- A document of the carrier's dials the line until then; it counts as missed later.
-- params: ring, until
UPDATE call_ring SET until = greatest(until, $2) WHERE id = $1 AND ended_at IS NULL;

-- name: end_ring :exec
-- What came of a ring.
-- params: ring, outcome, now
UPDATE call_ring SET ended_at = $3, outcome = $2 WHERE id = $1;

-- name: rings_over :values
-- Calls whose ring has lasted its time.
-- params: now, limit
SELECT call_id FROM call_ring WHERE ended_at IS NULL AND until < $1 ORDER BY until LIMIT $2;

-- name: waited_too_long :values
-- Calls that were queued before a moment and ring nowhere.
-- params: before, limit
SELECT c.id FROM call c WHERE c.state = 'waiting' AND c.queued_at < $1
  AND NOT EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = c.id AND r.ended_at IS NULL) ORDER BY c.arrived_at, c.id LIMIT $2;

-- name: kept_and_done :values
-- Kept places whose call was made by hand.
-- params: limit
SELECT c.id FROM call c JOIN call_back b ON b.contact_id = c.contact_id
WHERE c.state = 'kept' AND b.done_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = c.id AND r.ended_at IS NULL)
ORDER BY c.id LIMIT $1;

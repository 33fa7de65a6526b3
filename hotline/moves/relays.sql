-- name: drop_stale :exec
-- A call that was asked for long ago and never came to an end is over.
-- params: assignment_id, now, until
UPDATE relay_call SET ended_at = $2, status = 'lost' WHERE assignment_id = $1 AND ended_at IS NULL AND asked_at <= $3;

-- name: ask_relay :value?
-- A call through the centre is asked for; one at a time for each department's part.
-- params: ticket_id, assignment_id, department_id, user_id, now
INSERT INTO relay_call (ticket_id, assignment_id, department_id, user_id, asked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING id;

-- name: take_relay :one?
-- The liaison took it; with whom to call.
-- params: relay, call_sid, now
-- null: person_id
WITH r AS (UPDATE relay_call SET taken_at = coalesce(taken_at, $3), call_sid = $2 WHERE id = $1 AND ended_at IS NULL RETURNING ticket_id, assignment_id)
SELECT t.person_id, t.number FROM r JOIN ticket t ON t.id = r.ticket_id JOIN assignment a ON a.id = r.assignment_id WHERE a.ended_at IS NULL;

-- name: ticket_of_relay :value?
-- The ticket of a call that is not over.
-- params: relay
SELECT ticket_id FROM relay_call WHERE id = $1 AND ended_at IS NULL AND taken_at IS NOT NULL;

-- name: end_relay :one?
-- The call to the person ended; once.
-- params: relay, call_sid, status, seconds, now
-- null: taken_at, call_sid, status, key_at, said_sid, ended_at
WITH r AS (UPDATE relay_call SET call_sid = $2, status = $3, seconds = $4, ended_at = $5
  WHERE id = $1 AND ended_at IS NULL AND taken_at IS NOT NULL RETURNING *)
SELECT r.*, t.number FROM r JOIN ticket t ON t.id = r.ticket_id;

-- name: relay_key :exec
-- The person pressed a key: it was no voicemail that took the call.
-- params: relay, now
UPDATE relay_call SET key_at = coalesce(key_at, $2) WHERE id = $1 AND ended_at IS NULL AND taken_at IS NOT NULL;

-- name: relay_said :one?
-- The liaison's spoken word after a short call; once, and at once.
-- params: relay, said_sid, since
-- null: taken_at, call_sid, status, key_at, said_sid, ended_at
-- row: EndRelayRow
UPDATE relay_call r SET said_sid = $2 FROM ticket t
WHERE r.id = $1 AND r.said_sid IS NULL AND r.status IN ('completed', 'answered') AND r.ended_at > $3 AND t.id = r.ticket_id
RETURNING r.*, t.number;

-- name: over_relay :value?
-- The ticket of a call that is over.
-- params: relay
SELECT ticket_id FROM relay_call WHERE id = $1 AND ended_at IS NOT NULL;

-- name: drop_relay :exec
-- The liaison's own telephone was not taken.
-- params: relay, now
UPDATE relay_call SET ended_at = $2, status = 'not_taken' WHERE id = $1 AND ended_at IS NULL AND taken_at IS NULL;

-- name: relay_wanted :value
-- Whether a call is still wanted: asked for lately, and the department still has its part.
-- params: relay, since
SELECT EXISTS (SELECT 1 FROM relay_call r JOIN assignment a ON a.id = r.assignment_id
  WHERE r.id = $1 AND r.ended_at IS NULL AND r.asked_at > $2 AND a.ended_at IS NULL);

-- name: relays_of :many
-- The calls through the centre of some tickets.
-- params: ticket_ids
-- null: taken_at, call_sid, status, key_at, said_sid, ended_at
SELECT r.*, d.code, d.name AS department_name, u.shown_name FROM relay_call r JOIN department d ON d.id = r.department_id JOIN app_user u ON u.id = r.user_id
WHERE r.ticket_id = ANY($1::bigint[]) ORDER BY r.id;

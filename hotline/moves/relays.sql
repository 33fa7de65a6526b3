-- name: drop_stale
-- A call that was asked for long ago and never came to an end is over.
UPDATE relay_call SET ended_at = $2, status = 'lost' WHERE assignment_id = $1 AND ended_at IS NULL AND asked_at <= $3;

-- name: ask_relay
-- A call through the centre is asked for; one at a time for each department's part.
INSERT INTO relay_call (ticket_id, assignment_id, department_id, user_id, asked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING id;

-- name: take_relay
-- The liaison took it; with whom to call.
WITH r AS (UPDATE relay_call SET taken_at = coalesce(taken_at, $3), call_sid = $2 WHERE id = $1 AND ended_at IS NULL RETURNING ticket_id, assignment_id)
SELECT t.person_id, t.number FROM r JOIN ticket t ON t.id = r.ticket_id JOIN assignment a ON a.id = r.assignment_id WHERE a.ended_at IS NULL;

-- name: ticket_of_relay
-- The ticket of a call that is not over.
SELECT ticket_id FROM relay_call WHERE id = $1 AND ended_at IS NULL AND taken_at IS NOT NULL;

-- name: end_relay
-- The call to the person ended; once.
WITH r AS (UPDATE relay_call SET call_sid = $2, status = $3, seconds = $4, ended_at = $5
  WHERE id = $1 AND ended_at IS NULL AND taken_at IS NOT NULL RETURNING *)
SELECT r.*, t.number FROM r JOIN ticket t ON t.id = r.ticket_id;

-- name: relay_key
-- The person pressed a key: it was no voicemail that took the call.
UPDATE relay_call SET key_at = coalesce(key_at, $2) WHERE id = $1 AND ended_at IS NULL AND taken_at IS NOT NULL;

-- name: relay_said
-- The liaison's spoken word after a short call; once, and at once.
UPDATE relay_call r SET said_sid = $2 FROM ticket t
WHERE r.id = $1 AND r.said_sid IS NULL AND r.status IN ('completed', 'answered') AND r.ended_at > $3 AND t.id = r.ticket_id
RETURNING r.*, t.number;

-- name: over_relay
-- The ticket of a call that is over.
SELECT ticket_id FROM relay_call WHERE id = $1 AND ended_at IS NOT NULL;

-- name: drop_relay
-- The liaison's own telephone was not taken.
UPDATE relay_call SET ended_at = $2, status = 'not_taken' WHERE id = $1 AND ended_at IS NULL AND taken_at IS NULL;

-- name: relay_wanted
-- Whether a call is still wanted: asked for lately, and the department still has its part.
SELECT EXISTS (SELECT 1 FROM relay_call r JOIN assignment a ON a.id = r.assignment_id
  WHERE r.id = $1 AND r.ended_at IS NULL AND r.asked_at > $2 AND a.ended_at IS NULL);

-- name: relays_of
-- The calls through the centre of some tickets.
SELECT r.*, d.code, d.name AS department_name, u.shown_name FROM relay_call r JOIN department d ON d.id = r.department_id JOIN app_user u ON u.id = r.user_id
WHERE r.ticket_id = ANY($1::bigint[]) ORDER BY r.id;

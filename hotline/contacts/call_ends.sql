-- name: begin_call :one
-- A call rings; the same delivery twice is the same contact.
-- params: channel, person_id?, call_sid, now
-- null: operator_id, outcome
INSERT INTO contact (channel, person_id, call_sid, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (call_sid) DO UPDATE SET call_sid = excluded.call_sid RETURNING id, operator_id, outcome;

-- name: call_contact :one?
-- The contact of a call, held.
-- params: call_sid
-- null: person_id, operator_id, outcome, code, taken_at, released_at
SELECT id, person_id, operator_id, outcome, code, taken_at, released_at FROM contact WHERE call_sid = $1 FOR UPDATE;

-- name: taken :exec
-- An operator took the call.
-- params: ident, now
UPDATE contact SET taken_at = $2, released_at = NULL WHERE id = $1;

-- name: released :exec
-- The operator who was rung did not take it and is free.
-- params: call_sid, now
UPDATE contact SET released_at = $2 WHERE call_sid = $1 AND taken_at IS NULL AND released_at IS NULL;

-- name: untaken :exec
-- The operator who took the call is gone: it is nobody's.
-- params: call_sid, now
UPDATE contact SET taken_at = NULL, released_at = $2 WHERE call_sid = $1 AND outcome IS NULL;

-- name: person_of_call :value?
-- The person of a call.
-- params: call_sid
SELECT person_id FROM contact WHERE call_sid = $1;

-- name: over :value?
-- The line is closed; whether an operator had taken the call.
-- params: call_sid, now
UPDATE contact SET hung_up_at = coalesce(hung_up_at, $2), released_at = coalesce(released_at, CASE WHEN taken_at IS NULL THEN $2 END)
WHERE call_sid = $1 RETURNING taken_at IS NOT NULL;

-- name: not_owed :values
-- A call that was thought to be missed was taken: nothing is owed for it.
-- params: contact_id, now
UPDATE call_back SET done_at = $2 WHERE contact_id = $1 AND done_at IS NULL AND reason = 'missed' RETURNING id;

-- name: open_again :exec
-- It waits for the operator's end again.
-- params: ident
UPDATE contact SET outcome = NULL, code = NULL, ended_at = NULL WHERE id = $1;

-- name: owe_call_back :one?
-- Somebody owes a call for this contact; once. Words that were left after all are kept.
-- params: contact_id, reason, recording_sid?, now
INSERT INTO call_back (contact_id, reason, recording_sid, asked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (contact_id) DO UPDATE SET recording_sid = coalesce(excluded.recording_sid, call_back.recording_sid),
  reason = CASE WHEN excluded.recording_sid IS NOT NULL AND call_back.reason = 'missed' THEN excluded.reason ELSE call_back.reason END
RETURNING id, (xmax = 0) AS fresh;

-- name: end_call :exec
-- A call ended without an operator: a call-back is owed, or it was dropped by who cannot be called.
-- params: ident, outcome, code?, now
UPDATE contact SET outcome = $2, code = $3, ended_at = $4
WHERE id = $1 AND (outcome IS NULL OR (outcome = 'no_action' AND code = 'dropped' AND taken_at IS NULL));

-- name: lost :many
-- Calls that no operator took and whose end was never said.
-- params: until, limit
SELECT id, call_sid FROM contact WHERE outcome IS NULL AND channel IN ('call', 'webcall') AND call_sid IS NOT NULL AND taken_at IS NULL AND at <= $1
ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: owe_unended :values
-- Calls that an operator took, that are over, and of which nobody said what came of them: a call is owed, with its clock.
-- params: now, until, until_2, limit
INSERT INTO call_back (contact_id, reason, asked_at)
SELECT c.id, 'unended', $1 FROM contact c
WHERE c.outcome IS NULL AND c.channel IN ('call', 'webcall') AND c.taken_at IS NOT NULL AND (c.hung_up_at <= $2 OR c.at <= $3)
  AND NOT EXISTS (SELECT 1 FROM call_back b WHERE b.contact_id = c.id)
ORDER BY c.at LIMIT $4 ON CONFLICT (contact_id) DO NOTHING RETURNING id;

-- name: ring :exec
-- Whose telephone rings for a contact.
-- params: ident, operator_id
UPDATE contact SET operator_id = $2, released_at = NULL WHERE id = $1;

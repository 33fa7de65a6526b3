-- name: insert_party :one
-- Somebody who is, or is asked to come, in a call.
-- row: PartyRow
-- params: call_id, kind, user_id?, department_id?, emergency?, number_enc?, mode, now, joined_at?
-- null: user_id, department_id, emergency, carrier_ref, joined_at, held_at, left_at
INSERT INTO call_party (call_id, kind, user_id, department_id, emergency, number_enc, mode, invited_at, joined_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING id, call_id, kind, user_id, department_id, emergency, carrier_ref, mode, invited_at, joined_at, held_at, left_at;

-- name: parties_of :many
-- Everybody who was asked into a call, in order.
-- row: PartyRow
-- params: call_id
-- null: user_id, department_id, emergency, carrier_ref, joined_at, held_at, left_at
SELECT id, call_id, kind, user_id, department_id, emergency, carrier_ref, mode, invited_at, joined_at, held_at, left_at
FROM call_party WHERE call_id = $1 ORDER BY id;

-- name: call_of_party :value?
-- The call that somebody is in.
-- params: party
SELECT call_id FROM call_party WHERE id = $1;

-- name: party_of_ref :value?
-- Who is connected under this name at the carrier, newest first.
-- params: carrier_ref
SELECT id FROM call_party WHERE carrier_ref = $1 ORDER BY id DESC LIMIT 1;

-- name: number_of_party :value?
-- The number at which somebody is called.
-- params: party
SELECT number_enc FROM call_party WHERE id = $1;

-- name: join_party :exec
-- Somebody is connected.
-- params: party, carrier_ref?, now
UPDATE call_party SET joined_at = coalesce(joined_at, $3), carrier_ref = coalesce($2, carrier_ref) WHERE id = $1;

-- name: hold_party :exec
-- Somebody is on hold from then on, or no more.
-- params: party, at?
UPDATE call_party SET held_at = $2 WHERE id = $1;

-- name: set_party_mode :exec
-- Whom somebody hears and who hears them.
-- params: party, mode
UPDATE call_party SET mode = $2 WHERE id = $1;

-- name: change_party_kind :exec
-- What somebody is in the call from now on.
-- params: party, kind
UPDATE call_party SET kind = $2, mode = 'talk' WHERE id = $1;

-- name: leave_party :exec
-- Somebody is no longer in the call.
-- params: party, now
UPDATE call_party SET left_at = $2, held_at = NULL WHERE id = $1 AND left_at IS NULL;

-- name: never_came :values
-- Who was asked into a call before a moment, and has neither come nor left.
-- params: before, limit
SELECT p.id FROM call_party p WHERE p.joined_at IS NULL AND p.left_at IS NULL AND p.invited_at < $1 ORDER BY p.invited_at LIMIT $2;

-- name: forget_numbers :count
-- Numbers that were called in calls that are over: who they are stands elsewhere.
-- params: before
UPDATE call_party p SET number_enc = NULL FROM call c WHERE c.id = p.call_id AND c.ended_at < $1 AND p.number_enc IS NOT NULL RETURNING p.id;

-- name: party_now_of :value?
-- The call that a user is in now.
-- params: user_id
SELECT call_id FROM call_party WHERE user_id = $1 AND left_at IS NULL;

-- name: department_line :one?
-- A department that may be brought into a call, with its line.
-- params: code
-- null: phone_enc
SELECT id, code, name, phone_enc FROM department WHERE code = $1 AND valid_to IS NULL;

-- name: insert_signal :value?
-- What the browser of one party says to that of another of the same call, while both are in it.
-- params: from_party, to_party, kind, body, now
INSERT INTO call_signal (call_id, from_party, to_party, kind, body, at)
SELECT f.call_id, f.id, t.id, $3, $4, $5 FROM call_party f JOIN call_party t ON t.call_id = f.call_id
WHERE f.id = $1 AND t.id = $2 AND f.left_at IS NULL AND t.left_at IS NULL RETURNING id;

-- name: signals_to :many
-- What was said to a party after a signal, in order.
-- params: to_party, after, limit
SELECT id, from_party, kind, body FROM call_signal WHERE to_party = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: drop_signals :count
-- What browsers said to each other in calls that are over.
-- params: before
DELETE FROM call_signal s USING call c WHERE c.id = s.call_id AND c.ended_at < $1 RETURNING s.id;

-- name: insert_recording :exec
-- A recording begins, unless this take is there.
-- params: call_id, take, kind, media_type, key_enc, now, look_at
INSERT INTO recording (call_id, take, kind, media_type, key_enc, begun_at, last_at, look_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (call_id, take) DO NOTHING;

-- name: take :one?
-- A take of a call.
-- params: call_id, take
-- null: key_enc, closed_at, digest, ms, citizen_levels, operator_levels, silence_ms, talk_over_ms, look_at, erased_at
-- row: RecordingRow
SELECT * FROM recording WHERE call_id = $1 AND take = $2;

-- name: recording :one?
-- A recording.
-- params: recording_id
-- null: key_enc, closed_at, digest, ms, citizen_levels, operator_levels, silence_ms, talk_over_ms, look_at, erased_at
-- row: RecordingRow
SELECT * FROM recording WHERE id = $1;

-- name: open_recording :one?
-- A recording that still takes pieces, locked against being sealed meanwhile.
-- params: recording_id
SELECT id, edition FROM recording WHERE id = $1 AND closed_at IS NULL AND key_enc IS NOT NULL FOR NO KEY UPDATE;

-- name: touch_recording :exec
-- A piece came.
-- params: recording_id, now, look_at
UPDATE recording SET last_at = greatest(last_at, $2), look_at = $3 WHERE id = $1;

-- name: insert_chunk :count
-- A piece of a track, unless one stands at this place.
-- params: recording_id, edition, track, seq, digest, size, ms, citizen_levels?, operator_levels?, now
INSERT INTO recording_chunk (recording_id, edition, track, seq, digest, size, ms, citizen_levels, operator_levels, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING;

-- name: chunk_digest :value?
-- The digest of the piece at a place.
-- params: recording_id, edition, track, seq
SELECT digest FROM recording_chunk WHERE recording_id = $1 AND edition = $2 AND track = $3 AND seq = $4;

-- name: chunks :many
-- The pieces of a recording's edition, track by track, in order.
-- params: recording_id, edition
-- null: citizen_levels, operator_levels
SELECT track, seq, digest, size, ms, citizen_levels, operator_levels FROM recording_chunk
WHERE recording_id = $1 AND edition = $2 ORDER BY track, seq;

-- name: remove_chunks :exec
-- The pieces as they came, after they were sealed.
-- params: recording_id, before
DELETE FROM recording_chunk WHERE recording_id = $1 AND edition < $2;

-- name: close_recording :count
-- A recording is whole: sealed, hashed, measured.
-- params: recording_id, edition, now, digest, ms, citizen_levels?, operator_levels?, silence_ms?, talk_over_ms?
UPDATE recording SET edition = $2, closed_at = $3, digest = $4, ms = $5, citizen_levels = $6, operator_levels = $7, silence_ms = $8,
  talk_over_ms = $9 WHERE id = $1 AND closed_at IS NULL AND key_enc IS NOT NULL;

-- name: speaks_in :value
-- Whether somebody is or was the operator of a call, or the supervisor in it.
-- params: call_id, user_id
SELECT EXISTS (SELECT 1 FROM call WHERE id = $1 AND operator_id = $2)
  OR EXISTS (SELECT 1 FROM call_party WHERE call_id = $1 AND user_id = $2 AND kind IN ('operator', 'supervisor') AND joined_at IS NOT NULL);

-- name: call_known :value
-- Whether there is such a call.
-- params: call_id
SELECT EXISTS (SELECT 1 FROM call WHERE id = $1);

-- name: due :many
-- Recordings to be looked at, the longest due first; each is another's for the next minutes.
-- params: now, lease, limit
-- null: key_enc, closed_at, digest, ms, citizen_levels, operator_levels, silence_ms, talk_over_ms, look_at, erased_at
-- row: RecordingRow
UPDATE recording SET look_at = $2 WHERE id IN
  (SELECT id FROM recording WHERE look_at <= $1 ORDER BY look_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: look_again :exec
-- When a recording is looked at next, unless somebody said so meanwhile; never again where that is nothing.
-- params: recording_id, look_at?, lease
UPDATE recording SET look_at = $2 WHERE id = $1 AND look_at = $3;

-- name: call_ended :value?
-- When the call of a recording was over.
-- params: call_id
SELECT ended_at FROM call WHERE id = $1;

-- name: new_tickets :values
-- The tickets of a recording's call whose record does not know of it yet.
-- params: recording_id
SELECT o.ticket_id FROM recording r JOIN ticket_of_call o ON o.call_id = r.call_id
WHERE r.id = $1 AND NOT EXISTS (SELECT 1 FROM recording_ticket x WHERE x.recording_id = r.id AND x.ticket_id = o.ticket_id) ORDER BY o.ticket_id;

-- name: tie_ticket :count
-- A recording's digest stands in a ticket's record.
-- params: ticket_id, recording_id, now
INSERT INTO recording_ticket (ticket_id, recording_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: sealed_after :many
-- Sealed recordings that are kept, in order, from one on.
-- params: after, limit
-- null: key_enc, closed_at, digest, ms, citizen_levels, operator_levels, silence_ms, talk_over_ms, look_at, erased_at
-- row: RecordingRow
SELECT * FROM recording WHERE id > $1 AND closed_at IS NOT NULL AND key_enc IS NOT NULL ORDER BY id LIMIT $2;

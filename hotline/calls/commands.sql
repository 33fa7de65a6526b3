-- name: insert_command :one
-- The carrier must be told this; every process hears of it when it is committed.
-- params: call_id, party_id?, kind, detail, now, channel
WITH told AS (
  INSERT INTO call_command (call_id, party_id, kind, detail, at, next_at) VALUES ($1, $2, $3, $4, $5, $5) RETURNING id, call_id
) SELECT id, pg_notify($6, call_id::text)::text AS said FROM told;

-- name: claim_command :one?
-- The first of a call's commands that is not done, where it is due: nobody else carries it out until `lease`.
-- params: call_id, now, lease
-- null: party_id
UPDATE call_command SET tries = tries + 1, next_at = $3
WHERE id = (SELECT id FROM call_command WHERE call_id = $1 AND done_at IS NULL ORDER BY id LIMIT 1)
  AND done_at IS NULL AND next_at <= $2
RETURNING id, call_id, party_id, kind, detail, tries, at;

-- name: command_done :exec
-- A command was carried out, or never will be, for a reason.
-- params: ident, now, failed?
UPDATE call_command SET done_at = $2, failed = $3 WHERE id = $1 AND done_at IS NULL;

-- name: command_later :exec
-- A command is tried again later.
-- params: ident, next_at, failed
UPDATE call_command SET next_at = $2, failed = $3 WHERE id = $1 AND done_at IS NULL;

-- name: calls_with_commands :values
-- Calls whose first command that is not done is due.
-- params: now, limit
SELECT call_id FROM (SELECT DISTINCT ON (call_id) call_id, next_at FROM call_command WHERE done_at IS NULL ORDER BY call_id, id) f
WHERE next_at <= $1 ORDER BY next_at LIMIT $2;

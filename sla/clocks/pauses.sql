-- name: insert_pause :value
-- A ticket waits: from, until, how many working days, for whom.
-- params: ticket_id, kind, now, until_at?, days, reason, by_actor
INSERT INTO pause (ticket_id, kind, from_at, until_at, days, reason, by_actor) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: open_pause :one?
-- The pause that a ticket is in.
-- params: ticket_id
-- null: ended_at, until_at
SELECT * FROM pause WHERE ticket_id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: paused_tickets :values
-- Which of these tickets wait.
-- params: ticket_ids
SELECT ticket_id FROM pause WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL;

-- name: end_pause :exec
-- A pause ends; `days` is how many working days it was.
-- params: ident, ended_at?, end_reason, days
UPDATE pause SET ended_at = $2, end_reason = $3, days = $4 WHERE id = $1;

-- name: paused_days :value
-- How many working days a ticket waited for the person already.
-- params: ticket_id
SELECT coalesce(sum(days), 0) FROM pause WHERE ticket_id = $1 AND kind = 'person';

-- name: ended_pauses :many
-- Pauses of some tickets whose end has come.
-- params: ticket_ids, now
-- null: ended_at, until_at
-- row: OpenPauseRow
SELECT * FROM pause WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL AND until_at <= $2 ORDER BY id;

-- name: pauses_of :many
-- The pauses of some tickets.
-- params: ticket_ids
-- null: ended_at, until_at
-- row: OpenPauseRow
SELECT * FROM pause WHERE ticket_id = ANY($1::bigint[]) ORDER BY id;

-- name: heard_since :value
-- Whether the person was heard of after a moment.
-- params: ticket_id, from_at
SELECT EXISTS (SELECT 1 FROM ticket_event WHERE ticket_id = $1 AND at > $2
  AND ((kind = 'added' AND actor = 'person') OR (kind = 'first_contact' AND coalesce(detail::jsonb ->> 'reached', 'true') = 'true')));

-- name: arrive :value
-- Somebody looks at a ticket; whether they did not a moment ago.
-- params: ticket_id, user_id, now, stale
WITH before AS (SELECT seen_at FROM ticket_presence WHERE ticket_id = $1 AND user_id = $2)
INSERT INTO ticket_presence (ticket_id, user_id, seen_at) VALUES ($1, $2, $3)
ON CONFLICT (ticket_id, user_id) DO UPDATE SET seen_at = excluded.seen_at
RETURNING coalesce((SELECT seen_at FROM before) <= $4, true);

-- name: leave :exec
-- Somebody looks elsewhere.
-- params: ticket_id, user_id
DELETE FROM ticket_presence WHERE ticket_id = $1 AND user_id = $2;

-- name: others :values
-- Who else looks at a ticket, by name.
-- params: ticket_id, user_id, stale
SELECT u.shown_name FROM ticket_presence p JOIN app_user u ON u.id = p.user_id
WHERE p.ticket_id = $1 AND p.user_id <> $2 AND p.seen_at > $3 ORDER BY u.shown_name;

-- name: forget :values
-- Pages that have been silent for long.
-- params: before
DELETE FROM ticket_presence WHERE seen_at <= $1 RETURNING user_id;

-- name: claim_pictures :many
-- Pictures that are due, each held by its next time: a process that dies leaves it to the next.
-- params: now, next_at, limit
-- null: payload_enc
WITH due AS (
  SELECT inbound_id, place FROM inbound_picture WHERE done_at IS NULL AND next_at <= $1
  ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE inbound_picture p SET attempts = p.attempts + 1, next_at = $2 FROM due, inbound i
WHERE p.inbound_id = due.inbound_id AND p.place = due.place AND i.id = p.inbound_id
RETURNING p.inbound_id, p.place, p.attempts, i.payload_enc;

-- name: ticket_of_message :value?
-- The ticket to which a message went.
-- params: inbound_id
SELECT c.ticket_id FROM contact c WHERE c.ticket_id IS NOT NULL
  AND (c.inbound_id = $1 OR c.id = (SELECT contact_id FROM contact_part WHERE inbound_id = $1));

-- name: hold_pictures :many
-- The pictures of a message, held, so that what came of them is said once.
-- params: inbound_id
-- null: done_at, why
SELECT place, done_at, why FROM inbound_picture WHERE inbound_id = $1 ORDER BY place FOR UPDATE;

-- name: settle_picture :exec
-- What came of a picture, once.
-- params: inbound_id, place, now, attachment_id?, why?
UPDATE inbound_picture SET done_at = $3, attachment_id = $4, why = $5 WHERE inbound_id = $1 AND place = $2 AND done_at IS NULL RETURNING place;

-- name: later_picture :exec
-- It is tried again.
-- params: inbound_id, place, next_at
UPDATE inbound_picture SET next_at = $3 WHERE inbound_id = $1 AND place = $2 AND done_at IS NULL;

-- name: keep_pictures :exec
-- The pictures of a message, each to be fetched from the carrier.
-- params: inbound_id, number, now
INSERT INTO inbound_picture (inbound_id, place, next_at) SELECT $1, i - 1, $3 FROM generate_series(1, $2::int) AS i ON CONFLICT DO NOTHING;

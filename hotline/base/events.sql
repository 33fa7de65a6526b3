-- name: lock_heads :many
-- Lock tickets in id order and read where their records end.
-- params: idents
SELECT id, event_count, last_event_at, head_hash FROM ticket WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE;

-- name: append_events :exec
-- Insert sealed events and move the heads of their tickets.
-- params: ticket_ids, seqs, times, kinds, actors, details, hashes, idents, seqs_2, times_2, hashs_2
WITH added AS (
  INSERT INTO ticket_event (ticket_id, seq, at, kind, actor, detail, hash)
  SELECT * FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[])
)
UPDATE ticket t SET event_count = h.seq, last_event_at = h.at, head_hash = h.hash
FROM unnest($8::bigint[], $9::int[], $10::timestamptz[], $11::bytea[]) AS h(id, seq, at, hash)
WHERE t.id = h.id;

-- name: insert_event_retry :exec
-- Remember that a subscriber failed on these events.
-- params: ticket_ids, seqs, subscriber, now, error
INSERT INTO event_retry (ticket_id, seq, subscriber, next_at, error)
SELECT e.ticket_id, e.seq, $3, $4, $5 FROM unnest($1::bigint[], $2::int[]) AS e(ticket_id, seq)
ON CONFLICT (ticket_id, seq, subscriber) DO UPDATE SET error = excluded.error;

-- name: claim_event_retries :many
-- Due retries with their events, locked, oldest first; of subscribers that hear in order the first of each ticket.
-- params: now, limit, subscribers
SELECT r.subscriber, e.ticket_id, e.seq, e.at, e.kind, e.actor, e.detail, e.hash
FROM event_retry r JOIN ticket_event e USING (ticket_id, seq)
WHERE r.next_at <= $1 AND NOT (r.subscriber = ANY($3::text[]) AND EXISTS (SELECT 1 FROM event_retry b
  WHERE b.ticket_id = r.ticket_id AND b.subscriber = r.subscriber AND b.seq < r.seq))
ORDER BY r.next_at, r.ticket_id, r.seq LIMIT $2 FOR UPDATE OF r SKIP LOCKED;

-- name: waiting_events :values
-- The tickets of which a subscriber has an event to hear again.
-- params: subscriber, ticket_ids
SELECT DISTINCT ticket_id FROM event_retry WHERE subscriber = $1 AND ticket_id = ANY($2::bigint[]);

-- name: delete_event_retry :exec
-- The subscriber has heard it now.
-- params: ticket_id, seq, subscriber
DELETE FROM event_retry WHERE ticket_id = $1 AND seq = $2 AND subscriber = $3;

-- name: postpone_event_retry :exec
-- Failed again: wait twice as long, an hour at most.
-- params: ticket_id, seq, subscriber, now, error
UPDATE event_retry SET attempts = attempts + 1, error = $5,
  next_at = $4::timestamptz + least(interval '5 seconds' * power(2, attempts), interval '1 hour')
WHERE ticket_id = $1 AND seq = $2 AND subscriber = $3;

-- name: insert_first_events :exec
-- The first events of a batch; their heads came with the tickets.
-- params: ticket_ids, seqs, times, kinds, actors, details, hashes
INSERT INTO ticket_event (ticket_id, seq, at, kind, actor, detail, hash)
SELECT * FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[]);

-- name: last_root :one?
-- The latest root before a day.
-- params: day
SELECT day, last_ticket, root FROM daily_root WHERE day < $1 ORDER BY day DESC LIMIT 1;

-- name: moved_heads :many
-- The heads before $2 of tickets whose records moved since $1, or that are newer than ticket $3 (imported with an earlier time).
-- params: start, until, known
SELECT DISTINCT ON (ticket_id) ticket_id, seq, hash FROM (
  SELECT ticket_id, seq, hash FROM ticket_event WHERE at >= $1 AND at < $2
  UNION ALL
  SELECT ticket_id, seq, hash FROM ticket_event WHERE ticket_id > $3 AND at < $1
) e ORDER BY ticket_id, seq DESC;

-- name: events_in :value
-- How many events came from … to.
-- params: midnight, until
SELECT count(*) FROM ticket_event WHERE at >= $1 AND at < $2;

-- name: insert_root :exec
-- A day is sealed.
-- params: day, tickets, events, last_ticket, heads, root, now
INSERT INTO daily_root (day, tickets, events, last_ticket, heads, root, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: roots_since :many
-- Roots after a day, for the file outside the database.
-- params: last
SELECT day, tickets, events, root FROM daily_root WHERE day > $1 ORDER BY day;

-- name: roots :many
-- All roots in the order of days.
SELECT day, tickets, events, last_ticket, heads, root FROM daily_root ORDER BY day;

-- name: lost_heads :many
-- Of these heads those whose event is not there as it was.
-- params: tickets, seqs, hashes
-- null: number
SELECT h.ticket, h.seq, t.number, e.hash IS NULL AS gone
FROM unnest($1::bigint[], $2::int[], $3::bytea[]) AS h(ticket, seq, hash)
LEFT JOIN ticket_event e ON e.ticket_id = h.ticket AND e.seq = h.seq LEFT JOIN ticket t ON t.id = h.ticket
WHERE e.hash IS DISTINCT FROM h.hash;

-- name: made_at :value
-- When this installation was made: names its file of roots.
SELECT made_at FROM installation;

-- name: borders :values
-- Every $1-th ticket, to share the work out.
-- params: part
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM ticket) t WHERE n % $1 = 0 ORDER BY id;

-- name: heads_between :many
-- The tickets of a part of the record.
-- params: after, until
SELECT id, number, event_count, last_event_at, head_hash FROM ticket WHERE id > $1 AND id <= $2 ORDER BY id;

-- name: events_between :many
-- The events of a part of the record, in order.
-- params: after, until
SELECT ticket_id, seq, at, kind, actor, detail, hash FROM ticket_event WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, seq;

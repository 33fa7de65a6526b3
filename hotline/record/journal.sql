-- name: hold_journal :value
-- Whether the journal is ours to write until the transaction ends; another process has it otherwise.
SELECT pg_try_advisory_xact_lock(18900004);

-- name: newest_page :one?
-- The last page of the journal.
SELECT seq, hash, last_audit, last_ticket FROM journal ORDER BY seq DESC LIMIT 1;

-- name: settled_page :one?
-- The last page that was written by a moment: what is as old as its entries has been committed since.
-- params: until
SELECT seq, last_audit, last_ticket FROM journal WHERE at <= $1 ORDER BY seq DESC LIMIT 1;

-- name: entries_after :many
-- The entries of pages after one.
-- params: seq
SELECT entries FROM journal WHERE seq > $1 ORDER BY seq;

-- name: new_acts :many
-- Administrative acts after one that are not known, oldest first.
-- params: after, known, limit
SELECT id, at, actor, kind, detail::text AS detail FROM audit WHERE id > $1 AND id <> ALL($2::bigint[]) ORDER BY id LIMIT $3;

-- name: new_tickets :many
-- Tickets after one that are not known, with the seal of their first event, oldest first.
-- params: after, known, limit
SELECT t.id, t.number, e.hash FROM ticket t JOIN ticket_event e ON e.ticket_id = t.id AND e.seq = 1
WHERE t.id > $1 AND t.id <> ALL($2::bigint[]) ORDER BY t.id LIMIT $3;

-- name: write_page :exec
-- A page of the journal.
-- params: seq, now, last_audit, last_ticket, entries, hash
INSERT INTO journal (seq, at, last_audit, last_ticket, entries, hash) VALUES ($1, $2, $3, $4, $5, $6);

-- name: pages :many
-- Pages after one, in their order.
-- params: after, limit
SELECT seq, at, last_audit, last_ticket, entries, hash FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2;

-- name: acts_as_they_are :many
-- Administrative acts as they are now.
-- params: ids
SELECT id, at, actor, kind, detail::text AS detail FROM audit WHERE id = ANY($1::bigint[]);

-- name: beginnings :many
-- Tickets as they are now: number and the seal of the first event.
-- params: ids
SELECT t.id, t.number, e.hash FROM ticket t JOIN ticket_event e ON e.ticket_id = t.id AND e.seq = 1 WHERE t.id = ANY($1::bigint[]);

-- name: act_ids :values
-- Administrative acts up to one.
-- params: until
SELECT id FROM audit WHERE id <= $1 ORDER BY id;

-- name: ticket_ids :many
-- Tickets up to one.
-- params: until
SELECT id, number FROM ticket WHERE id <= $1 ORDER BY id;

-- name: insert_requests :exec
-- The requests of the file, once.
-- params: idents, lines, department_ids, opened_times, target_times, closed_times
INSERT INTO replayed (id, line, department_id, opened_at, target_at, closed_at)
SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[]);

-- name: requests :many
-- How far the replay is.
-- null: done_at, ticket_id
SELECT id, department_id, ticket_id, done_at FROM replayed ORDER BY line;

-- name: opened :exec
-- The tickets that requests became.
-- params: idents, tickets
UPDATE replayed r SET ticket_id = n.ticket FROM unnest($1::text[], $2::bigint[]) AS n(id, ticket) WHERE r.id = n.id;

-- name: closed :exec
-- Requests whose closing was replayed.
-- params: idents, times
UPDATE replayed r SET done_at = n.at FROM unnest($1::text[], $2::timestamptz[]) AS n(id, at) WHERE r.id = n.id;

-- name: outcomes :many
-- What became of each request: the clock by which the result was promised. Past due is breached whether a sweep saw it or not.
-- params: end
-- null: stopped_at, breached_at
SELECT r.id, c.due_at, c.stopped_at,
  coalesce(c.breached_at, CASE WHEN c.state = 'running' AND c.due_at < $1 THEN c.due_at END) AS breached_at
FROM replayed r JOIN clock c ON c.ticket_id = r.ticket_id AND c.clock = 'resolve' ORDER BY r.line;

-- name: is_loaded :value
-- Whether the requests of the file are in.
SELECT EXISTS (SELECT 1 FROM replayed);

-- name: try_lock :value?
-- One process replays a file at a time.
-- params: lock
SELECT pg_try_advisory_lock($1);

-- name: database_exists :value
-- Whether a replay of this file was begun.
-- params: datname
SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1);

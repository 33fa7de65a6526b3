-- name: insert_requests
-- The requests of the file, once.
INSERT INTO replayed (id, line, department_id, opened_at, target_at, closed_at)
SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[]);

-- name: requests
-- How far the replay is.
SELECT id, department_id, ticket_id, done_at FROM replayed ORDER BY line;

-- name: opened
-- The tickets that requests became.
UPDATE replayed r SET ticket_id = n.ticket FROM unnest($1::text[], $2::bigint[]) AS n(id, ticket) WHERE r.id = n.id;

-- name: closed
-- Requests whose closing was replayed.
UPDATE replayed r SET done_at = n.at FROM unnest($1::text[], $2::timestamptz[]) AS n(id, at) WHERE r.id = n.id;

-- name: outcomes
-- What became of each request: the clock by which the result was promised. Past due is breached whether a sweep saw it or not.
SELECT r.id, c.due_at, c.stopped_at,
  coalesce(c.breached_at, CASE WHEN c.state = 'running' AND c.due_at < $1 THEN c.due_at END) AS breached_at
FROM replayed r JOIN clock c ON c.ticket_id = r.ticket_id AND c.clock = 'resolve' ORDER BY r.line;

-- name: is_loaded
-- Whether the requests of the file are in.
SELECT EXISTS (SELECT 1 FROM replayed);

-- name: try_lock
-- One process replays a file at a time.
SELECT pg_try_advisory_lock($1);

-- name: database_exists
-- Whether a replay of this file was begun.
SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1);

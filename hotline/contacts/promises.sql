-- name: give_promises :exec
-- What some persons are promised, as it was said; news that was told already is not told again.
-- params: ticket_ids, kinds, languages, sentences, due_times, call_bies, call_withins, safe_by_times, times, news, heard_times
INSERT INTO promise (ticket_id, kind, language, sentence, due_at, call_by, call_within, safe_by, at, news, heard_at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::interval[],
  $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[])
ON CONFLICT (ticket_id, news) WHERE news <> '' DO NOTHING;

-- name: latest_promise :one?
-- The promise that holds for a ticket.
-- params: ticket_id
-- null: due_at, call_by, call_within, safe_by, heard_at
SELECT * FROM promise WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1;

-- name: promises_of :many
-- All promises of some tickets, the oldest first.
-- params: ticket_ids
-- null: due_at, call_by, call_within, safe_by, heard_at
-- row: LatestPromiseRow
SELECT * FROM promise WHERE ticket_id = ANY($1::bigint[]) ORDER BY ticket_id, id;

-- name: promise_heard :exec
-- The person knows of a promise.
-- params: ticket_id, news, now
UPDATE promise SET heard_at = $3 WHERE ticket_id = $1 AND heard_at IS NULL AND ($2 = '' OR news = $2);

-- name: part_kept :one?
-- When the department that has a ticket spoke to the person and made the place safe.
-- params: ticket_id
-- null: contacted_at, safe_at
SELECT contacted_at, safe_at FROM assignment WHERE ticket_id = $1 AND part = 'lead' ORDER BY id DESC LIMIT 1;

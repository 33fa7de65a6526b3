-- name: hold_tries :exec
-- Tries on a number and from a source are judged one after the other, so that many at once do not outrun the count.
-- params: from_bytes
SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k ORDER BY k;

-- name: last_result :one?
-- What the person of a ticket was last told, how and when.
-- params: ticket_id
SELECT text, told_at AS at, via FROM report_back WHERE ticket_id = $1 AND told_at IS NOT NULL ORDER BY told_at DESC, id DESC LIMIT 1;

-- name: end_words :one?
-- What an end other than the archive said.
-- params: ticket_id
-- row: LastResultRow
SELECT n.text, e.at, n.kind AS via FROM note n JOIN ticket_event e ON e.ticket_id = n.ticket_id AND e.seq = n.seq
WHERE n.ticket_id = $1 AND n.kind IN ('answered', 'declined', 'transferred') ORDER BY n.seq DESC LIMIT 1;

-- name: last_news :one?
-- The last interim word that the person was told.
-- params: ticket_id
SELECT n.text, e.at FROM note n JOIN ticket_event e ON e.ticket_id = n.ticket_id AND e.seq = n.seq
WHERE n.ticket_id = $1 AND n.kind = 'interim' AND n.public ORDER BY n.seq DESC LIMIT 1;

-- name: last_rating :one?
-- The rating that counts.
-- params: ticket_id
SELECT score, at FROM rating WHERE ticket_id = $1 AND confirmed ORDER BY id DESC LIMIT 1;

-- name: insert_web_contact :value?
-- A message or request through the page, with its words and how it ended.
-- params: person_id?, ticket_id, outcome, now, text
WITH c AS (
  INSERT INTO contact (channel, person_id, ticket_id, outcome, at, ended_at) VALUES ('web', $1, $2, $3, $4, $4) RETURNING id
), w AS (
  INSERT INTO contact_text (contact_id, text) SELECT id, $5 FROM c WHERE $5 <> ''
) SELECT id FROM c;

-- name: web_contacts :value
-- How often a ticket was written to through the page since a moment.
-- params: ticket_id, since
SELECT count(*) FROM contact WHERE ticket_id = $1 AND channel = 'web' AND outcome IN ('addition', 'ticket', 'rating') AND at > $2;

-- name: open_call_back :value?
-- Whether a call is owed on a ticket.
-- params: ticket_id
SELECT id FROM call_back WHERE ticket_id = $1 AND done_at IS NULL ORDER BY id DESC LIMIT 1;

-- name: ask_call_back :value
-- The person asked to be called.
-- params: contact_id?, ticket_id, now
INSERT INTO call_back (contact_id, ticket_id, reason, asked_at) VALUES ($1, $2, 'asked', $3) RETURNING id;

-- name: forget_misses :count
-- Wrong tries count for an hour; a day later they are forgotten.
-- params: until
DELETE FROM query_miss WHERE at < $1;

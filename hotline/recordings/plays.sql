-- name: shown_recordings :many
-- The recordings of the calls of tickets, and of calls (those without a ticket here), oldest first.
-- params: ticket_ids, call_ids
-- null: ticket_id, closed_at, digest, citizen_levels, operator_levels, silence_ms, talk_over_ms, erased_at, operator_id, operator_name, words
SELECT x.ticket_id, r.id, r.call_id, r.kind, r.media_type, r.begun_at, r.closed_at, r.digest,
  coalesce(r.ms, (SELECT max(s.ms)::int FROM (SELECT sum(h.ms) AS ms FROM recording_chunk h WHERE h.recording_id = r.id GROUP BY h.track) s), 0) AS ms,
  r.citizen_levels, r.operator_levels,
  r.silence_ms, r.talk_over_ms, r.erased_at, k.operator_id, u.shown_name AS operator_name,
  (SELECT count(*) FROM recording_play p WHERE p.recording_id = r.id) AS plays, w.state AS words
FROM (SELECT o.ticket_id, o.call_id FROM ticket_of_call o WHERE o.ticket_id = ANY($1::bigint[])
  UNION ALL SELECT NULL, unnest($2::bigint[])) x
JOIN call k ON k.id = x.call_id JOIN recording r ON r.call_id = k.id LEFT JOIN app_user u ON u.id = k.operator_id
LEFT JOIN transcript w ON w.recording_id = r.id
WHERE EXISTS (SELECT 1 FROM recording_chunk h WHERE h.recording_id = r.id) OR r.erased_at IS NOT NULL ORDER BY r.begun_at, r.id;

-- name: newest_recordings :many
-- Calls that were recorded, newest first: all, or those of an operator.
-- params: before?, operator_id?, limit
SELECT r.id, r.call_id FROM recording r JOIN call k ON k.id = r.call_id
WHERE ($1::bigint IS NULL OR r.id < $1) AND ($2::int IS NULL OR k.operator_id = $2) ORDER BY r.id DESC LIMIT $3;

-- name: calls_of_contacts :many
-- The calls of contacts, as where a voicemail was left.
-- params: contact_ids
SELECT contact_id, id FROM call WHERE contact_id = ANY($1::bigint[]);

-- name: hearing_grounds :one
-- Why somebody may hear a call in which they did not speak: they inspect it, a call is owed to the person.
-- params: call_id, user_id
SELECT
  EXISTS (SELECT 1 FROM inspection_item i JOIN inspector n ON n.user_id = $2 WHERE i.call_id = $1 AND i.user_id <> $2) AS inspects,
  EXISTS (SELECT 1 FROM call k JOIN call_back b ON b.contact_id = k.contact_id WHERE k.id = $1 AND b.done_at IS NULL) AS owed;

-- name: tickets_of_call :many
-- The tickets of a call.
-- params: call_id
SELECT t.id, t.number FROM ticket_of_call o JOIN ticket t ON t.id = o.ticket_id WHERE o.call_id = $1 ORDER BY t.id;

-- name: insert_play :value
-- Somebody listens.
-- params: recording_id, user_id, now
INSERT INTO recording_play (recording_id, user_id, at) VALUES ($1, $2, $3) RETURNING id;

-- name: play_of :value?
-- When somebody pressed play, by the number that they were given.
-- params: play_id, recording_id, user_id
SELECT at FROM recording_play WHERE id = $1 AND recording_id = $2 AND user_id = $3;

-- name: plays_of :many
-- Who listened, newest first.
-- params: recording_id, limit
SELECT p.id, p.at, u.shown_name, u.name FROM recording_play p JOIN app_user u ON u.id = p.user_id WHERE p.recording_id = $1
ORDER BY p.id DESC LIMIT $2;

-- name: insert_further :exec
-- Another matter came up in the call of a contact.
-- params: ticket_id, contact_id
INSERT INTO call_further (ticket_id, call_id) SELECT $1, id FROM call WHERE contact_id = $2 ON CONFLICT DO NOTHING;

-- name: insert_further_of_call_back :exec
-- Another matter came up in the newest call by which an owed call was made.
-- params: ticket_id, call_back_id
INSERT INTO call_further (ticket_id, call_id) SELECT $1, max(id) FROM call WHERE call_back_id = $2 HAVING max(id) IS NOT NULL
ON CONFLICT DO NOTHING;

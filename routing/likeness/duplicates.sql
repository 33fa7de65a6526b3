-- name: to_remember :many
-- Tickets whose words are remembered: no tipoff and nothing confidential.
-- params: idents
SELECT t.id, t.received_at, w.text, w.place FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id
WHERE t.id = ANY($1::bigint[]) AND t.category <> 'tipoff' AND NOT t.confidential
  AND NOT EXISTS (SELECT 1 FROM protection x WHERE x.ticket_id = t.id AND x.lifted_at IS NULL);

-- name: remembered_since :values
-- Tickets since a moment whose words are remembered.
-- params: since
SELECT ticket_id FROM ticket_sketch WHERE at >= $1 ORDER BY ticket_id;

-- name: unread :values
-- Tickets whose signs an earlier program wrote (hotline/migrations/0002): they are read anew from their words.
SELECT ticket_id FROM ticket_sketch WHERE subjects = '{?}' ORDER BY ticket_id;

-- name: put_sketches :exec
-- Signs of the words of tickets, and what they are about; by the moment old ones are left out before any is compared.
-- params: idents, times, bands, subjects, gists
INSERT INTO ticket_sketch (ticket_id, at, bands, subjects, gist)
SELECT n.id, n.at, string_to_array(n.bands, ' ')::int[], string_to_array(n.subjects, ' '), n.gist
FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[]) AS n(id, at, bands, subjects, gist)
ON CONFLICT (ticket_id) DO UPDATE SET at = excluded.at, bands = excluded.bands, subjects = excluded.subjects, gist = excluded.gist;

-- name: put_places :exec
-- Places and subjects of tickets; their places are due to be looked at.
-- params: keys, times, ticket_ids, subjects, due_at
WITH p AS (
  INSERT INTO ticket_place (key, at, ticket_id, subject)
  SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING RETURNING key
)
INSERT INTO topic_due (key, due_at) SELECT DISTINCT key, $5::timestamptz FROM p;

-- name: no_topics :exec
-- Places that were put down at a moment of the past are not looked at for hot topics.
-- params: now
DELETE FROM topic_due WHERE due_at = $1;

-- name: forget_sketches :exec
-- A ticket that became a tipoff, or whose words changed, is forgotten.
-- params: ticket_ids
DELETE FROM ticket_sketch WHERE ticket_id = ANY($1::bigint[]);

-- name: forget_places :exec
-- And its places.
-- params: ticket_ids
DELETE FROM ticket_place WHERE ticket_id = ANY($1::bigint[]);

-- name: forget_topics :exec
-- And its part in hot topics.
-- params: ticket_ids
DELETE FROM hot_topic_ticket WHERE ticket_id = ANY($1::bigint[]);

-- name: candidates :many
-- Tickets that may be the same matter: alike words, the same places, the same person; each once, with what is shown.
-- What was split off this one, what this one was split off, and what was split off with it is another matter.
-- params: bs, keys, person_id?, since, but?
-- null: person_id, department, department_name
WITH near AS (
  (SELECT s.ticket_id FROM ticket_sketch s WHERE s.bands && $1::int[] AND s.at >= $4
   ORDER BY (SELECT count(*) FROM unnest(s.bands) b WHERE b = ANY($1::int[])) DESC, s.ticket_id DESC LIMIT 40)
  UNION
  SELECT p.ticket_id FROM unnest($2::text[]) AS k(key) CROSS JOIN LATERAL (
    SELECT ticket_id FROM ticket_place WHERE key = k.key AND at >= $4 ORDER BY at DESC LIMIT 30) p
  UNION
  (SELECT id FROM ticket WHERE person_id = $3 AND received_at >= $4 ORDER BY id DESC LIMIT 20)
)
SELECT t.id, t.number, t.state, t.category, t.received_at, t.person_id, w.text, w.place, d.code AS department, d.name AS department_name,
  s.subjects, s.gist, ARRAY(SELECT p.key FROM ticket_place p WHERE p.ticket_id = t.id) AS place_keys
FROM near n JOIN ticket t ON t.id = n.ticket_id JOIN ticket_text w ON w.ticket_id = t.id
JOIN ticket_sketch s ON s.ticket_id = t.id LEFT JOIN department d ON d.id = t.department_id
WHERE t.received_at >= $4 AND t.category <> 'tipoff' AND NOT t.confidential AND t.state NOT IN ('merged', 'withdrawn')
  AND ($5::bigint IS NULL OR (t.id <> $5 AND t.after_id IS DISTINCT FROM $5
    AND NOT EXISTS (SELECT 1 FROM ticket me WHERE me.id = $5 AND me.after_id IN (t.id, t.after_id))));

-- name: person_of_phone :value?
-- Whose number this is.
-- params: phone_hash
SELECT id FROM person WHERE phone_hash = $1;

-- name: alike_precedents :many
-- What was decided on tickets with alike words.
-- params: bands
SELECT p.reason, p.source, d.code, d.name, t.number, w.text FROM precedent p
JOIN ticket_sketch s ON s.ticket_id = p.ticket_id AND s.bands && $1::int[]
JOIN ticket t ON t.id = p.ticket_id JOIN ticket_text w ON w.ticket_id = p.ticket_id
JOIN department d ON d.id = p.department_id
WHERE t.category <> 'tipoff' AND d.valid_to IS NULL ORDER BY p.id DESC LIMIT 20;

-- name: ended_dispatches :many
-- The centre's own dispatches as they ended, after rulings, newest first: words and department.
SELECT t.id, w.text, w.place, d.code FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id
JOIN department d ON d.id = t.department_id
WHERE t.category <> 'tipoff' AND NOT t.confidential AND w.text <> '' AND d.valid_to IS NULL
  AND t.state NOT IN ('received', 'returned', 'merged', 'withdrawn') ORDER BY t.id DESC LIMIT 100000;

-- name: put_model :exec
-- A training and what came of it.
-- params: version, now, tickets, held_back, accuracy?, accuracy_before?, kept
INSERT INTO routing_model (version, made_at, tickets, held_back, accuracy, accuracy_before, kept)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING;

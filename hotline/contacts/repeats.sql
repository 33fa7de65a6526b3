-- name: heard :many
-- What persons wrote by SMS since a moment, the latest first, with how many deliveries each contact is made of.
-- params: idents, since
-- null: ticket_id
SELECT c.person_id, c.id, c.at, c.outcome, c.ticket_id, coalesce(w.text, '') AS text,
  1 + (SELECT count(*) FROM contact_part i WHERE i.contact_id = c.id) AS times
FROM unnest($1::bigint[]) AS p(id) CROSS JOIN LATERAL (
  SELECT * FROM contact x WHERE x.person_id = p.id AND x.channel = 'sms' AND x.at >= $2 ORDER BY x.id DESC LIMIT 60
) c LEFT JOIN contact_text w ON w.contact_id = c.id WHERE c.outcome IS NOT NULL ORDER BY c.id DESC;

-- name: marked :many
-- Phones that answer by themselves, with the words that they repeat.
-- params: person_ids
SELECT s.person_id, s.contact_id, coalesce(w.text, '') AS text FROM self_answering s
LEFT JOIN contact_text w ON w.contact_id = s.contact_id WHERE s.person_id = ANY($1::bigint[]) AND s.ended_at IS NULL;

-- name: add_part :exec
-- A delivery is a part of a contact that was there before.
-- params: inbound_id, contact_id, now
INSERT INTO contact_part (inbound_id, contact_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: mark :value?
-- A phone answers by itself.
-- params: person_id, contact_id, now
INSERT INTO self_answering (person_id, contact_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id;

-- name: unmark :exec
-- A person wrote something else.
-- params: person_id, now
UPDATE self_answering SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL;

-- name: set_contact_text :exec
-- The words of a contact with one more part.
-- params: contact_id, text
UPDATE contact_text SET text = $2 WHERE contact_id = $1;

-- name: wrote_lately :values
-- Which persons were sent an SMS since a moment.
-- params: to_hash, since
-- null: person_id
SELECT DISTINCT person_id FROM outbox WHERE to_hash = $1 AND made_at >= $2 LIMIT 1;


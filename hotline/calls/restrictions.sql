-- name: person_of_abuse :one?
-- The person of a call, held, so that one restriction is made at a time.
-- params: call_id
SELECT p.id AS person_id FROM call c JOIN person p ON p.id = c.person_id WHERE c.id = $1 FOR NO KEY UPDATE OF p;

-- name: abusive_calls :values
-- A person's calls since a moment with abuse on record: the warning phrase was said, they were ended after abuse, or their end says so.
-- params: person_id, since
SELECT c.id FROM call c LEFT JOIN contact k ON k.id = c.contact_id
WHERE c.person_id = $1 AND c.arrived_at >= $2 AND (k.code = 'abusive' OR EXISTS (SELECT 1 FROM call_event e WHERE e.call_id = c.id
  AND (e.kind = 'warned' OR (e.kind = 'announced' AND e.detail->>'words' = 'voice_ended_after_abuse')))) ORDER BY c.id;

-- name: often_abusive :many
-- People who are not restricted and had the warning phrase said, or a call ended after abuse, in so many calls since a moment; with their last such call.
-- params: since, calls, now, limit
-- null: phone_enc
SELECT max(c.id) AS call_id, count(DISTINCT c.id) AS calls, p.phone_enc FROM call_event e JOIN call c ON c.id = e.call_id JOIN person p ON p.id = c.person_id
WHERE (e.kind = 'warned' OR (e.kind = 'announced' AND e.detail->>'words' = 'voice_ended_after_abuse')) AND e.at >= $1
  AND NOT EXISTS (SELECT 1 FROM restriction r WHERE r.person_id = p.id AND r.until > $3 AND r.lifted_at IS NULL)
GROUP BY p.id HAVING count(DISTINCT c.id) >= $2 ORDER BY 1 DESC LIMIT $4;

-- name: restriction_of :value?
-- The restriction that a person's voice is under at a moment.
-- params: person_id, now
SELECT id FROM restriction WHERE person_id = $1 AND until > $2 AND lifted_at IS NULL ORDER BY id DESC LIMIT 1;

-- name: insert_restriction :value
-- A person's voice is restricted.
-- params: person_id, calls, reason, by_id, now, until
INSERT INTO restriction (person_id, calls, reason, by_id, at, until) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: locked_restriction :one?
-- A restriction, held.
-- params: restriction
-- null: lifted_at, objected_at, decided_at
SELECT id, person_id, by_id, at, until, lifted_at, objected_at, decided_at FROM restriction WHERE id = $1 FOR UPDATE;

-- name: lift_restriction :exec
-- It ends before its time.
-- params: restriction, by, now
UPDATE restriction SET lifted_at = coalesce(lifted_at, $3), lifted_by = coalesce(lifted_by, $2) WHERE id = $1;

-- name: object_restriction :value?
-- The person objects, once.
-- params: restriction, words, now
UPDATE restriction SET objected_at = $3, objection = $2 WHERE id = $1 AND objected_at IS NULL RETURNING id;

-- name: latest_of_person :value?
-- The latest restriction of a person that began since a moment and was not objected to.
-- params: person_id, since
SELECT id FROM restriction WHERE person_id = $1 AND at >= $2 AND objected_at IS NULL ORDER BY id DESC LIMIT 1;

-- name: decide_restriction :exec
-- Another manager decides the objection.
-- params: restriction, by, upheld, decision, now
UPDATE restriction SET decided_at = $5, decided_by = $2, upheld = $3, decision = $4 WHERE id = $1;

-- name: restrictions :many
-- Restrictions, those with an objection that waits first, then the newest.
-- params: open_only, now, limit
-- null: lifted_at, objected_at, decided_at, decided_by, upheld, phone_enc
SELECT r.id, p.phone_enc, r.calls, r.reason, b.name AS made_by, r.at, r.until, r.lifted_at, r.objected_at, r.objection, r.decided_at, d.name AS decided_by,
  r.upheld, r.decision
FROM restriction r JOIN person p ON p.id = r.person_id JOIN app_user b ON b.id = r.by_id LEFT JOIN app_user d ON d.id = r.decided_by
WHERE NOT $1 OR (r.until > $2 AND r.lifted_at IS NULL) OR (r.objected_at IS NOT NULL AND r.decided_at IS NULL)
ORDER BY (r.objected_at IS NOT NULL AND r.decided_at IS NULL) DESC, r.id DESC LIMIT $3;

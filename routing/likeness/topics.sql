-- name: take_due :values
-- Places where something new was reported, taken to be looked at, passing by what others hold.
-- params: limit
DELETE FROM topic_due WHERE id IN (SELECT id FROM topic_due ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING key;

-- name: reports_at :many
-- What was reported at a place, or of a matter without one, since a moment, newest first: who, about what, in which words.
-- params: key, since
-- null: person_id
SELECT p.at, p.ticket_id, t.person_id, t.number, w.text, w.place, s.gist, s.subjects FROM ticket_place p
JOIN ticket t ON t.id = p.ticket_id JOIN ticket_text w ON w.ticket_id = p.ticket_id JOIN ticket_sketch s ON s.ticket_id = p.ticket_id
WHERE p.key = $1 AND p.at >= $2 AND t.category NOT IN ('tipoff', 'praise') AND NOT t.confidential AND t.state <> 'withdrawn'
ORDER BY p.at DESC LIMIT 400;

-- name: usual :value
-- How many reports of a subject at a place there were in a span before.
-- params: key, subject, since, until
SELECT count(*) FROM ticket_place WHERE key = $1 AND subject = $2 AND at >= $3 AND at < $4;

-- name: put_topic :one?
-- A hot topic is found, or has grown; the id, and whether it is new.
-- params: key, matter, place, words, rule, people, now, last_at
INSERT INTO hot_topic (key, matter, place, words, rule, people, found_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (key, matter) WHERE ended_at IS NULL
DO UPDATE SET words = excluded.words, people = greatest(hot_topic.people, excluded.people), last_at = excluded.last_at
RETURNING id, found_at = $7 AND xmax = 0 AS fresh;

-- name: put_topic_tickets :exec
-- The tickets of a hot topic.
-- params: topic_id, tickets
INSERT INTO hot_topic_ticket (topic_id, ticket_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING;

-- name: sharing :values
-- Topics that are hot now and have one of these tickets, the oldest first: of those with a place, or of those without.
-- params: ticket_ids, is_matter
SELECT DISTINCT h.id FROM hot_topic_ticket x JOIN hot_topic h ON h.id = x.topic_id
WHERE x.ticket_id = ANY($1::bigint[]) AND h.ended_at IS NULL AND (h.rule = 'quarter') = $2 ORDER BY h.id;

-- name: grow_topic :exec
-- A hot topic has new reports.
-- params: home, words, people, newest_at
UPDATE hot_topic SET words = $2, people = greatest(people, $3), last_at = greatest(last_at, $4) WHERE id = $1;

-- name: hand_tickets_on :exec
-- The tickets of topics that turned out to be one go to the first.
-- params: topic_id, topic_ids
INSERT INTO hot_topic_ticket (topic_id, ticket_id) SELECT DISTINCT $1::bigint, ticket_id FROM hot_topic_ticket
WHERE topic_id = ANY($2::bigint[]) ON CONFLICT DO NOTHING;

-- name: join_topics :exec
-- Topics that turned out to be one with an earlier one.
-- params: joined_id, idents, now
UPDATE hot_topic SET ended_at = $3, joined_id = $1 WHERE id = ANY($2::bigint[]);

-- name: end_topics :exec
-- Nothing new for a week, or for 90 days where it has no place: no longer hot.
-- params: now, week_ago, quarter_ago
UPDATE hot_topic SET ended_at = $1 WHERE ended_at IS NULL AND last_at < CASE WHEN rule = 'quarter' THEN $3::timestamptz ELSE $2::timestamptz END;

-- name: topics :many
-- Hot topics, newest first, of those found before a moment.
-- params: cursor?, open, limit
-- null: ended_at, joined_id, numbers
SELECT h.*, (SELECT array_agg(t.number ORDER BY t.id) FROM hot_topic_ticket x JOIN ticket t ON t.id = x.ticket_id
  WHERE x.topic_id = h.id AND t.category <> 'tipoff') AS numbers
FROM hot_topic h WHERE h.joined_id IS NULL AND ($1::bigint IS NULL OR h.id < $1) AND (NOT $2 OR h.ended_at IS NULL) ORDER BY h.id DESC LIMIT $3;

-- name: topics_at :many
-- What is hot now on a subject at some places, or of a matter without one; or has a ticket among its own.
-- params: keys, matters, ticket_id?
SELECT h.id, h.matter, h.place, h.rule, h.people FROM hot_topic h WHERE h.ended_at IS NULL AND (
  (h.matter = ANY($2::text[]) AND (h.key = ANY($1::text[]) OR EXISTS (SELECT 1 FROM hot_topic_ticket x
    JOIN ticket_place p ON p.ticket_id = x.ticket_id WHERE x.topic_id = h.id AND p.key = ANY($1::text[]))))
  OR EXISTS (SELECT 1 FROM hot_topic_ticket x WHERE x.topic_id = h.id AND x.ticket_id = $3)) ORDER BY h.id DESC LIMIT 3;

-- name: attached :many
-- The outages that tickets belong to.
-- params: ticket_ids
-- null: ended_at
SELECT x.ticket_id, o.id, o.matter, o.place, o.text, o.until_at, o.ended_at, d.code AS department, d.name AS department_name
FROM outage_ticket x JOIN outage o ON o.id = x.outage_id JOIN department d ON d.id = o.department_id WHERE x.ticket_id = ANY($1::bigint[]);

-- name: post_outage :value
-- A department posts a known outage.
-- params: department_id, matter, place, text, until_at, posted_by, now
INSERT INTO outage (department_id, matter, place, text, until_at, posted_by, posted_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id;

-- name: change_outage :one?
-- Other words, or another time, for an outage that is not mended yet.
-- params: item?, text, until_at, now, department_id?
-- null: changed_at, reminded_at, ended_at
UPDATE outage SET text = $2, until_at = $3, changed_at = $4, reminded_at = NULL
WHERE id = $1 AND ended_at IS NULL AND ($5::int IS NULL OR department_id = $5) RETURNING *;

-- name: end_outage :one?
-- It is mended.
-- params: item?, now, department_id?
-- null: changed_at, reminded_at, ended_at
-- row: ChangeOutageRow
UPDATE outage SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND ($3::int IS NULL OR department_id = $3) RETURNING *;

-- name: take_overdue_outages :many
-- Outages whose time has come and that nobody ended, asked about once; passing by what others hold.
-- params: now, limit
-- null: changed_at, reminded_at, ended_at
-- row: ChangeOutageRow
UPDATE outage SET reminded_at = $1 WHERE id IN (
  SELECT id FROM outage WHERE ended_at IS NULL AND until_at <= $1 AND reminded_at IS NULL ORDER BY until_at LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING *;

-- name: outages_of :many
-- What is not mended yet, of a department or of all: those whose time has come first.
-- params: department_id?
SELECT o.id, o.matter, o.place, o.text, o.until_at, o.posted_at, d.code AS department, d.name AS department_name,
  (SELECT count(*) FROM outage_ticket x WHERE x.outage_id = o.id) AS tickets
FROM outage o JOIN department d ON d.id = o.department_id
WHERE o.ended_at IS NULL AND ($1::int IS NULL OR o.department_id = $1) ORDER BY o.until_at LIMIT 100;

-- name: attached_of :value?
-- The open ticket of a person that belongs to an outage, the latest.
-- params: outage_id, person_id?
SELECT t.number FROM outage_ticket x JOIN ticket t ON t.id = x.ticket_id
WHERE x.outage_id = $1 AND t.person_id = $2 AND t.state NOT IN ('withdrawn', 'archived') ORDER BY t.id DESC LIMIT 1;

-- name: contact_ended :value?
-- Whether a contact has its end.
-- params: contact
SELECT outcome IS NOT NULL FROM contact WHERE id = $1;

-- name: told_of_outage :values
-- The tickets that belong to an outage, and those merged into them, whose persons wait for news of it.
-- params: outage_id
WITH RECURSIVE x(id) AS (
  SELECT ticket_id FROM outage_ticket WHERE outage_id = $1
  UNION SELECT t.id FROM ticket t JOIN x ON t.parent_id = x.id WHERE t.state = 'merged'
) SELECT t.id FROM x JOIN ticket t ON t.id = x.id
WHERE t.state NOT IN ('withdrawn', 'told', 'followed_up', 'archived') AND t.category <> 'tipoff' ORDER BY t.id;

-- name: open_outages :many
-- Outages that are known now, the latest first.
-- params: now, department_id?
-- row: OutagesOfRow
SELECT o.id, o.matter, o.place, o.text, o.until_at, o.posted_at, d.code AS department, d.name AS department_name,
  (SELECT count(*) FROM outage_ticket x WHERE x.outage_id = o.id) AS tickets
FROM outage o JOIN department d ON d.id = o.department_id
WHERE o.ended_at IS NULL AND o.until_at > $1 AND ($2::int IS NULL OR o.department_id = $2) ORDER BY o.id DESC LIMIT 100;

-- name: outage :one?
-- One outage that is still known.
-- params: outage, now
-- null: changed_at, reminded_at, ended_at
SELECT o.*, d.code AS department, d.name AS department_name FROM outage o JOIN department d ON d.id = o.department_id
WHERE o.id = $1 AND o.ended_at IS NULL AND o.until_at > $2;

-- name: attach_outage :value?
-- A caller's ticket belongs to a known outage.
-- params: ticket_id, outage_id, by_actor, now
INSERT INTO outage_ticket (ticket_id, outage_id, by_actor, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING outage_id;

-- name: newest_form :one
-- The form in force for calls or replies.
-- params: kind
-- row: InspectionFormRow
SELECT kind, version, criteria, made_by, made_at FROM inspection_form WHERE kind = $1 ORDER BY version DESC LIMIT 1;

-- name: form :one
-- A form by its version.
-- params: kind, version
-- row: InspectionFormRow
SELECT kind, version, criteria, made_by, made_at FROM inspection_form WHERE kind = $1 AND version = $2;

-- name: insert_form :value?
-- The next version of a form, unless somebody else made it meanwhile.
-- params: kind, version, criteria, made_by, now
INSERT INTO inspection_form (kind, version, criteria, made_by, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING version;

-- name: call_candidates :many
-- Calls of a time that were talked and recorded, with what says why one would look at them; `new_since`: who came later is new.
-- params: since, until, new_since
SELECT k.id, k.operator_id AS subject, u.made_at >= $3 AS new,
  EXISTS (SELECT 1 FROM ticket_of_call o JOIN ticket t ON t.id = o.ticket_id LEFT JOIN protection p ON p.ticket_id = t.id AND p.lifted_at IS NULL
    WHERE o.call_id = k.id AND (t.category = 'tipoff' OR p.ticket_id IS NOT NULL)) AS tipoff,
  EXISTS (SELECT 1 FROM ticket_of_call o JOIN rating r ON r.ticket_id = o.ticket_id
    WHERE o.call_id = k.id AND r.confirmed AND r.score <= 2) AS low_rating,
  coalesce(s.silence_ms, 0)::int AS silence_ms
FROM call k JOIN app_user u ON u.id = k.operator_id
JOIN LATERAL (SELECT max(r.silence_ms) AS silence_ms, max(r.ms) AS ms FROM recording r
  WHERE r.call_id = k.id AND r.kind = 'talk' AND r.closed_at IS NOT NULL AND r.key_enc IS NOT NULL) s ON s.ms > 0
WHERE k.arrived_at >= $1 AND k.arrived_at < $2 ORDER BY k.id;

-- name: reply_candidates :many
-- Replies of a time that the centre accepted, with what says why one would look at them; not by a unit from which the ticket is hidden.
-- params: since, until
SELECT p.id, a.department_id AS subject,
  EXISTS (SELECT 1 FROM protection x WHERE x.ticket_id = p.ticket_id AND x.lifted_at IS NULL) OR t.category = 'tipoff' AS tipoff,
  EXISTS (SELECT 1 FROM rating r WHERE r.ticket_id = p.ticket_id AND r.confirmed AND r.score <= 2) AS low_rating
FROM reply p JOIN assignment a ON a.id = p.assignment_id JOIN ticket t ON t.id = p.ticket_id
WHERE p.accepted_at >= $1 AND p.accepted_at < $2
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = p.ticket_id AND h.department_id = a.department_id) ORDER BY p.id;

-- name: insert_sample :value?
-- A week's sample, once.
-- params: kind, week, form_version, seed, per_subject, candidates, drawn_by, now
INSERT INTO inspection_sample (kind, week, form_version, seed, per_subject, candidates, drawn_by, drawn_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (kind, week) DO NOTHING RETURNING id;

-- name: insert_items :exec
-- What was drawn.
-- params: sample_id, places, calls, replies, users, departments, strata, inspectors
INSERT INTO inspection_item (sample_id, place, call_id, reply_id, user_id, department_id, stratum, inspectors)
SELECT $1, x.place, x.call_id, x.reply_id, x.user_id, x.department_id, x.stratum, x.inspectors
FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::text[], $8::int[])
  AS x(place, call_id, reply_id, user_id, department_id, stratum, inspectors);

-- name: samples :many
-- Samples, newest first, with how far they are.
-- params: before?, limit
SELECT s.id, s.kind, s.week, s.form_version, s.seed, s.per_subject, s.drawn_by, s.drawn_at, jsonb_array_length(s.candidates) AS candidates,
  count(i.id) AS drawn, count(i.settled_at) AS settled, count(o.item_id) FILTER (WHERE o.decided_at IS NULL) AS objections
FROM inspection_sample s LEFT JOIN inspection_item i ON i.sample_id = s.id LEFT JOIN inspection_objection o ON o.item_id = i.id
WHERE $1::int IS NULL OR s.id < $1 GROUP BY s.id ORDER BY s.id DESC LIMIT $2;

-- name: sample :one?
-- A sample with the candidates from which it was drawn.
-- params: sample_id
-- row: InspectionSampleRow
SELECT id, kind, week, form_version, seed, per_subject, candidates, drawn_by, drawn_at FROM inspection_sample WHERE id = $1;

-- name: items :many
-- Things that were drawn, in the order of the ids.
-- params: item_ids
-- null: call_id, reply_id, user_id, department_id, settled_at, object_until, score, operator_name, department_name, department_name_en, number, ticket_id, objected_at, upheld
-- row: InspectionItemRow
SELECT i.id, i.sample_id, i.call_id, i.reply_id, i.user_id, i.department_id, i.stratum, i.inspectors, i.settled_at, i.object_until, i.score,
  u.shown_name AS operator_name, d.name AS department_name, d.name_en AS department_name_en, t.number, p.ticket_id, s.kind, s.week, s.form_version,
  (SELECT count(*) FROM inspection x WHERE x.item_id = i.id) AS inspected, o.at AS objected_at, o.upheld
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked(id, place) JOIN inspection_item i ON i.id = asked.id
JOIN inspection_sample s ON s.id = i.sample_id LEFT JOIN app_user u ON u.id = i.user_id
LEFT JOIN department d ON d.id = i.department_id LEFT JOIN reply p ON p.id = i.reply_id LEFT JOIN ticket t ON t.id = p.ticket_id
LEFT JOIN inspection_objection o ON o.item_id = i.id ORDER BY asked.place;

-- name: drawn :values
-- What was drawn into a sample, in the order of the drawing.
-- params: sample_id
SELECT id FROM inspection_item WHERE sample_id = $1 ORDER BY place;

-- name: lock_item :one?
-- Something that was drawn, locked.
-- params: item_id
SELECT id FROM inspection_item WHERE id = $1 FOR UPDATE;

-- name: results_of :values
-- What was found of an operator's calls, or of the replies of departments, newest first; nothing of a ticket that is hidden from them.
-- params: user_id?, departments, before?, limit
SELECT i.id FROM inspection_item i LEFT JOIN reply p ON p.id = i.reply_id
WHERE i.settled_at IS NOT NULL AND (i.user_id = $1 OR i.department_id = ANY($2::int[])) AND ($3::bigint IS NULL OR i.id < $3)
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = p.ticket_id AND h.department_id = i.department_id) ORDER BY i.id DESC LIMIT $4;

-- name: to_inspect :values
-- What waits for an inspector who is not inspected by it and has not inspected it, the oldest sample first.
-- params: inspector_id, limit
SELECT i.id FROM inspection_item i
WHERE i.settled_at IS NULL AND i.user_id IS DISTINCT FROM $1
  AND NOT EXISTS (SELECT 1 FROM inspection x WHERE x.item_id = i.id AND x.inspector_id = $1) ORDER BY i.sample_id, i.place LIMIT $2;

-- name: is_drawn :value
-- Whether a week's sample was drawn.
-- params: kind, week
SELECT EXISTS (SELECT 1 FROM inspection_sample WHERE kind = $1 AND week = $2);

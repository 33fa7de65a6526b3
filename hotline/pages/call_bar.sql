-- name: own_call :one?
-- The call in which somebody is, or which rings at their line, with its citizen and its ticket.
-- params: user_id
-- null: contact_id, call_back_id, operator_id, answered_at, phone_enc, flags, number, place
SELECT c.id, c.direction, c.carrier, c.state, c.contact_id, c.call_back_id, c.operator_id, c.arrived_at, c.answered_at, p.phone_enc, p.flags,
  t.number, w.place, EXISTS (SELECT 1 FROM call_event e WHERE e.call_id = c.id AND e.kind = 'warned') AS warned,
  EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = c.id AND r.user_id = $1 AND r.ended_at IS NULL) AS rings
FROM call c LEFT JOIN person p ON p.id = c.person_id LEFT JOIN ticket t ON t.id = c.ticket_id LEFT JOIN ticket_text w ON w.ticket_id = t.id
WHERE c.ended_at IS NULL AND (EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = c.id AND r.user_id = $1 AND r.ended_at IS NULL)
  OR EXISTS (SELECT 1 FROM call_party y WHERE y.call_id = c.id AND y.user_id = $1 AND y.left_at IS NULL))
ORDER BY c.id DESC LIMIT 1;

-- name: people_in :many
-- Who is in a call or is being called for it, by name.
-- params: call_id
-- null: user_id, shown_name, department, emergency, joined_at, held_at
SELECT p.id, p.kind, p.user_id, u.shown_name, d.name AS department, p.emergency, p.mode, p.joined_at, p.held_at
FROM call_party p LEFT JOIN app_user u ON u.id = p.user_id LEFT JOIN department d ON d.id = p.department_id
WHERE p.call_id = $1 AND p.left_at IS NULL ORDER BY p.id;

-- name: contact_of_call :one?
-- The contact of a call, and whether it has its end.
-- params: call_id
-- null: contact_id, call_back_id
SELECT c.contact_id, c.call_back_id, coalesce(k.outcome IS NOT NULL, b.done_at IS NOT NULL, true) AS ended
FROM call c LEFT JOIN contact k ON k.id = c.contact_id LEFT JOIN call_back b ON b.id = c.call_back_id WHERE c.id = $1;

-- name: departments_named :many
-- Departments whose name, code or other name holds a word, with whether the directory has their line.
-- params: word, limit
SELECT d.id, d.code, d.name, d.phone_enc IS NOT NULL AS has_line FROM department d
WHERE d.valid_to IS NULL AND ($1 = lower(d.code) OR position($1 IN lower(d.name)) > 0 OR position($1 IN lower(d.name_en)) > 0
  OR EXISTS (SELECT 1 FROM unnest(d.aliases) a WHERE position($1 IN lower(a)) > 0))
ORDER BY $1 = lower(d.code) DESC, length(d.name), d.code LIMIT $2;

-- name: user_shown :value?
-- How somebody is called.
-- params: user_id
SELECT shown_name FROM app_user WHERE id = $1;

-- name: calls_open :many
-- Calls that go on, the longest waiting first, with who is in them.
-- null: operator, phone_enc, number, answered_at, queued_at
SELECT c.id, c.direction, c.carrier, c.state, c.arrived_at, c.queued_at, c.answered_at, u.shown_name AS operator, p.phone_enc, t.number,
  coalesce((SELECT array_agg(y.kind || ':' || y.mode ORDER BY y.id) FROM call_party y WHERE y.call_id = c.id AND y.left_at IS NULL), '{}') AS people,
  EXISTS (SELECT 1 FROM call_event e WHERE e.call_id = c.id AND e.kind = 'warned') AS warned,
  EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = c.id AND r.ended_at IS NULL) AS rings
FROM call c LEFT JOIN app_user u ON u.id = c.operator_id LEFT JOIN person p ON p.id = c.person_id LEFT JOIN ticket t ON t.id = c.ticket_id
WHERE c.ended_at IS NULL ORDER BY c.arrived_at, c.id LIMIT 60;

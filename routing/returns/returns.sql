-- name: directory :many
-- The directory in force, with who leads and when it began.
-- null: superior
-- row: ReturnsDirectoryRow
SELECT d.id, d.code, d.name, d.name_en, d.kind, d.duties, d.territory, d.discipline, s.code AS superior FROM department d
LEFT JOIN department s ON s.id = d.superior_id WHERE d.valid_to IS NULL ORDER BY d.code;

-- name: had_before :many
-- The departments whose last part in a ticket ended because it was not theirs, with why.
-- params: ticket_id
SELECT code, end_reason FROM (
  SELECT DISTINCT ON (a.department_id) d.code, a.end_reason FROM assignment a JOIN department d ON d.id = a.department_id
  WHERE a.ticket_id = $1 ORDER BY a.department_id, a.id DESC) last
WHERE end_reason IN ('recalled', 'ruled', 'returned');

-- name: insert_precedent :exec
-- A ruling is kept.
-- params: ticket_id, department_id, reason, source, now
INSERT INTO precedent (ticket_id, department_id, reason, source, at) VALUES ($1, $2, $3, $4, $5);

-- name: insert_return :value
-- A department returns a ticket.
-- params: ticket_id, assignment_id, department_id, reason, basis, suggested_id?, late, returned_by, now, facts
INSERT INTO return_case (ticket_id, assignment_id, department_id, reason, basis, suggested_id, late, returned_by, returned_at, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id;

-- name: returned_before :value
-- Whether the department returned this ticket before.
-- params: ticket_id, department_id
SELECT EXISTS (SELECT 1 FROM return_case WHERE ticket_id = $1 AND department_id = $2);

-- name: open_return :one?
-- The return that waits for a ruling.
-- params: ticket_id
-- null: suggested_id, ruled_by, ruled_at, ruled_to, overruled, catalogue_id
SELECT * FROM return_case WHERE ticket_id = $1 AND ruled_at IS NULL FOR UPDATE;

-- name: rule_return :exec
-- The centre names who handles it; `catalogue_id` is the line that named the overruled department that day.
-- params: ident, ruled_by, now, ruled_to, ruling, overruled, catalogue_id?
UPDATE return_case SET ruled_by = $2, ruled_at = $3, ruled_to = $4, ruling = $5, overruled = $6, catalogue_id = $7 WHERE id = $1;

-- name: end_returns :exec
-- Returns of tickets that the centre took back before it ruled: nothing is left to rule on.
-- params: ticket_ids, now
UPDATE return_case SET ruled_by = 'system', ruled_at = $2 WHERE ticket_id = ANY($1::bigint[]) AND ruled_at IS NULL;

-- name: returns_of :many
-- The returns of some tickets, with the names of who returned and who ruled.
-- params: ticket_ids
-- null: suggested_id, ruled_by, ruled_at, ruled_to, overruled, catalogue_id, suggested, suggested_name, ruled_code, ruled_name, matter, returner, ruler
SELECT r.*, d.code, d.name, s.code AS suggested, s.name AS suggested_name, g.code AS ruled_code, g.name AS ruled_name,
  c.matter, b.shown_name AS returner, u.shown_name AS ruler
FROM return_case r JOIN department d ON d.id = r.department_id LEFT JOIN department s ON s.id = r.suggested_id
LEFT JOIN department g ON g.id = r.ruled_to LEFT JOIN catalogue c ON c.id = r.catalogue_id
LEFT JOIN app_user b ON 'user:' || b.id = r.returned_by LEFT JOIN app_user u ON 'user:' || u.id = r.ruled_by
WHERE r.ticket_id = ANY($1::bigint[]) ORDER BY r.id;

-- name: attempts :value
-- How often a department logged that it tried to reach the person, by telephone through the centre or otherwise.
-- params: ticket_id, int_
SELECT count(*) FROM ticket_event WHERE ticket_id = $1 AND kind IN ('first_contact', 'contact_tried')
  AND (detail::jsonb ->> 'department')::int = $2;

-- name: waiting_returns :many
-- Returns that wait for a ruling, the oldest first.
-- null: suggested, suggested_en
SELECT r.ticket_id, t.number, t.urgency, t.category,
  CASE WHEN t.confidential THEN '' ELSE w.place END AS place, CASE WHEN t.confidential THEN '' ELSE w.text END AS text, d.name AS department, d.name_en AS department_en,
  s.name AS suggested, s.name_en AS suggested_en, r.reason, r.late, r.returned_at,
  (SELECT count(*) FROM return_case o WHERE o.ticket_id = r.ticket_id) AS returns
FROM return_case r JOIN ticket t ON t.id = r.ticket_id JOIN department d ON d.id = r.department_id
LEFT JOIN department s ON s.id = r.suggested_id LEFT JOIN ticket_text w ON w.ticket_id = t.id
WHERE r.ruled_at IS NULL AND t.state = 'returned' ORDER BY r.returned_at LIMIT 200;

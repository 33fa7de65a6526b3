-- name: inbox :many
-- The open parts of a department, and of those merged into it, with their tickets, oldest dispatch first; replied ones wait for the centre.
-- params: department_id?, limit
-- null: acknowledged_at, signed_at, contacted_at, safe_at, handler_enc, proposal, sent_back, part_given
SELECT a.id AS assignment, a.part, a.assigned_at, a.acknowledged_at, a.signed_at, a.contacted_at, a.safe_at, a.handler_enc,
  t.id, t.number, t.state, t.category, t.urgency, t.received_at, t.person_id IS NULL AS anonymous,
  CASE WHEN t.confidential THEN '' ELSE w.text END AS text, CASE WHEN t.confidential THEN '' ELSE w.place END AS place,
  p.id AS proposal, (SELECT r.sent_back_at IS NOT NULL FROM reply r WHERE r.ticket_id = t.id AND r.assignment_id = a.id
    ORDER BY r.id DESC LIMIT 1) IS true AS sent_back,
  a.part = 'co' AND EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = t.id AND e.kind = 'co_replied'
    AND e.detail::jsonb ->> 'assignment' = a.id::text AND NOT EXISTS (SELECT 1 FROM ticket_event l
      WHERE l.ticket_id = t.id AND l.seq > e.seq AND l.kind IN ('sent_back', 'reworked'))) AS part_given
FROM assignment a JOIN ticket t ON t.id = a.ticket_id LEFT JOIN handler_text w ON w.ticket_id = t.id
LEFT JOIN reply_proposal p ON p.assignment_id = a.id AND p.decided_at IS NULL
WHERE a.department_id = ANY((SELECT department_line($1))::int[]) AND a.ended_at IS NULL AND t.filed_at IS NULL
  AND t.state NOT IN ('told', 'followed_up')
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = ANY((SELECT department_line($1))::int[]))
ORDER BY a.id LIMIT $2;

-- name: department :one?
-- A department with its settings.
-- params: department_id?
-- row: InboxDepartmentRow
SELECT id, code, name, name_en, leader_reviews FROM department WHERE id = $1;

-- name: became :many
-- What became of a department's parts: how each ended, the ticket's state, the last rating; the newest first.
-- params: department_id?, cursor?, limit
-- null: ended_at, end_reason, outcome, told_at, score, solved
SELECT a.id, a.ticket_id, t.confidential, a.part, a.assigned_at, a.ended_at, a.end_reason, t.number, t.state, t.category, CASE WHEN t.confidential THEN '' ELSE w.place END AS place,
  (SELECT r.outcome FROM reply r WHERE r.ticket_id = t.id AND r.assignment_id = a.id ORDER BY r.id DESC LIMIT 1) AS outcome,
  (SELECT max(b.told_at) FROM report_back b WHERE b.ticket_id = t.id AND b.told_at >= a.assigned_at
    AND (a.ended_at IS NULL OR b.told_at <= a.ended_at)) AS told_at,
  (SELECT s.score FROM rating s WHERE s.ticket_id = t.id AND s.confirmed AND s.at >= a.assigned_at
    AND (a.ended_at IS NULL OR s.at <= a.ended_at) ORDER BY s.id DESC LIMIT 1) AS score,
  (SELECT f.solved FROM follow_up f WHERE f.ticket_id = t.id AND f.reached AND f.at >= a.assigned_at
    AND (a.ended_at IS NULL OR f.at <= a.ended_at) ORDER BY f.id DESC LIMIT 1) AS solved
FROM assignment a JOIN ticket t ON t.id = a.ticket_id LEFT JOIN handler_text w ON w.ticket_id = t.id
WHERE a.department_id = ANY((SELECT department_line($1))::int[]) AND (a.ended_at IS NOT NULL OR t.state IN ('told', 'followed_up')) AND ($2::bigint IS NULL OR a.id < $2)
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = ANY((SELECT department_line($1))::int[]))
ORDER BY a.id DESC LIMIT $3;

-- name: templates :many
-- Reply templates that a department may use: its own first, then the general ones.
-- params: department_id?
-- null: department_id
SELECT id, department_id, title, text FROM reply_template
WHERE (department_id = $1 OR department_id IS NULL) AND ended_at IS NULL ORDER BY department_id NULLS LAST, title, id LIMIT 200;

-- name: add_template :value
-- A department gets a template of its own.
-- params: department_id?, title, text, made_by, now
INSERT INTO reply_template (department_id, title, text, made_by, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: change_template :value?
-- A department's own template says something else.
-- params: item, department_id?, title, text, made_by, now
UPDATE reply_template SET title = $3, text = $4, made_by = $5, made_at = $6
WHERE id = $1 AND department_id IS NOT DISTINCT FROM $2 AND ended_at IS NULL RETURNING id;

-- name: end_template :value?
-- A template is no longer offered.
-- params: item, department_id?, ended_at
UPDATE reply_template SET ended_at = $3 WHERE id = $1 AND department_id IS NOT DISTINCT FROM $2 AND ended_at IS NULL RETURNING id;

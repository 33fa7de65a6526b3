-- name: partings :many
-- Of some tickets, those in which a department and those merged into it have no part any more: what each was when the last one ended.
-- Where nothing was kept (a past ticket that was imported) it is what the end of the part tells. A redaction holds for what was kept too.
-- params: ticket_ids, department_id?
SELECT DISTINCT ON (a.ticket_id) a.ticket_id, a.ended_at AS at,
  coalesce(p.state, CASE a.end_reason WHEN 'returned' THEN 'returned' WHEN 'ruled' THEN 'returned' WHEN 'recalled' THEN 'received' ELSE t.state END) AS state,
  coalesce(p.category, t.category) AS category, coalesce(p.urgency, t.urgency) AS urgency,
  CASE WHEN p.place IS NULL OR r.ticket_id IS NOT NULL THEN w.place ELSE p.place END AS place,
  d.id AS department_id, d.code, d.name, u.id AS owner_id, u.name AS owner_name, u.shown_name AS owner_shown
FROM assignment a JOIN ticket t ON t.id = a.ticket_id LEFT JOIN parting p ON p.assignment_id = a.id
LEFT JOIN handler_text w ON w.ticket_id = t.id LEFT JOIN redaction r ON r.ticket_id = t.id AND r.seq = 0
JOIN department d ON d.id = coalesce(p.department_id, a.department_id) JOIN app_user u ON u.id = coalesce(p.owner_id, t.owner_id)
WHERE a.ticket_id = ANY($1::bigint[]) AND a.department_id = ANY((SELECT department_line($2))::int[]) AND NOT EXISTS (
  SELECT 1 FROM assignment o WHERE o.ticket_id = a.ticket_id AND o.department_id = ANY((SELECT department_line($2))::int[]) AND o.ended_at IS NULL)
ORDER BY a.ticket_id, a.ended_at DESC, a.id DESC;

-- name: end_assignments :many
-- The open assignments of a ticket end, all or those of one part; what the ticket was then is kept for who leaves it.
-- params: ticket?, now, end_reason, part?, assignment?
WITH over AS (UPDATE assignment SET ended_at = $2, end_reason = $3
  WHERE ticket_id = coalesce($1, (SELECT ticket_id FROM assignment WHERE id = $5)) AND ended_at IS NULL AND ($4::text IS NULL OR part = $4) AND ($5::bigint IS NULL OR id = $5) RETURNING *),
kept AS (INSERT INTO parting (assignment_id, ticket_id, state, category, urgency, place, department_id, owner_id)
  SELECT o.id, t.id, CASE WHEN $3 = 'recalled' THEN 'received' WHEN $3 = 'ruled' THEN t.state END, t.category, t.urgency, w.place,
    coalesce(t.department_id, o.department_id), t.owner_id
  FROM over o JOIN ticket t ON t.id = o.ticket_id LEFT JOIN handler_text w ON w.ticket_id = t.id)
SELECT id, department_id, part FROM over;

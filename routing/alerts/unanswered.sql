-- name: unanswered :many
-- Ladders that run: nobody has acknowledged, or for a minute nobody could be paged; the longest first. A return is an answer while its ruling waits.
-- params: limit, now
-- null: last
SELECT t.number, t.confidential, p.urgency, p.started_at, d.name, d.name_en,
  (SELECT count(*) FROM page g WHERE g.assignment_id = p.assignment_id) AS pages,
  (SELECT u.shown_name FROM page g JOIN app_user u ON u.id = g.user_id WHERE g.assignment_id = p.assignment_id ORDER BY g.at DESC, g.step DESC LIMIT 1) AS last
FROM paging p JOIN ticket t ON t.id = p.ticket_id JOIN department d ON d.id = p.department_id JOIN assignment a ON a.id = p.assignment_id
WHERE p.ended_at IS NULL AND NOT (t.state = 'returned' AND a.part = 'lead')
  AND (p.started_at <= $2::timestamptz - interval '1 minute' OR EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id))
ORDER BY p.started_at LIMIT $1;

-- name: offered :many
-- Open tickets whose owner is away, with those that wait longest first. Away: on leave, an account that was closed, or off shift since before a moment.
-- params: now, off_before, limit
-- null: text, place, department_name
SELECT t.id, t.number, t.urgency, t.state, t.category, t.received_at, w.text, w.place, d.name AS department_name, t.owner_id, u.shown_name AS owner
FROM app_user u JOIN ticket t ON t.owner_id = u.id AND t.filed_at IS NULL
LEFT JOIN ticket_text w ON w.ticket_id = t.id LEFT JOIN department d ON d.id = t.department_id
WHERE NOT u.builtin AND (u.disabled_at IS NOT NULL OR EXISTS (SELECT 1 FROM absence a WHERE a.user_id = u.id AND a.ended_at IS NULL AND a.until > $1)
    OR (NOT EXISTS (SELECT 1 FROM shift s WHERE s.user_id = u.id AND s.off_at IS NULL)
      AND (SELECT max(s.off_at) FROM shift s WHERE s.user_id = u.id) <= $2)) ORDER BY t.id LIMIT $3;

-- name: is_offered :value
-- Whether the owner of a ticket is away.
-- params: ticket_id, now, off_before
SELECT EXISTS (SELECT 1 FROM ticket t JOIN app_user u ON u.id = t.owner_id
  WHERE t.id = $1 AND t.filed_at IS NULL AND NOT u.builtin AND (u.disabled_at IS NOT NULL OR EXISTS (SELECT 1 FROM absence a WHERE a.user_id = u.id AND a.ended_at IS NULL AND a.until > $2)
    OR (NOT EXISTS (SELECT 1 FROM shift s WHERE s.user_id = u.id AND s.off_at IS NULL)
      AND (SELECT max(s.off_at) FROM shift s WHERE s.user_id = u.id) <= $3)));

-- name: taken_from :many
-- What others took from somebody who was away, since a moment, the latest first.
-- params: user_id, since
SELECT t.number, u.shown_name AS by_name, n.from_at FROM ownership o
JOIN ownership n ON n.ticket_id = o.ticket_id AND n.from_at = o.to_at AND n.id > o.id AND n.how = 'taken'
JOIN ticket t ON t.id = o.ticket_id JOIN app_user u ON u.id = n.user_id
WHERE o.user_id = $1 AND o.to_at >= $2 AND n.user_id <> $1 ORDER BY o.to_at DESC LIMIT 20;

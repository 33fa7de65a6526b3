-- name: colleagues :many
-- Operators and managers who may be given a ticket; those on shift first.
SELECT u.name, u.shown_name, s.on_at IS NOT NULL AS on_shift FROM app_user u
LEFT JOIN shift s ON s.user_id = u.id AND s.off_at IS NULL
WHERE u.role IN ('operator', 'manager') AND u.disabled_at IS NULL AND NOT u.builtin ORDER BY on_shift DESC, u.shown_name;

-- name: asked_of :many
-- Hand-overs that wait for a receiver's yes.
-- params: to_id
SELECT h.id, t.number, u.shown_name AS from_name, h.reason, h.asked_at FROM hand_over h JOIN ticket t ON t.id = h.ticket_id
JOIN app_user u ON u.id = h.from_id WHERE h.to_id = $1 AND h.accepted_at IS NULL AND h.ended_at IS NULL ORDER BY h.id;

-- name: co_requests_open :many
-- Requests for a co-handler that wait for the centre, the oldest first.
-- params: limit
SELECT c.id, t.number, d.name AS wanted, l.name AS department, c.reason, c.asked_at FROM co_request c
JOIN ticket t ON t.id = c.ticket_id JOIN department d ON d.id = c.department_id
JOIN assignment a ON a.id = c.assignment_id JOIN department l ON l.id = a.department_id
WHERE c.decided_at IS NULL ORDER BY c.id LIMIT $1;

-- name: on_shift :many
-- Who is on shift, since when, what they do at the telephone, and how many open tickets they own.
-- null: state, reason, since
SELECT u.id, u.name, u.shown_name, u.role, s.on_at, o.state, o.reason, o.since,
  (SELECT count(*) FROM ticket t WHERE t.owner_id = u.id AND t.filed_at IS NULL) AS open
FROM shift s JOIN app_user u ON u.id = s.user_id LEFT JOIN operator_state o ON o.user_id = s.user_id AND o.ended_at IS NULL
WHERE s.off_at IS NULL ORDER BY s.on_at;

-- name: open_counts :many
-- How many tickets are in each state and not filed.
SELECT state, count(*) AS n FROM ticket WHERE filed_at IS NULL GROUP BY state ORDER BY state;

-- name: hand_overs_open :many
-- Hand-overs that wait for their receiver.
-- params: limit
SELECT h.id, t.number, f.shown_name AS from_name, u.shown_name AS to_name, h.reason, h.asked_at FROM hand_over h
JOIN ticket t ON t.id = h.ticket_id JOIN app_user u ON u.id = h.to_id JOIN app_user f ON f.id = h.from_id
WHERE h.accepted_at IS NULL AND h.ended_at IS NULL ORDER BY h.id LIMIT $1;

-- name: split_off :values
-- The tickets that were split off one and are not filed, in order: they came with it.
-- params: ticket_id, owner_id
SELECT c.number FROM ticket t JOIN ticket c ON c.after_id = t.id AND c.received_at = t.received_at
WHERE t.id = $1 AND c.owner_id = $2 AND c.filed_at IS NULL ORDER BY c.id;

-- name: opened_since :many
-- The ticket of a call, and those that its operator opened for the same person after it, in order.
-- params: person_id?, owner_id, since, ticket?
-- null: department_name
SELECT t.id, t.number, d.name AS department_name FROM ticket t LEFT JOIN department d ON d.id = t.department_id
WHERE t.received_at >= $3 AND (t.id = $4 OR (t.id > $4 AND t.person_id = $1 AND t.owner_id = $2)) ORDER BY t.id LIMIT 20;

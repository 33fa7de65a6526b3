-- name: swap_of :one?
-- A swap that waits for the other, with its shift; both locked.
-- params: swap
SELECT s.id, s.shift_id, s.from_id, s.to_id, r.department_id, r.user_id, r.rank, r.from_at, r.to_at
FROM roster_swap s JOIN roster_shift r ON r.id = s.shift_id
WHERE s.id = $1 AND s.accepted_at IS NULL AND s.ended_at IS NULL FOR UPDATE OF r, s;

-- name: end_swap :exec
-- The other says no, or it was overtaken.
-- params: swap, now
UPDATE roster_swap SET ended_at = $2 WHERE id = $1;

-- name: lock_person :one?
-- One person of a department, locked: nobody takes two shifts at once.
-- params: user, department_id
SELECT id, shown_name FROM app_user WHERE id = $1 AND department_id = $2 AND disabled_at IS NULL FOR NO KEY UPDATE;

-- name: is_busy :value
-- Whether a person stands on the roster, or is on leave, within a span.
-- params: department_id, user_id, from_at, to_at
SELECT EXISTS (SELECT 1 FROM roster_shift WHERE department_id = $1 AND user_id = $2 AND from_at < $4 AND to_at > $3)
  OR EXISTS (SELECT 1 FROM roster_leave WHERE user_id = $2 AND ended_at IS NULL AND from_at < $4 AND to_at > $3);

-- name: covered :many
-- Spans of all departments in force that somebody with a tested number covers; a department with none once, empty.
-- params: start, end, department?
-- null: user_id, from_at, to_at
SELECT d.id, d.code, d.name, d.name_en, r.user_id, r.from_at, r.to_at FROM department d
LEFT JOIN (roster_shift r JOIN app_user u ON u.id = r.user_id AND u.disabled_at IS NULL
    AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL)
  ON r.department_id = d.id AND r.to_at > $1 AND r.from_at < $2
WHERE d.valid_to IS NULL AND ($3::int IS NULL OR d.id = $3) ORDER BY d.code, r.from_at;

-- name: everyone_on_duty :many
-- The roster at a moment, all departments.
-- params: at, department_id?
SELECT d.code, d.name AS department, r.rank, r.from_at, r.to_at, u.shown_name AS person FROM roster_shift r
JOIN department d ON d.id = r.department_id JOIN app_user u ON u.id = r.user_id
WHERE r.to_at > $1 AND r.from_at <= $1 AND ($2::int IS NULL OR d.id = $2) AND u.disabled_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM roster_leave l WHERE l.user_id = u.id AND l.ended_at IS NULL AND l.to_at > $1 AND l.from_at <= $1)
ORDER BY d.code, array_position(ARRAY['member', 'deputy', 'leader'], r.rank), u.id;

-- name: insert_shifts :exec
-- Shifts of a roster; the same line twice is one.
-- params: department_ids, user_ids, ranks, from_times, to_times
INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at)
SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[])
ON CONFLICT (department_id, user_id, from_at) DO UPDATE SET rank = excluded.rank, to_at = excluded.to_at;

-- name: person_of_department :value?
-- A person of a department by name.
-- params: department_id, shown_name
SELECT id FROM app_user WHERE department_id = $1 AND (shown_name = $2 OR name = $2) AND disabled_at IS NULL;

-- name: shifts_of :many
-- A department's shifts between two moments.
-- params: department_id, begin, end
-- null: swap_id, swap_to
SELECT r.id, r.user_id, r.rank, r.from_at, r.to_at, u.shown_name,
  (SELECT s.id FROM roster_swap s WHERE s.shift_id = r.id AND s.accepted_at IS NULL AND s.ended_at IS NULL) AS swap_id,
  (SELECT s.to_id FROM roster_swap s WHERE s.shift_id = r.id AND s.accepted_at IS NULL AND s.ended_at IS NULL) AS swap_to
FROM roster_shift r JOIN app_user u ON u.id = r.user_id
WHERE r.department_id = $1 AND r.to_at > $2 AND r.from_at < $3 ORDER BY r.from_at, r.rank, u.id;

-- name: shift :one?
-- One shift, locked.
-- params: shift?
-- null: pattern_id
SELECT * FROM roster_shift WHERE id = $1 FOR UPDATE;

-- name: ask_swap :value
-- A swap is asked for.
-- params: shift_id, from_id, to_id, now
INSERT INTO roster_swap (shift_id, from_id, to_id, asked_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: open_swap :value?
-- The swap of a shift that waits for the other.
-- params: shift_id
SELECT id FROM roster_swap WHERE shift_id = $1 AND accepted_at IS NULL AND ended_at IS NULL;

-- name: accept_swap :exec
-- The other says yes, and stands on the roster.
-- params: swap, now
WITH s AS (UPDATE roster_swap SET accepted_at = $2 WHERE id = $1 RETURNING shift_id, to_id)
UPDATE roster_shift r SET user_id = s.to_id FROM s WHERE r.id = s.shift_id;

-- name: leaves_within :many
-- Leave that touches a span, of all departments or of one.
-- params: start, end, department_id?
SELECT l.id, l.user_id, l.from_at, l.to_at, u.shown_name FROM roster_leave l JOIN app_user u ON u.id = l.user_id
WHERE l.ended_at IS NULL AND l.to_at > $1 AND l.from_at < $2 AND ($3::int IS NULL OR u.department_id = $3) ORDER BY l.from_at;

-- name: reach :one?
-- How somebody is reached who has a tested number, and what the other of a swap is called.
-- params: ident, user_id
-- null: phone_enc
SELECT u.phone_enc, u.language, o.shown_name AS other FROM app_user u JOIN app_user o ON o.id = $2
WHERE u.id = $1 AND u.phone_tested_at IS NOT NULL AND u.disabled_at IS NULL;

-- name: swaps_asked :many
-- Swaps that wait for somebody's yes.
-- params: to_id
SELECT s.id, r.from_at, r.to_at, r.rank, u.shown_name FROM roster_swap s JOIN roster_shift r ON r.id = s.shift_id
JOIN app_user u ON u.id = s.from_id WHERE s.to_id = $1 AND s.accepted_at IS NULL AND s.ended_at IS NULL ORDER BY r.from_at;

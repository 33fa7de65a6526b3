-- name: people_of
-- The people of a department, by what they are called.
SELECT id, name, shown_name FROM app_user WHERE department_id = $1 AND disabled_at IS NULL ORDER BY id;

-- name: clear_plan
-- Shifts to come of some departments within a span that a new plan no longer has; those under a swap stay.
DELETE FROM roster_shift r WHERE r.department_id = ANY($1::int[]) AND r.from_at >= $2 AND r.from_at < $3
  AND NOT EXISTS (SELECT 1 FROM unnest($4::int[], $5::int[], $6::timestamptz[]) AS n(department, person, from_at)
    WHERE n.department = r.department_id AND n.person = r.user_id AND n.from_at = r.from_at)
  AND NOT EXISTS (SELECT 1 FROM roster_swap s WHERE s.shift_id = r.id);

-- name: add_shift
-- Somebody is put on the roster.
INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: remove_shift
-- A shift goes, with the swaps that were asked for it.
WITH s AS (DELETE FROM roster_swap WHERE shift_id = $1) DELETE FROM roster_shift WHERE id = $1;

-- name: add_pattern
-- A shift that recurs.
INSERT INTO roster_pattern (department_id, user_id, rank, weekdays, every_weeks, starts, minutes, from_on, until_on, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id;

-- name: pattern
-- One recurring shift that has not ended, locked.
SELECT * FROM roster_pattern WHERE id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: open_patterns
-- Recurring shifts that have not ended: all, or some; of people who are still here.
SELECT p.*, u.shown_name FROM roster_pattern p JOIN app_user u ON u.id = p.user_id AND u.disabled_at IS NULL
WHERE p.ended_at IS NULL AND ($1::int[] IS NULL OR p.id = ANY($1)) ORDER BY p.id;

-- name: patterns_of
-- The recurring shifts of a department.
SELECT p.*, u.shown_name FROM roster_pattern p JOIN app_user u ON u.id = p.user_id
WHERE p.department_id = $1 AND p.ended_at IS NULL ORDER BY p.starts, p.id;

-- name: end_pattern
-- A recurring shift ends.
UPDATE roster_pattern SET ended_at = $2 WHERE id = $1;

-- name: clear_pattern
-- The shifts to come of a recurring shift go, but for those under a swap.
DELETE FROM roster_shift r WHERE r.pattern_id = $1 AND r.from_at > $2
  AND NOT EXISTS (SELECT 1 FROM roster_swap s WHERE s.shift_id = r.id);

-- name: pattern_shifts
-- Shifts of recurring ones; what stands already, or was handed on by a swap, is left as it is.
INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at, pattern_id)
SELECT n.* FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[])
  AS n(department, person, rank, from_at, to_at, pattern)
WHERE NOT EXISTS (SELECT 1 FROM roster_shift r WHERE r.pattern_id = n.pattern AND r.from_at = n.from_at)
ON CONFLICT (department_id, user_id, from_at) DO NOTHING;

-- name: add_leave
-- Somebody is away.
INSERT INTO roster_leave (user_id, from_at, to_at, made_by, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: leave
-- One leave that has not ended, with the department.
SELECT l.*, u.department_id FROM roster_leave l JOIN app_user u ON u.id = l.user_id WHERE l.id = $1 AND l.ended_at IS NULL FOR UPDATE OF l;

-- name: end_leave
-- A leave is taken back.
UPDATE roster_leave SET ended_at = $2 WHERE id = $1;

-- name: people_of_month
-- The people of a department as the month shows them, leaders first.
SELECT id, name, shown_name, leads, phone_enc IS NOT NULL AND phone_tested_at IS NOT NULL AS reachable FROM app_user
WHERE department_id = $1 AND disabled_at IS NULL ORDER BY leads DESC, shown_name, id;

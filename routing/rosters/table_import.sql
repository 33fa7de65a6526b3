-- name: people_of :many
-- The people of a department, by what they are called.
-- params: department_id
SELECT id, name, shown_name FROM app_user WHERE department_id = $1 AND disabled_at IS NULL ORDER BY id;

-- name: lock_departments :exec
-- The departments of a plan, locked in one order: what was shown of their rosters stays true until it is done.
-- params: idents
SELECT id FROM department WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE;

-- name: standing :many
-- The shifts of some departments that touch a span, with their swaps: open or agreed, and who stood there before.
-- params: department_ids, first, last
-- null: from_user
-- row: TableImportStandingRow
SELECT r.id, r.department_id, r.user_id, r.rank, r.from_at, r.to_at, u.shown_name,
  EXISTS (SELECT 1 FROM roster_swap s WHERE s.shift_id = r.id AND (s.accepted_at IS NOT NULL OR s.ended_at IS NULL)) AS swapped,
  (SELECT s.from_id FROM roster_swap s WHERE s.shift_id = r.id AND s.accepted_at IS NOT NULL ORDER BY s.id LIMIT 1) AS from_user
FROM roster_shift r JOIN app_user u ON u.id = r.user_id
WHERE r.department_id = ANY($1::int[]) AND r.to_at > $2 AND r.from_at < $3 ORDER BY r.from_at, r.id;

-- name: names_of :many
-- What people are called who still work here.
-- params: idents
SELECT id, shown_name FROM app_user WHERE id = ANY($1::int[]) AND disabled_at IS NULL;

-- name: drop_swaps :exec
-- Swaps that came to nothing go with their shifts.
-- params: shift_ids
DELETE FROM roster_swap WHERE shift_id = ANY($1::bigint[]);

-- name: drop_shifts :exec
-- Shifts to come that a new plan no longer has.
-- params: idents
DELETE FROM roster_shift WHERE id = ANY($1::bigint[]);

-- name: end_shifts :exec
-- Shifts under way that a new plan no longer has end now.
-- params: idents, now
UPDATE roster_shift SET to_at = $2 WHERE id = ANY($1::bigint[]) AND from_at < $2;

-- name: mark_planned :exec
-- The days that a table planned: recurring shifts made before do not fill them again.
-- params: departments, days, now
INSERT INTO roster_planned (department_id, day, at) SELECT n.*, $3::timestamptz FROM unnest($1::int[], $2::date[]) AS n(department, day)
ON CONFLICT (department_id, day) DO UPDATE SET at = excluded.at;

-- name: add_shift :value
-- Somebody is put on the roster.
-- params: department_id, user_id, rank, from_at, to_at
INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: remove_shift :exec
-- A shift goes, with the swaps that were asked for it.
-- params: shift_id?
WITH s AS (DELETE FROM roster_swap WHERE shift_id = $1) DELETE FROM roster_shift WHERE id = $1;

-- name: add_pattern :value
-- A shift that recurs.
-- params: department_id, user_id, rank, weekdays, every_weeks, starts, minutes, from_on, until_on?, made_by, now
INSERT INTO roster_pattern (department_id, user_id, rank, weekdays, every_weeks, starts, minutes, from_on, until_on, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id;

-- name: pattern :one?
-- One recurring shift that has not ended, locked.
-- params: item?
-- null: until_on, ended_at
SELECT * FROM roster_pattern WHERE id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: open_patterns :many
-- Recurring shifts that have not ended: all, or some; of people who are still here.
-- params: idents?
-- null: until_on, ended_at
SELECT p.*, u.shown_name FROM roster_pattern p JOIN app_user u ON u.id = p.user_id AND u.disabled_at IS NULL
WHERE p.ended_at IS NULL AND ($1::int[] IS NULL OR p.id = ANY($1)) ORDER BY p.id;

-- name: patterns_of :many
-- The recurring shifts of a department.
-- params: department_id
-- null: until_on, ended_at
-- row: OpenPatternsRow
SELECT p.*, u.shown_name FROM roster_pattern p JOIN app_user u ON u.id = p.user_id
WHERE p.department_id = $1 AND p.ended_at IS NULL ORDER BY p.starts, p.id;

-- name: end_pattern :exec
-- A recurring shift ends.
-- params: item?, now
UPDATE roster_pattern SET ended_at = $2 WHERE id = $1;

-- name: clear_pattern :exec
-- The shifts to come of a recurring shift go, but for those under a swap.
-- params: pattern_id?, now
DELETE FROM roster_shift r WHERE r.pattern_id = $1 AND r.from_at > $2
  AND NOT EXISTS (SELECT 1 FROM roster_swap s WHERE s.shift_id = r.id);

-- name: pattern_shifts :exec
-- Shifts of recurring ones; what stands already, was handed on by a swap, or lies on a day that a table planned since, is left as it is.
-- params: departments, persons, ranks, from_times, to_times, patterns, zone
INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at, pattern_id)
SELECT n.* FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[])
  AS n(department, person, rank, from_at, to_at, pattern)
WHERE NOT EXISTS (SELECT 1 FROM roster_shift r WHERE r.pattern_id = n.pattern AND r.from_at = n.from_at)
  AND NOT EXISTS (SELECT 1 FROM roster_planned d JOIN roster_pattern p ON p.id = n.pattern AND p.made_at <= d.at
    WHERE d.department_id = n.department AND d.day = (n.from_at AT TIME ZONE $7)::date)
ON CONFLICT (department_id, user_id, from_at) DO NOTHING;

-- name: add_leave :value
-- Somebody is away.
-- params: user_id, from_at, to_at, made_by, now
INSERT INTO roster_leave (user_id, from_at, to_at, made_by, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: leave :one?
-- One leave that has not ended, with the department.
-- params: item?
-- null: ended_at, department_id
SELECT l.*, u.department_id FROM roster_leave l JOIN app_user u ON u.id = l.user_id WHERE l.id = $1 AND l.ended_at IS NULL FOR UPDATE OF l;

-- name: end_leave :exec
-- A leave is taken back.
-- params: item?, now
UPDATE roster_leave SET ended_at = $2 WHERE id = $1;

-- name: people_of_month :many
-- The people of a department as the month shows them, leaders first.
-- params: department_id
SELECT id, name, shown_name, leads, phone_enc IS NOT NULL AND phone_tested_at IS NOT NULL AS reachable FROM app_user
WHERE department_id = $1 AND disabled_at IS NULL ORDER BY leads DESC, shown_name, id;

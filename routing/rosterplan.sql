-- name: people_of
-- The people of a department, by what they are called.
SELECT id, name, shown_name FROM app_user WHERE department_id = $1 AND disabled_at IS NULL ORDER BY id;

-- name: clear_plan
-- Shifts to come of some departments within a span that a new plan no longer has; those under a swap stay.
DELETE FROM roster_shift r WHERE r.department_id = ANY($1::int[]) AND r.from_at >= $2 AND r.from_at < $3
  AND NOT EXISTS (SELECT 1 FROM unnest($4::int[], $5::int[], $6::timestamptz[]) AS n(department, person, from_at)
    WHERE n.department = r.department_id AND n.person = r.user_id AND n.from_at = r.from_at)
  AND NOT EXISTS (SELECT 1 FROM roster_swap s WHERE s.shift_id = r.id);

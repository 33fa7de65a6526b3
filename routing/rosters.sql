-- name: swap_of
-- A swap that waits for the other, with its shift; both locked.
SELECT s.id, s.shift_id, s.from_id, s.to_id, r.department_id, r.user_id, r.rank, r.from_at, r.to_at
FROM roster_swap s JOIN roster_shift r ON r.id = s.shift_id
WHERE s.id = $1 AND s.accepted_at IS NULL AND s.ended_at IS NULL FOR UPDATE OF r, s;

-- name: end_swap
-- The other says no, or it was overtaken.
UPDATE roster_swap SET ended_at = $2 WHERE id = $1;

-- name: lock_person
-- One person of a department, locked: nobody takes two shifts at once.
SELECT id, shown_name FROM app_user WHERE id = $1 AND department_id = $2 AND disabled_at IS NULL FOR NO KEY UPDATE;

-- name: is_busy
-- Whether a person stands on the roster within a span.
SELECT EXISTS (SELECT 1 FROM roster_shift WHERE department_id = $1 AND user_id = $2 AND from_at < $4 AND to_at > $3);

-- name: covered
-- Spans of all departments in force that somebody with a tested number covers; a department with none once, empty.
SELECT d.id, d.code, d.name, r.from_at, r.to_at FROM department d
LEFT JOIN (roster_shift r JOIN app_user u ON u.id = r.user_id AND u.disabled_at IS NULL
    AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL)
  ON r.department_id = d.id AND r.to_at > $1 AND r.from_at < $2
WHERE d.valid_to IS NULL AND ($3::int IS NULL OR d.id = $3) ORDER BY d.code, r.from_at;

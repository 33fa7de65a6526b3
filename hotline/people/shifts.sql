-- name: shift_on :exec
-- An operator comes to the desk.
-- params: user_id, now
INSERT INTO shift (user_id, on_at) VALUES ($1, $2) ON CONFLICT (user_id) WHERE off_at IS NULL DO NOTHING RETURNING id;

-- name: shift_off :exec
-- An operator leaves the desk.
-- params: user_id, now
UPDATE shift SET off_at = $2 WHERE user_id = $1 AND off_at IS NULL RETURNING id;

-- name: own_shift :one?
-- A user's open shift.
-- params: user_id
SELECT on_at FROM shift WHERE user_id = $1 AND off_at IS NULL;

-- name: is_on_shift :value
-- Whether a user is on shift.
-- params: user_id
SELECT EXISTS (SELECT 1 FROM shift WHERE user_id = $1 AND off_at IS NULL);

-- name: operators_on_shift :values
-- Operators on shift, or only those whose shift began before a moment.
-- params: before?
SELECT s.user_id FROM shift s JOIN app_user u ON u.id = s.user_id
WHERE s.off_at IS NULL AND ($1::timestamptz IS NULL OR s.on_at <= $1) AND u.role = 'operator' AND u.disabled_at IS NULL ORDER BY s.user_id;

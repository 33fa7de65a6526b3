-- name: end_absence :exec
-- Somebody is back, or says another day.
-- params: user_id, now
UPDATE absence SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL RETURNING id;

-- name: insert_absence :value
-- Somebody is on leave.
-- params: user_id, now, until
INSERT INTO absence (user_id, said_at, until) VALUES ($1, $2, $3) RETURNING id;

-- name: absent_until :value?
-- Until when somebody is on leave.
-- params: user_id, now
SELECT until FROM absence WHERE user_id = $1 AND ended_at IS NULL AND until > $2;

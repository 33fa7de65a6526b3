-- name: user_for_login
-- A user by name, with what signing in needs.
SELECT * FROM app_user WHERE lower(name) = lower($1) AND NOT builtin;

-- name: user
-- A user by id.
SELECT * FROM app_user WHERE id = $1;

-- name: failed
-- One more wrong password; from the fifth on the account waits, twice as long each time, an hour at most.
UPDATE app_user SET failures = failures + 1,
  locked_until = CASE WHEN failures + 1 >= 5 THEN $2::timestamptz + least(interval '30 seconds' * power(2, failures - 4), interval '1 hour') END
WHERE id = $1;

-- name: succeeded
-- The right password: earlier failures are forgotten.
UPDATE app_user SET failures = 0, locked_until = NULL WHERE id = $1 AND (failures > 0 OR locked_until IS NOT NULL);

-- name: set_password
-- A new password; `temporary` asks for another at the next sign-in.
UPDATE app_user SET password_hash = $2, password_temporary = $3, failures = 0, locked_until = NULL WHERE id = $1;

-- name: insert_user
-- A new user.
INSERT INTO app_user (name, shown_name, role, department_id, leads, password_hash, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *;

-- name: set_own
-- What users set for themselves.
UPDATE app_user SET shown_name = $2, language = $3 WHERE id = $1;

-- name: set_phone
-- The number of a user; it counts from when it was tested.
UPDATE app_user SET phone_enc = $2, phone_hash = $3, phone_tested_at = $4 WHERE id = $1;

-- name: users_with_phone
-- Who else has this number.
SELECT id, shown_name, phone_tested_at FROM app_user WHERE phone_hash = $1 AND disabled_at IS NULL;

-- name: insert_session
-- A signed-in browser.
INSERT INTO session (token_hash, user_id, data, made_at, seen_at, expires_at, agent) VALUES ($1, $2, $3, $4, $4, $5, $6);

-- name: session
-- An open session with its user.
SELECT s.token_hash, s.data, s.seen_at, u.* FROM session s JOIN app_user u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL;

-- name: touch_session
-- The browser was seen; the session lasts longer.
UPDATE session SET seen_at = $2, expires_at = $3 WHERE token_hash = $1;

-- name: end_session
-- Signed out.
UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL;

-- name: end_sessions
-- A user's sessions end, all but one.
UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL AND token_hash <> $3;

-- name: sessions
-- A user's open sessions.
SELECT encode(token_hash, 'hex') AS id, made_at, seen_at, agent FROM session
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC;

-- name: end_session_of
-- One of a user's own sessions ends.
UPDATE session SET ended_at = $3 WHERE user_id = $1 AND token_hash = $2 AND ended_at IS NULL;

-- name: insert_token
-- An API token, stored hashed.
INSERT INTO api_token (user_id, token_hash, made_at) VALUES ($1, $2, $3) RETURNING id;

-- name: token
-- The user of an API token.
SELECT t.id AS token_id, u.* FROM api_token t JOIN app_user u ON u.id = t.user_id
WHERE t.token_hash = $1 AND t.ended_at IS NULL AND u.disabled_at IS NULL;

-- name: take_key
-- Take an Idempotency-Key; no row where it was answered in the last 24 hours, or is under way since less than its lease ($7).
INSERT INTO idempotency (token_id, method, path, key, body_hash, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (token_id, method, path, key) DO UPDATE SET body_hash = excluded.body_hash, status = NULL, answer = NULL, made_at = excluded.made_at
WHERE idempotency.made_at < excluded.made_at - CASE WHEN idempotency.status IS NULL THEN $7::interval ELSE interval '24 hours' END RETURNING key;

-- name: kept_answer
-- What was answered under a key.
SELECT body_hash, status, answer FROM idempotency WHERE token_id = $1 AND method = $2 AND path = $3 AND key = $4;

-- name: keep_answer
-- Keep the answer under its key.
UPDATE idempotency SET status = $5, answer = $6 WHERE token_id = $1 AND method = $2 AND path = $3 AND key = $4;

-- name: free_key
-- Nothing was done under this key after all.
DELETE FROM idempotency WHERE token_id = $1 AND method = $2 AND path = $3 AND key = $4 AND status IS NULL;

-- name: forget_keys
-- Keys older than 24 hours.
DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency WHERE made_at < $1::timestamptz - interval '24 hours' LIMIT 1000);

-- name: take_form
-- A form is taken; no row where it was taken before (another press waits here until the first has ended).
INSERT INTO form_taken (user_id, mark, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING mark;

-- name: forget_forms
-- Forms taken more than 24 hours ago.
DELETE FROM form_taken WHERE ctid IN (SELECT ctid FROM form_taken WHERE at < $1::timestamptz - interval '24 hours' LIMIT 1000);

-- name: take_press
-- A form is pressed; no row where it was before, or is under way since less than its lease ($3).
INSERT INTO press (mark, at) VALUES ($1, $2) ON CONFLICT (mark) DO UPDATE SET at = excluded.at
WHERE press.location IS NULL AND press.at < excluded.at - $3::interval RETURNING mark;

-- name: pressed
-- Where a press led; empty while it is under way.
SELECT location FROM press WHERE mark = $1;

-- name: keep_press
-- A press had its effect and led there.
UPDATE press SET location = $2 WHERE mark = $1;

-- name: free_press
-- A press had no effect after all.
DELETE FROM press WHERE mark = $1 AND location IS NULL;

-- name: forget_presses
-- Presses of more than 24 hours ago.
DELETE FROM press WHERE ctid IN (SELECT ctid FROM press WHERE at < $1::timestamptz - interval '24 hours' LIMIT 1000);

-- name: shift_on
-- An operator comes to the desk.
INSERT INTO shift (user_id, on_at) VALUES ($1, $2) ON CONFLICT (user_id) WHERE off_at IS NULL DO NOTHING RETURNING id;

-- name: shift_off
-- An operator leaves the desk.
UPDATE shift SET off_at = $2 WHERE user_id = $1 AND off_at IS NULL RETURNING id;

-- name: set_ready
-- Calls may ring, or not.
UPDATE shift SET ready = $2 WHERE user_id = $1 AND off_at IS NULL RETURNING id;

-- name: own_shift
-- A user's open shift.
SELECT on_at, ready FROM shift WHERE user_id = $1 AND off_at IS NULL;

-- name: write_audit
-- An administrative act.
INSERT INTO audit (at, actor, kind, detail) VALUES ($1, $2, $3, $4);

-- name: english_offices
-- What departments are called in English; of two of one name the later.
SELECT name, name_en FROM department WHERE name_en <> '' ORDER BY id;

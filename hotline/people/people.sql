-- name: user_for_login :one?
-- A user by name, with what signing in needs.
-- params: name
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at
SELECT * FROM app_user WHERE lower(name) = lower($1) AND NOT builtin;

-- name: user :one?
-- A user by id.
-- params: user
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at
-- row: UserForLoginRow
SELECT * FROM app_user WHERE id = $1;

-- name: failed :exec
-- One more wrong password; from the fifth on the account waits, twice as long each time, an hour at most.
-- params: ident, now
UPDATE app_user SET failures = failures + 1,
  locked_until = CASE WHEN failures + 1 >= 5 THEN $2::timestamptz + least(interval '30 seconds' * power(2, failures - 4), interval '1 hour') END
WHERE id = $1;

-- name: succeeded :exec
-- The right password: earlier failures are forgotten.
-- params: ident
UPDATE app_user SET failures = 0, locked_until = NULL WHERE id = $1 AND (failures > 0 OR locked_until IS NOT NULL);

-- name: set_password :exec
-- A password that its user chose.
-- params: user_id, password_hash
UPDATE app_user SET password_hash = $2, password_temporary = false, password_until = NULL, failures = 0, locked_until = NULL WHERE id = $1;

-- name: give_password :exec
-- A password that was given: it works once, until then, and must be changed.
-- params: user_id, password_hash, until
UPDATE app_user SET password_hash = $2, password_temporary = true, password_until = $3, failures = 0, locked_until = NULL WHERE id = $1;

-- name: use_given_password :value?
-- A given password is used; nothing where it was used before or its time is over.
-- params: user_id, now
UPDATE app_user SET password_until = $2 WHERE id = $1 AND password_temporary AND (password_until IS NULL OR password_until > $2) RETURNING id;

-- name: device :one?
-- A browser in which a user signed in before.
-- params: token_hash, user_id
-- null: locked_until
SELECT token_hash, locked_until FROM device WHERE token_hash = $1 AND user_id = $2;

-- name: device_failed :exec
-- One more wrong password in a known browser; from the fifth on it waits, twice as long each time, an hour at most.
-- params: token_hash, now
UPDATE device SET failures = failures + 1,
  locked_until = CASE WHEN failures + 1 >= 5 THEN $2::timestamptz + least(interval '30 seconds' * power(2, failures - 4), interval '1 hour') END
WHERE token_hash = $1;

-- name: know_device :exec
-- Somebody signed in here with the right password.
-- params: token_hash, user_id, now
INSERT INTO device (token_hash, user_id, made_at, seen_at) VALUES ($1, $2, $3, $3)
ON CONFLICT (token_hash) DO UPDATE SET user_id = excluded.user_id, seen_at = excluded.seen_at, failures = 0, locked_until = NULL;

-- name: forget_devices :count
-- Browsers in which nobody signed in since then.
-- params: until
DELETE FROM device WHERE ctid IN (SELECT ctid FROM device WHERE seen_at < $1 LIMIT 1000);

-- name: insert_user :one
-- A new user.
-- params: name, shown_name, role, department_id?, leads, password_hash?, now
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at
-- row: UserForLoginRow
INSERT INTO app_user (name, shown_name, role, department_id, leads, password_hash, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *;

-- name: set_own :exec
-- What users set for themselves.
-- params: user_id, shown_name, language
UPDATE app_user SET shown_name = $2, language = $3 WHERE id = $1;

-- name: set_phone :exec
-- The number of a user; it counts from when it was tested.
-- params: user, phone_enc, phone_hash, now?
UPDATE app_user SET phone_enc = $2, phone_hash = $3, phone_tested_at = $4 WHERE id = $1;

-- name: users_with_phone :many
-- Who else has this number.
-- params: phone_hash
-- null: phone_tested_at
SELECT id, shown_name, phone_tested_at FROM app_user WHERE phone_hash = $1 AND disabled_at IS NULL;

-- name: insert_session :exec
-- A signed-in browser.
-- params: token_hash, user_id, data, now, expires_at, agent
INSERT INTO session (token_hash, user_id, data, made_at, seen_at, expires_at, agent) VALUES ($1, $2, $3, $4, $4, $5, $6);

-- name: session :one?
-- An open session with its user.
-- params: token_hash, now
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at
SELECT s.token_hash, s.data, s.seen_at, u.* FROM session s JOIN app_user u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL;

-- name: touch_session :exec
-- The browser was seen; the session ends when it would have.
-- params: token_hash, now
UPDATE session SET seen_at = $2 WHERE token_hash = $1;

-- name: end_session :exec
-- Signed out.
-- params: token_hash, ended_at
UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL;

-- name: end_sessions :exec
-- A user's sessions end, all but one.
-- params: user_id, now, token_hash
UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL AND token_hash <> $3;

-- name: sessions :many
-- A user's open sessions.
-- params: user_id, now_of
-- null: address
SELECT encode(token_hash, 'hex') AS id, made_at, seen_at, agent, data->>'address' AS address FROM session
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC;

-- name: end_session_of :exec
-- One of a user's own sessions ends.
-- params: user_id, token_hash, ended_at
UPDATE session SET ended_at = $3 WHERE user_id = $1 AND token_hash = $2 AND ended_at IS NULL;

-- name: insert_token :value
-- An API token, stored hashed; it may do what its user may, without an end (`limit_token`).
-- params: user_id, token_hash, now
INSERT INTO api_token (user_id, token_hash, made_at) VALUES ($1, $2, $3) RETURNING id;

-- name: limit_token :exec
-- What a token may do, and until when.
-- params: token_id, scope, expires_at?
UPDATE api_token SET scope = $2, expires_at = $3 WHERE id = $1;

-- name: end_tokens :exec
-- All tokens of a user end.
-- params: user_id, now
UPDATE api_token SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL;

-- name: failures_since :one
-- Wrong passwords for an account since a moment, and the last of them.
-- params: actor, since
-- null: last_at
SELECT count(*) AS n, max(at) AS last_at FROM audit WHERE kind = 'sign_in_failed' AND actor = $1 AND at > $2;

-- name: token :one?
-- The user of an API token that has not ended.
-- params: token_hash, now
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at
SELECT t.id AS token_id, t.scope, u.* FROM api_token t JOIN app_user u ON u.id = t.user_id
WHERE t.token_hash = $1 AND t.ended_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND u.disabled_at IS NULL;

-- name: take_key :value?
-- Take an Idempotency-Key; no row where it was answered in the last 24 hours, or is under way since less than its lease ($7).
-- params: token_id, method, path, key, body_hash, made_at, lease
INSERT INTO idempotency (token_id, method, path, key, body_hash, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (token_id, method, path, key) DO UPDATE SET body_hash = excluded.body_hash, status = NULL, answer = NULL, made_at = excluded.made_at
WHERE idempotency.made_at < excluded.made_at - CASE WHEN idempotency.status IS NULL THEN $7::interval ELSE interval '24 hours' END RETURNING key;

-- name: kept_answer :one?
-- What was answered under a key.
-- params: token_id, method, path, key
-- null: status, answer
SELECT body_hash, status, answer FROM idempotency WHERE token_id = $1 AND method = $2 AND path = $3 AND key = $4;

-- name: keep_answer :exec
-- Keep the answer under its key.
-- params: token_id, method, path, key, status, answer
UPDATE idempotency SET status = $5, answer = $6 WHERE token_id = $1 AND method = $2 AND path = $3 AND key = $4;

-- name: free_key :exec
-- Nothing was done under this key after all.
-- params: token_id, method, path, key
DELETE FROM idempotency WHERE token_id = $1 AND method = $2 AND path = $3 AND key = $4 AND status IS NULL;

-- name: forget_keys :count
-- Keys older than 24 hours.
-- params: now
DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency WHERE made_at < $1::timestamptz - interval '24 hours' LIMIT 1000);

-- name: take_form :value?
-- A form is taken; no row where it was taken before (another press waits here until the first has ended).
-- params: user_id, mark, now
INSERT INTO form_taken (user_id, mark, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING mark;

-- name: forget_forms :count
-- Forms taken more than 24 hours ago.
-- params: now
DELETE FROM form_taken WHERE ctid IN (SELECT ctid FROM form_taken WHERE at < $1::timestamptz - interval '24 hours' LIMIT 1000);

-- name: take_press :value?
-- A form is pressed; no row where it was before, or is under way since less than its lease ($3).
-- params: mark, now, lease
INSERT INTO press (mark, at) VALUES ($1, $2) ON CONFLICT (mark) DO UPDATE SET at = excluded.at
WHERE press.location IS NULL AND press.at < excluded.at - $3::interval RETURNING mark;

-- name: pressed :value?
-- Where a press led; empty while it is under way.
-- params: mark
SELECT location FROM press WHERE mark = $1;

-- name: keep_press :exec
-- A press had its effect and led there.
-- params: mark, location
UPDATE press SET location = $2 WHERE mark = $1;

-- name: free_press :exec
-- A press had no effect after all.
-- params: mark
DELETE FROM press WHERE mark = $1 AND location IS NULL;

-- name: forget_presses :count
-- Presses of more than 24 hours ago.
-- params: now
DELETE FROM press WHERE ctid IN (SELECT ctid FROM press WHERE at < $1::timestamptz - interval '24 hours' LIMIT 1000);

-- name: write_audit :exec
-- An administrative act.
-- params: now, actor, kind, detail
INSERT INTO audit (at, actor, kind, detail) VALUES ($1, $2, $3, $4);

-- name: english_offices :many
-- What departments are called in English; of two of one name the later.
SELECT name, name_en FROM department WHERE name_en <> '' ORDER BY id;

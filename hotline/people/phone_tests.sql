-- name: insert_test :value
-- A number is being tested.
-- params: user_id, via, phone_hash?, code_hash, now, expires_at
INSERT INTO phone_test (user_id, via, phone_hash, code_hash, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: end_tests :exec
-- A new number or a new test overtakes what was open.
-- params: user_id, now
UPDATE phone_test SET ended_at = $2 WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL;

-- name: tests_since :value
-- How many tests a user asked for since a moment.
-- params: user_id, since
SELECT count(*) FROM phone_test WHERE user_id = $1 AND asked_at > $2;

-- name: open_test :one?
-- The open test of a user, locked.
-- params: user_id, now
-- null: passed_at, ended_at
SELECT * FROM phone_test WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2 FOR UPDATE;

-- name: test :one?
-- One test that is open, locked.
-- params: test, now
-- null: passed_at, ended_at
-- row: OpenTestRow
SELECT * FROM phone_test WHERE id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2 FOR UPDATE;

-- name: open_tests_of :many
-- The open tests of a number, locked.
-- params: phone_hash, now
-- null: passed_at, ended_at
SELECT t.*, u.language FROM phone_test t JOIN app_user u ON u.id = t.user_id AND u.disabled_at IS NULL
WHERE t.phone_hash = $1 AND t.passed_at IS NULL AND t.ended_at IS NULL AND t.expires_at > $2 ORDER BY t.id FOR UPDATE OF t;

-- name: count_try :exec
-- One more code was typed.
-- params: user_id, now
UPDATE phone_test SET tries = tries + 1 WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2;

-- name: pass_test :exec
-- The code, or the key, was right.
-- params: ident, now
UPDATE phone_test SET passed_at = $2 WHERE id = $1;

-- name: count_phone :value?
-- The number counts from now on, if it is still the user's.
-- params: user_id, phone_hash, now
UPDATE app_user SET phone_tested_at = $3 WHERE id = $1 AND phone_hash = $2 RETURNING id;

-- name: last_test :one?
-- The test that a user waits for, if one is open.
-- params: user_id, now_of
SELECT via, asked_at, expires_at FROM phone_test WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2;

-- name: insert_test
-- A number is being tested.
INSERT INTO phone_test (user_id, via, phone_hash, code_hash, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: end_tests
-- A new number or a new test overtakes what was open.
UPDATE phone_test SET ended_at = $2 WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL;

-- name: tests_since
-- How many tests a user asked for since a moment.
SELECT count(*) FROM phone_test WHERE user_id = $1 AND asked_at > $2;

-- name: open_test
-- The open test of a user, locked.
SELECT * FROM phone_test WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2 FOR UPDATE;

-- name: test
-- One test that is open, locked.
SELECT * FROM phone_test WHERE id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2 FOR UPDATE;

-- name: open_tests_of
-- The open tests of a number, locked.
SELECT t.*, u.language FROM phone_test t JOIN app_user u ON u.id = t.user_id AND u.disabled_at IS NULL
WHERE t.phone_hash = $1 AND t.passed_at IS NULL AND t.ended_at IS NULL AND t.expires_at > $2 ORDER BY t.id FOR UPDATE OF t;

-- name: count_try
-- One more code was typed.
UPDATE phone_test SET tries = tries + 1 WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2;

-- name: pass_test
-- The code, or the key, was right.
UPDATE phone_test SET passed_at = $2 WHERE id = $1;

-- name: count_phone
-- The number counts from now on, if it is still the user's.
UPDATE app_user SET phone_tested_at = $3 WHERE id = $1 AND phone_hash = $2 RETURNING id;

-- name: last_test
-- The test that a user waits for, if one is open.
SELECT via, asked_at, expires_at FROM phone_test WHERE user_id = $1 AND passed_at IS NULL AND ended_at IS NULL AND expires_at > $2;

-- name: users :many
-- Everybody with an account, those who left last.
-- params: role, word, cursor, limit
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at, department_name, department_en, seen_at
SELECT u.*, d.name AS department_name, d.name_en AS department_en,
  (SELECT max(s.seen_at) FROM session s WHERE s.user_id = u.id) AS seen_at,
  (SELECT count(*) FROM api_token t WHERE t.user_id = u.id AND t.ended_at IS NULL) AS tokens
FROM app_user u LEFT JOIN department d ON d.id = u.department_id
WHERE NOT u.builtin AND ($1 = '' OR u.role = $1)
  AND ($2 = '' OR u.name ILIKE '%' || $2 || '%' OR u.shown_name ILIKE '%' || $2 || '%' OR d.name ILIKE '%' || $2 || '%')
  AND ($3 = '' OR lower(u.name) > lower($3)) ORDER BY lower(u.name) LIMIT $4;

-- name: account :one?
-- One account, locked.
-- params: ident
-- null: department_id, password_hash, password_until, locked_until, phone_enc, phone_hash, phone_tested_at, disabled_at, department_name
SELECT u.*, d.name AS department_name FROM app_user u LEFT JOIN department d ON d.id = u.department_id
WHERE u.id = $1 AND NOT u.builtin FOR NO KEY UPDATE OF u;

-- name: tokens :many
-- The open tokens of an account.
-- params: user_id
-- null: expires_at
SELECT id, made_at, scope, expires_at FROM api_token WHERE user_id = $1 AND ended_at IS NULL ORDER BY id;

-- name: end_token :value?
-- A token ends; what it signs in is refused from now on.
-- params: user_id, token, now
UPDATE api_token SET ended_at = $3 WHERE id = $2 AND user_id = $1 AND ended_at IS NULL RETURNING id;

-- name: set_disabled :exec
-- Somebody leaves, or comes back.
-- params: ident, now?
UPDATE app_user SET disabled_at = $2 WHERE id = $1;

-- name: other_admins :value
-- Whether another administrator could still sign in.
-- params: ident
SELECT EXISTS (SELECT 1 FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1);

-- name: open_tickets :value
-- How many open tickets somebody owns.
-- params: owner_id
SELECT count(*) FROM ticket WHERE owner_id = $1 AND filed_at IS NULL;

-- name: departments :many
-- Departments to choose from.
-- row: AdminDepartmentsRow
SELECT code, name, name_en FROM department WHERE valid_to IS NULL ORDER BY code;

-- name: audit :many
-- Administrative acts, the latest first, with the names of who and what they were about.
-- params: query_kind, before?, limit
-- null: shown_name, department, user
SELECT a.id, a.at, a.actor, a.kind, a.detail, u.shown_name,
  (SELECT d.name FROM department d WHERE to_jsonb(d.id) = a.detail -> 'department') AS department,
  (SELECT w.shown_name FROM app_user w WHERE to_jsonb(w.id) = a.detail -> 'user') AS "user"
FROM audit a LEFT JOIN app_user u ON a.actor = 'user:' || u.id
WHERE ($1 = '' OR a.kind = $1) AND ($2::bigint IS NULL OR a.id < $2) ORDER BY a.id DESC LIMIT $3;

-- name: audit_kinds :values
-- What kinds of administrative acts there are.
SELECT DISTINCT kind FROM audit ORDER BY kind;

-- name: showings :many
-- Who was shown what of confidential tickets, the latest first.
-- params: before?, limit
-- null: shown_name
SELECT e.at, e.kind, e.actor, e.detail, e.seq, t.number, u.shown_name FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id
LEFT JOIN app_user u ON e.actor = 'user:' || u.id
WHERE e.kind IN ('shown', 'revealed', 'exported', 'printed', 'played') AND ($1::timestamptz IS NULL OR e.at < $1)
ORDER BY e.at DESC LIMIT $2;

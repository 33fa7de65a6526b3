-- name: end_state :one?
-- What an operator did until now.
-- params: user_id, now
-- null: call_id, until
UPDATE operator_state SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL RETURNING state, reason, call_id, since, until;

-- name: begin_state :value?
-- What an operator does from now on.
-- params: user_id, state, reason, call_id?, now, until?
INSERT INTO operator_state (user_id, state, reason, call_id, since, until) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id) WHERE ended_at IS NULL DO NOTHING RETURNING id;

-- name: state_now :one?
-- What an operator does, held.
-- params: user_id
-- null: call_id, until
SELECT state, reason, call_id, since, until FROM operator_state WHERE user_id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: own_state :one?
-- What an operator does.
-- params: user_id
-- null: call_id, until
SELECT state, reason, call_id, since, until FROM operator_state WHERE user_id = $1 AND ended_at IS NULL;

-- name: at_telephone :many
-- Who is at the telephone, what they do and since when, and where they are rung.
-- null: call_id, until, line, seen_at
SELECT u.id, u.name, u.shown_name, s.state, s.reason, s.call_id, s.since, s.until, l.kind AS line, l.seen_at,
  coalesce((SELECT array_agg(k.skill ORDER BY k.skill) FROM operator_skill k WHERE k.user_id = u.id), '{}') AS skills
FROM operator_state s JOIN app_user u ON u.id = s.user_id LEFT JOIN operator_line l ON l.user_id = u.id
WHERE s.ended_at IS NULL ORDER BY u.shown_name, u.id;

-- name: somebody_answers :value
-- Whether anybody is at the telephone and not on a break.
SELECT EXISTS (SELECT 1 FROM operator_state WHERE ended_at IS NULL AND state <> 'break');

-- name: line_alive :value
-- Whether an operator's line can ring: a browser that was heard since, or a telephone.
-- params: user_id, alive_since
SELECT EXISTS (SELECT 1 FROM operator_line WHERE user_id = $1 AND (kind = 'phone' OR seen_at >= $2));

-- name: take_line :value?
-- Where an operator is rung from now on. A browser that says again that it is there takes the line from another only if that one is silent, or if told to.
-- params: user_id, kind, device, now, alive_since, forced
INSERT INTO operator_line (user_id, kind, device, seen_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id) DO UPDATE SET kind = excluded.kind, device = excluded.device, seen_at = excluded.seen_at
WHERE $6 OR (operator_line.kind, operator_line.device) = (excluded.kind, excluded.device) OR (operator_line.kind = 'browser' AND operator_line.seen_at < $5)
  OR (operator_line.kind = 'phone' AND operator_line.device = '')
RETURNING user_id;

-- name: plain_line :exec
-- An operator whose telephone was tested and who has no browser that is alive is rung there.
-- params: user_id, now, alive_since
INSERT INTO operator_line (user_id, kind, seen_at) SELECT id, 'phone', $2 FROM app_user WHERE id = $1 AND phone_enc IS NOT NULL AND phone_tested_at IS NOT NULL
ON CONFLICT (user_id) DO UPDATE SET kind = 'phone', device = '', seen_at = excluded.seen_at
WHERE operator_line.kind = 'browser' AND operator_line.seen_at < $3 RETURNING user_id;

-- name: line_of_user :one?
-- Where an operator is rung.
-- params: user_id
-- null: phone_enc
SELECT l.kind, l.device, l.seen_at, u.phone_enc FROM operator_line l JOIN app_user u ON u.id = l.user_id WHERE l.user_id = $1;

-- name: states_over :many
-- Wrap-up and recovery that have lasted their time, held.
-- params: now, limit
SELECT user_id, state, reason FROM operator_state WHERE ended_at IS NULL AND until <= $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: silent_lines :many
-- Operators whose browser has been silent since before a moment, and who are ready, ringing or in a call.
-- params: before, limit
-- null: call_id
SELECT s.user_id, s.state, s.call_id FROM operator_state s JOIN operator_line l ON l.user_id = s.user_id
WHERE s.ended_at IS NULL AND s.state IN ('ready', 'ringing', 'talking', 'holding') AND l.kind = 'browser' AND l.seen_at < $1 ORDER BY l.seen_at LIMIT $2;

-- name: without_shift :values
-- Operators who are at the telephone and not on shift, and talk with nobody.
-- params: limit
SELECT s.user_id FROM operator_state s WHERE s.ended_at IS NULL AND s.state IN ('ready', 'wrap_up', 'break')
  AND NOT EXISTS (SELECT 1 FROM shift x WHERE x.user_id = s.user_id AND x.off_at IS NULL) ORDER BY s.user_id LIMIT $1;

-- name: drop_skills :exec
-- What an operator can, forgotten before it is said anew.
-- params: user_id
DELETE FROM operator_skill WHERE user_id = $1 RETURNING user_id;

-- name: insert_skills :exec
-- What an operator can.
-- params: user_id, skills
INSERT INTO operator_skill (user_id, skill) SELECT $1, unnest($2::text[]) RETURNING user_id;

-- name: operator_named :value?
-- The operator or manager with this sign-in name.
-- params: name
SELECT id FROM app_user WHERE lower(name) = lower($1) AND role IN ('operator', 'manager') AND disabled_at IS NULL;

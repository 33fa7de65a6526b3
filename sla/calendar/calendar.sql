-- name: day :value?
-- Whether a day is worked, where that is not what its weekday says.
-- params: day
SELECT working FROM calendar_day WHERE day = $1;

-- name: has_days :value
-- Whether any year is known.
SELECT EXISTS (SELECT 1 FROM calendar_day);

-- name: keep_day :exec
-- What a day was before it is edited.
-- params: now, day, working?
INSERT INTO calendar_change (at, day, working) VALUES ($1, $2, $3);

-- name: keep_days :exec
-- Days that were as their weekday says until they were published.
-- params: now, new
INSERT INTO calendar_change (at, day) SELECT $1, unnest($2::date[]);

-- name: keep_hours :exec
-- The office hours before they are written anew.
-- params: now, hours
INSERT INTO calendar_change (at, hours) VALUES ($1, $2);

-- name: edits :many
-- What the calendar was before each edit, in order.
-- null: day, working, hours
SELECT at, day, working, hours FROM calendar_change ORDER BY at, id;

-- name: all_closures :many
-- All county-wide closures, those taken back too.
-- null: revoked_at
SELECT from_at, to_at, declared_at, revoked_at FROM closure WHERE kind = 'closure' ORDER BY from_at;

-- name: set_day :exec
-- A day is worked or free.
-- params: day, working, name
INSERT INTO calendar_day (day, working, name, source) VALUES ($1, $2, $3, 'edited')
ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name, source = 'edited';

-- name: days_of_year :many
-- The days of a year that are not what their weekday says.
-- params: since, until
SELECT day, working, name, source FROM calendar_day WHERE day BETWEEN $1 AND $2 ORDER BY day;

-- name: published_years :values
-- The years whose holidays are known.
SELECT extract(year FROM day)::int AS year FROM calendar_day GROUP BY 1 HAVING count(*) >= 7 ORDER BY 1;

-- name: periods :many
-- Office hours, all periods.
-- null: valid_to
-- row: CalendarPeriodsRow
SELECT valid_from, valid_to, opens, closes FROM office_hours ORDER BY valid_from, opens;

-- name: forget_periods :exec
-- The periods are written anew, in the transaction that audits it.
DELETE FROM office_hours;

-- name: insert_periods :exec
-- Periods of office hours.
-- params: valid_froms, valid_tos, opens, closes
INSERT INTO office_hours (valid_from, valid_to, opens, closes) SELECT * FROM unnest($1::date[], $2::date[], $3::time[], $4::time[]);

-- name: insert_closure :value
-- A closure or a failure of the platform is declared.
-- params: kind, from_at, to_at, reason, now, declared_by
INSERT INTO closure (kind, from_at, to_at, reason, declared_at, declared_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: revoke_closure :one?
-- A closure that has not begun is taken back: it ends where it begins to count, and stays on record.
-- params: closure, now
UPDATE closure SET revoked_at = $2 WHERE id = $1 AND from_at > $2 AND revoked_at IS NULL RETURNING reason;

-- name: closures :many
-- Closures and failures, the latest first.
-- null: revoked_at
SELECT * FROM closure ORDER BY from_at DESC LIMIT 100;

-- name: closures_in :many
-- Closures in force that touch a time.
-- params: since, until
SELECT from_at, to_at FROM closure WHERE kind = 'closure' AND revoked_at IS NULL AND from_at < $2 AND to_at > $1;

-- name: closure :one?
-- One closure or failure.
-- params: closure
-- null: revoked_at
-- row: ClosuresRow
SELECT * FROM closure WHERE id = $1;

-- name: ask_recompute :value
-- Open clocks are to be counted again.
-- params: kind, reason, closure_id?, now, asked_by, now_2
INSERT INTO recompute (kind, reason, closure_id, since_at, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: take_recompute :one?
-- The oldest change that is not worked through, locked.
-- null: closure_id, done_at
SELECT * FROM recompute WHERE done_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: next_clocks :many
-- The next clocks of tickets that a change may touch: open ones, and those breached since it took effect.
-- params: cursor, since_at, limit
SELECT id, ticket_id FROM (
  (SELECT id, ticket_id FROM clock WHERE state IN ('running', 'paused') AND id > $1 ORDER BY id LIMIT $3)
  UNION (SELECT id, ticket_id FROM clock WHERE breached_at >= $2 AND id > $1 ORDER BY id LIMIT $3)
) c ORDER BY id LIMIT $3;

-- name: clocks_again :many
-- These clocks as they stand, with the part of their assignment.
-- params: idents
-- null: call_back_id, assignment_id, department_id, warn, start_seq, resumes_at, breached_at, stopped_at, stop_seq, next_at, excused_at, part
SELECT c.*, a.part FROM clock c LEFT JOIN assignment a ON a.id = c.assignment_id WHERE c.id = ANY($1::bigint[]) ORDER BY c.id;

-- name: excuse :value?
-- A breach that was nobody's fault (免责); it stays latched.
-- params: ident, excused, now
UPDATE clock SET excused = $2, excused_at = $3, touched_at = $3 WHERE id = $1 AND excused = '' RETURNING id;

-- name: went_on :exec
-- How far a change was worked through.
-- params: ident, cursor, seen, moved, excused, now?
UPDATE recompute SET cursor = $2, seen = seen + $3, moved = moved + $4, excused = excused + $5, done_at = $6 WHERE id = $1;

-- name: recomputes :many
-- The latest changes and how far they are.
-- null: closure_id, done_at
-- row: TakeRecomputeRow
SELECT * FROM recompute ORDER BY id DESC LIMIT 20;

-- name: hours :many
-- Office hours, all periods.
-- null: valid_to
-- row: CalendarPeriodsRow
SELECT valid_from, valid_to, opens, closes FROM office_hours ORDER BY valid_from, opens;

-- name: special_days :many
-- Days that are not what their weekday says.
-- params: first, last
SELECT day, working FROM calendar_day WHERE day BETWEEN $1 AND $2 ORDER BY day;

-- name: seed_day :values
-- A published day; what was edited stays.
-- params: days, workings, names
INSERT INTO calendar_day (day, working, name) SELECT * FROM unnest($1::date[], $2::bool[], $3::text[]) ON CONFLICT (day) DO NOTHING RETURNING day;

-- name: closed_days :many
-- County-wide closures.
SELECT from_at, to_at FROM closure WHERE kind = 'closure' AND revoked_at IS NULL ORDER BY from_at;

-- name: day
-- Whether a day is worked, where that is not what its weekday says.
SELECT working FROM calendar_day WHERE day = $1;

-- name: has_days
-- Whether any year is known.
SELECT EXISTS (SELECT 1 FROM calendar_day);

-- name: keep_day
-- What a day was before it is edited.
INSERT INTO calendar_change (at, day, working) VALUES ($1, $2, $3);

-- name: keep_days
-- Days that were as their weekday says until they were published.
INSERT INTO calendar_change (at, day) SELECT $1, unnest($2::date[]);

-- name: keep_hours
-- The office hours before they are written anew.
INSERT INTO calendar_change (at, hours) VALUES ($1, $2);

-- name: edits
-- What the calendar was before each edit, in order.
SELECT at, day, working, hours FROM calendar_change ORDER BY at, id;

-- name: all_closures
-- All county-wide closures, those taken back too.
SELECT from_at, to_at, declared_at, revoked_at FROM closure WHERE kind = 'closure' ORDER BY from_at;

-- name: set_day
-- A day is worked or free.
INSERT INTO calendar_day (day, working, name, source) VALUES ($1, $2, $3, 'edited')
ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name, source = 'edited';

-- name: days_of_year
-- The days of a year that are not what their weekday says.
SELECT day, working, name, source FROM calendar_day WHERE day BETWEEN $1 AND $2 ORDER BY day;

-- name: published_years
-- The years whose holidays are known.
SELECT extract(year FROM day)::int AS year FROM calendar_day GROUP BY 1 HAVING count(*) >= 7 ORDER BY 1;

-- name: periods
-- Office hours, all periods.
SELECT valid_from, valid_to, opens, closes FROM office_hours ORDER BY valid_from, opens;

-- name: forget_periods
-- The periods are written anew, in the transaction that audits it.
DELETE FROM office_hours;

-- name: insert_periods
-- Periods of office hours.
INSERT INTO office_hours (valid_from, valid_to, opens, closes) SELECT * FROM unnest($1::date[], $2::date[], $3::time[], $4::time[]);

-- name: insert_closure
-- A closure or a failure of the platform is declared.
INSERT INTO closure (kind, from_at, to_at, reason, declared_at, declared_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: revoke_closure
-- A closure that has not begun is taken back: it ends where it begins to count, and stays on record.
UPDATE closure SET revoked_at = $2 WHERE id = $1 AND from_at > $2 AND revoked_at IS NULL RETURNING reason;

-- name: closures
-- Closures and failures, the latest first.
SELECT * FROM closure ORDER BY from_at DESC LIMIT 100;

-- name: closures_in
-- Closures in force that touch a time.
SELECT from_at, to_at FROM closure WHERE kind = 'closure' AND revoked_at IS NULL AND from_at < $2 AND to_at > $1;

-- name: closure
-- One closure or failure.
SELECT * FROM closure WHERE id = $1;

-- name: ask_recompute
-- Open clocks are to be counted again.
INSERT INTO recompute (kind, reason, closure_id, since_at, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: take_recompute
-- The oldest change that is not worked through, locked.
SELECT * FROM recompute WHERE done_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: next_clocks
-- The next clocks of tickets that a change may touch: open ones, and those breached since it took effect.
SELECT id, ticket_id FROM (
  (SELECT id, ticket_id FROM clock WHERE state IN ('running', 'paused') AND id > $1 ORDER BY id LIMIT $3)
  UNION (SELECT id, ticket_id FROM clock WHERE breached_at >= $2 AND id > $1 ORDER BY id LIMIT $3)
) c ORDER BY id LIMIT $3;

-- name: clocks_again
-- These clocks as they stand, with the part of their assignment.
SELECT c.*, a.part FROM clock c LEFT JOIN assignment a ON a.id = c.assignment_id WHERE c.id = ANY($1::bigint[]) ORDER BY c.id;

-- name: excuse
-- A breach that was nobody's fault (免责); it stays latched.
UPDATE clock SET excused = $2, touched_at = $3 WHERE id = $1 AND excused = '' RETURNING id;

-- name: went_on
-- How far a change was worked through.
UPDATE recompute SET cursor = $2, seen = seen + $3, moved = moved + $4, excused = excused + $5, done_at = $6 WHERE id = $1;

-- name: recomputes
-- The latest changes and how far they are.
SELECT * FROM recompute ORDER BY id DESC LIMIT 20;

-- name: times :many
-- How many working days each kind of task has.
SELECT kind, days FROM sheet_time;

-- name: fault_task :value?
-- A sheet is said to be wrong: its open task, made where there is none.
-- params: sheet, version?, department_id?, now, due_at
INSERT INTO sheet_task (kind, sheet_id, version, department_id, made_at, due_at) VALUES ('fault', $1, $2, $3, $4, $5)
ON CONFLICT (sheet_id) WHERE kind = 'fault' AND ended_at IS NULL DO UPDATE SET due_at = sheet_task.due_at RETURNING id;

-- name: miss_task :value?
-- Words were asked for and not found: their open task, made where there is none; a department that is named counts where none was.
-- params: words, department_id?, now, due_at
INSERT INTO sheet_task (kind, words, department_id, made_at, due_at) VALUES ('miss', $1, $2, $3, $4)
ON CONFLICT (words) WHERE kind = 'miss' AND ended_at IS NULL DO UPDATE SET department_id = coalesce(sheet_task.department_id, $2) RETURNING id;

-- name: expired_tasks :many
-- A task for each sheet that has run out; one for each version, ever.
-- params: day, now, due_at, limit
INSERT INTO sheet_task (kind, sheet_id, version, department_id, made_at, due_at)
SELECT 'expired', s.id, s.version, s.department_id, $2, $3 FROM sheet s
WHERE s.ended_at IS NULL AND s.version IS NOT NULL AND s.valid_until < $1
  AND NOT EXISTS (SELECT 1 FROM sheet_task t WHERE t.kind = 'expired' AND t.sheet_id = s.id AND t.version = s.version)
ORDER BY s.id LIMIT $4 ON CONFLICT DO NOTHING RETURNING id, sheet_id, coalesce(department_id, 0) AS department;

-- name: report :exec
-- Who said so, when, in which words.
-- params: task, user_id, words, now
INSERT INTO sheet_report (task_id, user_id, words, at) VALUES ($1, $2, $3, $4);

-- name: task :one?
-- A task, locked.
-- params: item?
-- null: sheet_id, version, department_id, words, ended_at
SELECT id, kind, sheet_id, version, department_id, words, ended_at FROM sheet_task WHERE id = $1 FOR UPDATE;

-- name: end_tasks :exec
-- New versions of sheets are published, or a sheet is taken out: its open tasks are done, and the one that the draft was made for.
-- params: sheets, task?, actor, now
UPDATE sheet_task SET ended_at = $4, ended_by = $3, outcome = 'done'
WHERE ended_at IS NULL AND (sheet_id = ANY($1::int[]) OR id = $2);

-- name: reject_task :exec
-- A manager says that nothing is to be done.
-- params: task, actor, now, reason
UPDATE sheet_task SET ended_at = $3, ended_by = $2, outcome = 'rejected', reason = $4 WHERE id = $1;

-- name: assign_task :exec
-- Whose a task is.
-- params: task, department_id, due_at
UPDATE sheet_task SET department_id = $2, due_at = $3 WHERE id = $1;

-- name: tasks :many
-- Tasks, what is due first first, or those that have ended, the latest first; of a department's line, or all. `words` are the latest
-- that were said; `said`: how often.
-- params: own?, ended, after, limit
-- null: sheet_id, version, words, ended_at, outcome, title, code, name, name_en, draft
SELECT t.id, t.kind, t.sheet_id, t.version, t.made_at, t.due_at, t.ended_at, t.outcome, t.reason, s.title, d.code, d.name, d.name_en,
  coalesce((SELECT r.words FROM sheet_report r WHERE r.task_id = t.id AND r.words <> '' ORDER BY r.id DESC LIMIT 1), t.words) AS words,
  (SELECT count(*) FROM sheet_report r WHERE r.task_id = t.id) AS said,
  (SELECT v.version FROM sheet_version v WHERE (v.sheet_id = t.sheet_id OR v.task_id = t.id) AND v.published_at IS NULL AND v.dropped_at IS NULL LIMIT 1) AS draft
FROM sheet_task t LEFT JOIN sheet s ON s.id = t.sheet_id LEFT JOIN department d ON d.id = department_root(t.department_id)
WHERE ($1::int[] IS NULL OR t.department_id = ANY($1)) AND (t.ended_at IS NOT NULL) = $2
ORDER BY CASE WHEN $2 THEN t.ended_at END DESC, t.due_at, t.id OFFSET $3 LIMIT $4;

-- name: of_sheet :many
-- What was said of a sheet, the latest first: by whom, when, in which words, and what became of it.
-- params: sheet?
-- null: outcome
SELECT r.words, r.at, u.shown_name, t.outcome, t.reason FROM sheet_report r JOIN sheet_task t ON t.id = r.task_id
  JOIN app_user u ON u.id = r.user_id WHERE t.sheet_id = $1 ORDER BY r.id DESC LIMIT 20;

-- name: count_use :exec
-- An answer cited a sheet: kept once by its event. The figure by which sheets are found waits for nobody who changes the sheet; `recount` mends it.
-- params: ticket_id, seq, sheet, version, at
WITH made AS (INSERT INTO sheet_use (ticket_id, seq, sheet_id, version, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING sheet_id),
  free AS (SELECT id FROM sheet WHERE id IN (SELECT sheet_id FROM made) FOR NO KEY UPDATE SKIP LOCKED)
UPDATE sheet SET uses = uses + 1 WHERE id IN (SELECT id FROM free);

-- name: recount :count
-- The figure by which sheets are found is the number of answers that cited them.
UPDATE sheet s SET uses = n.uses FROM (SELECT sheet_id, count(*)::int AS uses FROM sheet_use GROUP BY sheet_id) n
WHERE s.id = n.sheet_id AND s.uses <> n.uses;

-- name: cited_by :many
-- The sheets that the answers of tickets cited, as they stood then.
-- params: ticket_ids
SELECT u.ticket_id, u.sheet_id, u.version, v.title FROM sheet_use u JOIN sheet_version v ON v.sheet_id = u.sheet_id AND v.version = u.version
WHERE u.ticket_id = ANY($1::bigint[]) ORDER BY u.seq;

-- name: erase_reports :exec
-- What was said of tasks that ended, or were made and forgotten, long ago.
-- params: before
UPDATE sheet_report r SET words = '' FROM sheet_task t WHERE t.id = r.task_id AND coalesce(t.ended_at, t.made_at) < $1 AND r.words <> '';

-- name: erase_words :exec
-- What was asked for long ago and not found.
-- params: before
UPDATE sheet_task SET words = NULL WHERE coalesce(ended_at, made_at) < $1 AND words IS NOT NULL;

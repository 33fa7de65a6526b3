-- name: insert_sheets :many
-- New sheets of departments; none where the department has one of this title.
-- params: departments, titles, plains
INSERT INTO sheet (department_id, title, plain) SELECT * FROM unnest($1::int[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING
RETURNING id, department_id, plain;

-- name: lock_sheet :one?
-- A sheet that was not taken out, locked.
-- params: item?
-- null: version
SELECT id, department_id, version FROM sheet WHERE id = $1 AND ended_at IS NULL FOR UPDATE;

-- name: lock_sheets :values
-- Of these sheets those that were not taken out, locked in the order of their ids.
-- params: sheets
SELECT id FROM sheet WHERE id = ANY($1::int[]) AND ended_at IS NULL ORDER BY id FOR UPDATE;

-- name: last_versions :many
-- The number of the last version of each of these sheets.
-- params: sheets
SELECT sheet_id, max(version) AS version FROM sheet_version WHERE sheet_id = ANY($1::int[]) GROUP BY sheet_id;

-- name: insert_versions :exec
-- What sheets say from now on, or would say: drafts until they are published, some at once. Aliases: a line each.
-- params: sheets, versions, titles, aliases, papers, places, takes, costs, bases, valid_froms, valid_untils, actor, now, task?, published
INSERT INTO sheet_version (sheet_id, version, title, aliases, papers, place, takes, cost, basis, valid_from, valid_until, made_by, made_at,
  task_id, published_by, published_at)
SELECT u.sheet, u.version, u.title, string_to_array(u.aliases, chr(10)), u.papers, u.place, u.takes, u.cost, u.basis, u.valid_from, u.valid_until,
  $12, $13, $14, CASE WHEN $15::bool THEN $12 END, CASE WHEN $15 THEN $13::timestamptz END
FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[], $11::date[])
  AS u(sheet, version, title, aliases, papers, place, takes, cost, basis, valid_from, valid_until);

-- name: drop_drafts :exec
-- The drafts of sheets are not published: refused, or another took their place.
-- params: sheets, actor, now, reason
UPDATE sheet_version SET dropped_by = $2, dropped_at = $3, drop_reason = $4
WHERE sheet_id = ANY($1::int[]) AND published_at IS NULL AND dropped_at IS NULL;

-- name: publish :exec
-- A draft is published.
-- params: sheet, version, actor, now
UPDATE sheet_version SET published_by = $3, published_at = $4
WHERE sheet_id = $1 AND version = $2 AND published_at IS NULL AND dropped_at IS NULL;

-- name: version :one?
-- One version of a sheet, as it was written.
-- row: OneVersionRow
-- params: sheet?, version
-- null: valid_from, valid_until, published_by, published_at, dropped_by, dropped_at, task_id
SELECT * FROM sheet_version WHERE sheet_id = $1 AND version = $2;

-- name: versions :many
-- row: SheetVersionsRow
-- The versions of a sheet, the newest first, with the names of who made, published and dropped them.
-- params: sheet?
-- null: valid_from, valid_until, published_at, dropped_at, published_by, dropped_by, made_name, published_name, dropped_name, task_id
SELECT v.*, m.shown_name AS made_name, p.shown_name AS published_name, x.shown_name AS dropped_name
FROM sheet_version v LEFT JOIN app_user m ON 'user:' || m.id = v.made_by LEFT JOIN app_user p ON 'user:' || p.id = v.published_by
  LEFT JOIN app_user x ON 'user:' || x.id = v.dropped_by
WHERE v.sheet_id = $1 ORDER BY v.version DESC;

-- name: to_begin :many
-- The version that each of these sheets is to have on a day, where it has another: the newest that was published and has begun.
-- params: day, sheets?
-- null: valid_from, valid_until
SELECT DISTINCT ON (s.id) s.id, s.plain, v.version, v.title, v.aliases, v.papers, v.place, v.takes, v.cost, v.basis, v.valid_from, v.valid_until
FROM sheet s JOIN sheet_version v ON v.sheet_id = s.id
WHERE s.ended_at IS NULL AND v.published_at IS NOT NULL AND v.version > coalesce(s.version, 0) AND coalesce(v.valid_from, $1) <= $1
  AND ($2::int[] IS NULL OR s.id = ANY($2)) ORDER BY s.id, v.version DESC;

-- name: title_taken :value
-- Whether the department of a sheet has another of this title.
-- params: sheet, plain
SELECT EXISTS (SELECT 1 FROM sheet o JOIN sheet s ON s.id = $1 WHERE o.department_id = s.department_id AND o.plain = $2 AND o.id <> s.id AND o.ended_at IS NULL);

-- name: begin :exec
-- Versions are in force: their sheets are found by their words. Search keys are parted by spaces.
-- params: sheets, versions, titles, plains, valid_untils, names, name_grams, grams
UPDATE sheet s SET version = u.version, title = u.title, plain = u.plain, valid_until = u.valid_until, names = u.names,
  name_grams = string_to_array(u.name_grams, ' '), grams = string_to_array(u.grams, ' ')
FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::text[])
  AS u(id, version, title, plain, valid_until, names, name_grams, grams) WHERE s.id = u.id;

-- name: forget_names :exec
-- The names of sheets that are no longer theirs.
-- params: sheets
DELETE FROM sheet_name WHERE sheet_id = ANY($1::int[]);

-- name: put_names :exec
-- The names of sheets, by which two characters each is looked for.
-- params: sheets, names
INSERT INTO sheet_name (sheet_id, name, start) SELECT u.sheet, u.name, left(u.name, 2) FROM unnest($1::int[], $2::text[]) AS u(sheet, name);

-- name: end_sheet :exec
-- The service is no more: the sheet is found no longer, its versions stay.
-- params: sheet, actor, now, reason
UPDATE sheet SET ended_at = $3, ended_by = $2, end_reason = $4, names = '', name_grams = '{}', grams = '{}' WHERE id = $1;

-- name: sheet :one?
-- row: OneSheetRow
-- A sheet with its department, how often it was cited, said to be wrong, and which draft waits.
-- params: item?
-- null: version, valid_until, ended_at, draft
SELECT s.id, s.department_id, s.title, s.version, s.valid_until, s.ended_at, (SELECT count(*) FROM sheet_use u WHERE u.sheet_id = s.id) AS uses, s.end_reason, d.code, d.name, d.name_en,
  (SELECT count(*) FROM sheet_report r JOIN sheet_task t ON t.id = r.task_id WHERE t.sheet_id = s.id AND t.kind = 'fault') AS faults,
  (SELECT v.version FROM sheet_version v WHERE v.sheet_id = s.id AND v.published_at IS NULL AND v.dropped_at IS NULL) AS draft
FROM sheet s JOIN department d ON d.id = department_root(s.department_id) WHERE s.id = $1;

-- name: sheets :many
-- Sheets in the order of their ids: of a department's line, drafted, run out or taken out where that is asked; `own` departments see
-- what was never published too, and null sees all.
-- params: own?, department?, state, day, after, limit
-- null: version, valid_until, ended_at, draft
SELECT s.id, CASE WHEN s.version IS NULL THEN coalesce(dr.title, s.title) ELSE s.title END AS title, s.version, s.valid_until, s.ended_at, (SELECT count(*) FROM sheet_use u WHERE u.sheet_id = s.id) AS uses, d.code, d.name, d.name_en, dr.version AS draft,
  (SELECT count(*) FROM sheet_report r JOIN sheet_task t ON t.id = r.task_id WHERE t.sheet_id = s.id AND t.kind = 'fault') AS faults
FROM sheet s JOIN department d ON d.id = department_root(s.department_id)
  LEFT JOIN sheet_version dr ON dr.sheet_id = s.id AND dr.published_at IS NULL AND dr.dropped_at IS NULL
    AND ($1::int[] IS NULL OR s.department_id = ANY($1))
WHERE ($1::int[] IS NULL OR s.department_id = ANY($1) OR s.version IS NOT NULL) AND ($2::int IS NULL OR s.department_id = $2)
  AND CASE $3::text WHEN 'draft' THEN dr.version IS NOT NULL AND s.ended_at IS NULL WHEN 'published' THEN s.version IS NOT NULL AND s.ended_at IS NULL
    WHEN 'expired' THEN s.version IS NOT NULL AND s.valid_until < $4 AND s.ended_at IS NULL WHEN 'withdrawn' THEN s.ended_at IS NOT NULL
    ELSE s.ended_at IS NULL END AND s.id > $5
ORDER BY s.id LIMIT $6;

-- name: drafts :many
-- Drafts that wait to be published, the oldest first.
-- params: limit
SELECT s.id, v.version, v.title, v.made_at, d.name, d.name_en FROM sheet_version v JOIN sheet s ON s.id = v.sheet_id
  JOIN department d ON d.id = department_root(s.department_id)
WHERE v.published_at IS NULL AND v.dropped_at IS NULL AND s.ended_at IS NULL ORDER BY v.made_at, s.id LIMIT $1;

-- name: refused :many
-- Drafts of departments that the centre did not publish, and why, as long as no other was written; the latest first.
-- params: own, limit
SELECT s.id, v.version, v.title, v.drop_reason AS reason FROM sheet s JOIN sheet_version v ON v.sheet_id = s.id
WHERE s.department_id = ANY($1::int[]) AND s.ended_at IS NULL AND v.drop_reason <> ''
  AND NOT EXISTS (SELECT 1 FROM sheet_version n WHERE n.sheet_id = s.id AND n.version > v.version)
ORDER BY v.dropped_at DESC LIMIT $2;

-- name: known :many
-- row: KnownSheetRow
-- Every sheet as it is in force, or as its draft says where none is: what an import compares with.
-- null: valid_from, valid_until, in_force
SELECT s.id, CASE WHEN d.into_id IS NULL THEN d.id ELSE department_root(d.id) END AS department_id, s.plain, s.version AS in_force, v.title, v.aliases, v.papers, v.place, v.takes, v.cost, v.basis, v.valid_from, v.valid_until
FROM sheet s JOIN department d ON d.id = s.department_id JOIN LATERAL (SELECT * FROM sheet_version v WHERE v.sheet_id = s.id AND (s.version IS NULL OR v.version = s.version)
  ORDER BY v.version DESC LIMIT 1) v ON true WHERE s.ended_at IS NULL;

-- name: count_in_force :value
-- How many sheets are in force.
SELECT count(*) FROM sheet WHERE version IS NOT NULL AND ended_at IS NULL;

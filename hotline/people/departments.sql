-- name: department :one?
-- One department, in force or not, locked.
-- params: item?
-- null: superior_id, phone_enc, valid_from, valid_to, into_id
-- row: DepartmentsDepartmentRow
SELECT * FROM department WHERE id = $1 FOR NO KEY UPDATE;

-- name: directory :many
-- All departments, those in force first, with their superior, their people and what is open with them.
-- null: superior_id, phone_enc, valid_from, valid_to, into_id, superior, into_code, into_name
-- row: DirectoryRow
SELECT d.*, s.code AS superior, i.code AS into_code, i.name AS into_name,
  (SELECT count(*) FROM app_user u WHERE u.department_id = d.id AND u.disabled_at IS NULL) AS people,
  (SELECT count(*) FROM assignment a WHERE a.department_id = d.id AND a.ended_at IS NULL) AS open
FROM department d LEFT JOIN department s ON s.id = d.superior_id LEFT JOIN department i ON i.id = d.into_id
ORDER BY d.valid_to IS NOT NULL, d.code;

-- name: set_names_aside :exec
-- Departments that a table names anew hold no name meanwhile, so that two may swap theirs.
-- params: codes
UPDATE department SET name = chr(1) || code WHERE code = ANY($1::text[]);

-- name: add_department :value?
-- A new department.
-- params: body_code, body_name, name_en, group, duties, territory, superior_id?, leader_reviews, aliases, discipline, valid_from
INSERT INTO department (code, name, name_en, kind, duties, territory, superior_id, leader_reviews, aliases, discipline, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id;

-- name: change_department :exec
-- A department renamed or otherwise changed; it keeps its tickets.
-- params: ident, name, name_en, kind, duties, territory, superior_id, leader_reviews, aliases, discipline
UPDATE department SET name = $2, name_en = $3, kind = $4, duties = $5, territory = $6, superior_id = $7, leader_reviews = $8,
  aliases = $9, discipline = $10 WHERE id = $1;

-- name: end_department :exec
-- A department is no longer in force; `into_id`: the one that goes on in its place.
-- params: ident, valid_to, into_id?
UPDATE department SET valid_to = $2, into_id = $3 WHERE id = $1;

-- name: move_people :exec
-- The people of a department go to another.
-- params: department_id, department_id_2
UPDATE app_user SET department_id = $2 WHERE department_id = $1;

-- name: name_taken :value?
-- Whether another department in force has this name.
-- params: name, own
SELECT code FROM department WHERE name = $1 AND id <> $2 AND valid_to IS NULL;

-- name: led_tickets :values
-- The tickets that a department leads now and that can move: dispatched to it or signed for.
-- params: department_id
SELECT t.number FROM assignment a JOIN ticket t ON t.id = a.ticket_id
WHERE a.department_id = $1 AND a.ended_at IS NULL AND a.part = 'lead' AND t.state IN ('dispatched', 'signed') ORDER BY t.id;

-- name: hidden_led :values
-- Tipoffs, dispatched or signed for, that a department or one merged into it leads and nobody there sees: they name one of these.
-- params: into
SELECT t.number FROM assignment a JOIN ticket t ON t.id = a.ticket_id JOIN hidden_from h ON h.ticket_id = t.id
WHERE a.department_id = ANY((SELECT department_line($1))::int[]) AND h.department_id = ANY((SELECT department_line($1))::int[])
  AND a.ended_at IS NULL AND a.part = 'lead' AND t.state IN ('dispatched', 'signed') GROUP BY t.id, t.number ORDER BY t.id;

-- name: find_department :one?
-- A department in force by code or exact name.
-- params: named
SELECT id, code, name, name_en, kind, leader_reviews FROM department WHERE (code = $1 OR name = $1) AND valid_to IS NULL;

-- name: department_ids :many
-- Departments by id.
-- params: idents
SELECT id, code, name, name_en, kind FROM department WHERE id = ANY($1::int[]);

-- name: department_line :value
-- A department with those that were merged into it, and into those.
-- params: department_id?
SELECT department_line($1::int);

-- name: departments :many
-- The directory in force.
-- null: superior_id
-- row: DepartmentsDepartmentsRow
SELECT id, code, name, name_en, kind, duties, territory, superior_id, aliases FROM department WHERE valid_to IS NULL ORDER BY code;

-- name: put_department :exec
-- A department, new or brought up to date.
-- params: code, name, name_en, group, duties, territory, phone_enc?, valid_from, aliases, discipline
INSERT INTO department (code, name, name_en, kind, duties, territory, phone_enc, valid_from, aliases, discipline)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, kind = excluded.kind,
  duties = excluded.duties, territory = excluded.territory, phone_enc = coalesce(excluded.phone_enc, department.phone_enc),
  aliases = excluded.aliases, discipline = excluded.discipline, valid_to = NULL;

-- name: set_superior :exec
-- Which body stands above.
-- params: code, superior
UPDATE department SET superior_id = (SELECT id FROM department WHERE code = $2) WHERE code = $1;

-- name: unit_names :many
-- Under which names all departments are known that are in force, or were merged into one.
-- null: into_id
SELECT id, code, name, name_en, kind, aliases, into_id FROM department WHERE valid_to IS NULL OR into_id IS NOT NULL ORDER BY id;

-- name: takes_tipoffs :value?
-- Whether a department takes tipoffs about officials itself.
-- params: department
SELECT discipline FROM department WHERE id = $1;

-- name: set_review :exec
-- Whether the leader reads replies before they go to the centre.
-- params: department?, leader_reviews
UPDATE department SET leader_reviews = $2 WHERE id = $1;

-- name: add_past_department :value
-- A department that is known by its name only.
-- params: code, named
INSERT INTO department (code, name) VALUES ($1, $2) RETURNING id;

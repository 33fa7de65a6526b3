-- name: lines_on :many
-- Catalogue lines that held on a day and share words with a text.
-- params: ks, day
-- null: until
SELECT c.id, c.matter, c.basis, c.since, c.until, c.lead_id, c.co_handlers, d.code, d.name, d.name_en,
  ARRAY(SELECT b.name FROM department b WHERE b.code = ANY(c.co_handlers) ORDER BY array_position(c.co_handlers, b.code)) AS beside
FROM catalogue c JOIN department d ON d.id = c.lead_id
WHERE c.grams && $1::text[] AND c.since <= $2 AND (c.until IS NULL OR c.until > $2);

-- name: line :one?
-- One line in force, locked.
-- params: item?
-- null: until
SELECT * FROM catalogue WHERE id = $1 AND until IS NULL FOR UPDATE;

-- name: end_line :exec
-- A line holds until a day.
-- params: item?, until
UPDATE catalogue SET until = $2 WHERE id = $1;

-- name: in_force :many
-- All lines in force, with the code of who leads.
SELECT c.matter, c.co_handlers, c.basis, c.since, d.code FROM catalogue c JOIN department d ON d.id = c.lead_id WHERE c.until IS NULL;

-- name: lines_with :many
-- Lines in force in which a department leads or stands beside.
-- params: lead_id, any
-- null: until
-- row: LineRow
SELECT * FROM catalogue WHERE until IS NULL AND (lead_id = $1 OR $2 = ANY(co_handlers)) ORDER BY id;

-- name: lines :many
-- Lines of the catalogue that hold a word in matter or basis, with who leads; those in force, or all with their history.
-- params: word, all
-- null: until
SELECT c.*, d.code, d.name, d.name_en,
  ARRAY(SELECT b.name FROM department b WHERE b.code = ANY(c.co_handlers) ORDER BY array_position(c.co_handlers, b.code)) AS beside
FROM catalogue c JOIN department d ON d.id = c.lead_id
WHERE ($1 = '' OR c.matter LIKE '%' || $1 || '%' OR c.basis LIKE '%' || $1 || '%' OR d.name LIKE '%' || $1 || '%') AND ($2::bool OR c.until IS NULL)
ORDER BY c.matter, c.since DESC, c.id DESC LIMIT 500;

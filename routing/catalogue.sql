-- name: lines_on
-- Catalogue lines that held on a day and share words with a text.
SELECT c.id, c.matter, c.basis, c.since, c.until, c.lead_id, c.co_handlers, d.code, d.name, d.name_en
FROM catalogue c JOIN department d ON d.id = c.lead_id
WHERE c.grams && $1::text[] AND c.since <= $2 AND (c.until IS NULL OR c.until > $2);

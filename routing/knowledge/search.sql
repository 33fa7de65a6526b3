-- name: by_names :many
-- Sheets whose title and aliases hold all words, by search keys and then by LIKE: the whole title first, a whole alias, the beginning of
-- the title, the title, the aliases; of these the oftener cited, the shorter. What has run out stands last.
-- params: keys, patterns, whole, begins, day, limit
SELECT id, CASE WHEN split_part(names, chr(10), 1) = $3 THEN 0 WHEN strpos(chr(10) || names || chr(10), chr(10) || $3 || chr(10)) > 0 THEN 1
  WHEN split_part(names, chr(10), 1) LIKE $4 THEN 2 WHEN split_part(names, chr(10), 1) LIKE ALL($2::text[]) THEN 3 ELSE 4 END AS place
FROM sheet WHERE name_grams @> $1::text[] AND names LIKE ALL($2::text[])
ORDER BY coalesce(valid_until < $5, false), place, uses DESC, length(title), id LIMIT $6;

-- name: by_sentence :many
-- Sheets of which a name stands in a sentence, the longest name first.
-- params: starts, sentence, limit
-- row: ByNamesRow
SELECT s.id, 5 AS place FROM sheet_name n JOIN sheet s ON s.id = n.sheet_id
WHERE n.start = ANY($1::text[]) AND strpos($2, n.name) > 0 GROUP BY s.id ORDER BY max(length(n.name)) DESC, s.uses DESC, s.id LIMIT $3;

-- name: by_words :many
-- Sheets whose words hold all search keys, the oftener cited first; of more than `most` any.
-- params: keys, most, limit
-- row: ByNamesRow
SELECT id, 6 AS place FROM (SELECT id, uses FROM sheet WHERE grams @> $1::text[] LIMIT $2) found ORDER BY uses DESC, id LIMIT $3;

-- name: shown :many
-- What sheets in force say, in no order.
-- params: sheets
-- null: valid_from, valid_until
SELECT s.id, v.version, v.title, v.aliases, v.papers, v.place, v.takes, v.cost, v.basis, v.valid_from, v.valid_until, s.uses, d.code, d.name, d.name_en
FROM sheet s JOIN sheet_version v ON v.sheet_id = s.id AND v.version = s.version JOIN department d ON d.id = department_root(s.department_id)
WHERE s.id = ANY($1::int[]) AND s.ended_at IS NULL;

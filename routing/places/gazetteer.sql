-- name: spelled :many
-- Spellings of the gazetteer that begin with one of these pairs of characters, each with its place.
-- params: starts
SELECT s.spelling, p.name, p.kind FROM place_spelling s JOIN place p ON p.id = s.place_id WHERE s.start = ANY($1::text[]);

-- name: places :many
-- The places of the gazetteer with their other names, or those in which a word stands, by township and name.
-- params: word, limit
SELECT p.id, p.name, p.kind, p.township,
  ARRAY(SELECT s.alias FROM place_spelling s WHERE s.place_id = p.id AND s.alias <> p.name ORDER BY s.alias) AS aliases
FROM place p
WHERE ($1 = '' OR p.township LIKE '%' || $1 || '%' OR EXISTS (SELECT 1 FROM place_spelling s WHERE s.place_id = p.id AND s.alias LIKE '%' || $1 || '%'))
ORDER BY p.township, p.name LIMIT $2;

-- name: count :value
-- How many places the gazetteer has.
SELECT count(*) FROM place;

-- name: whose :many
-- Whose spellings these are.
-- params: spellings
SELECT s.spelling, p.name FROM place_spelling s JOIN place p ON p.id = s.place_id WHERE s.spelling = ANY($1::text[]);

-- name: put_place :value?
-- A place, new or brought up to date: what the table leaves blank stays as it was.
-- params: place_name, place_kind, township
INSERT INTO place (name, kind, township) VALUES ($1, coalesce(nullif($2, ''), 'other'), $3)
ON CONFLICT (name) DO UPDATE SET kind = coalesce(nullif($2, ''), place.kind), township = coalesce(nullif($3, ''), place.township) RETURNING id;

-- name: put_spellings :exec
-- The spellings of a place: folded, as written, and by which two characters they are looked for.
-- params: place_id?, spellings, alias
INSERT INTO place_spelling (spelling, alias, start, place_id)
SELECT s.spelling, s.alias, left(s.spelling, 2), $1 FROM unnest($2::text[], $3::text[]) AS s(spelling, alias) ON CONFLICT DO NOTHING;

-- name: drop_place :value?
-- A place leaves the gazetteer, with its spellings.
-- params: item?
DELETE FROM place WHERE id = $1 RETURNING name;

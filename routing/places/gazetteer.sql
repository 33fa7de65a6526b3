-- name: spelled
-- Spellings of the gazetteer that begin with one of these pairs of characters, each with its place.
SELECT s.spelling, p.name, p.kind FROM place_spelling s JOIN place p ON p.id = s.place_id WHERE s.start = ANY($1::text[]);

-- name: places
-- The places of the gazetteer with their other names, or those in which a word stands, by township and name.
SELECT p.id, p.name, p.kind, p.township,
  ARRAY(SELECT s.alias FROM place_spelling s WHERE s.place_id = p.id AND s.alias <> p.name ORDER BY s.alias) AS aliases
FROM place p
WHERE ($1 = '' OR p.township LIKE '%' || $1 || '%' OR EXISTS (SELECT 1 FROM place_spelling s WHERE s.place_id = p.id AND s.alias LIKE '%' || $1 || '%'))
ORDER BY p.township, p.name LIMIT $2;

-- name: count
-- How many places the gazetteer has.
SELECT count(*) FROM place;

-- name: whose
-- Whose spellings these are.
SELECT s.spelling, p.name FROM place_spelling s JOIN place p ON p.id = s.place_id WHERE s.spelling = ANY($1::text[]);

-- name: put_place
-- A place, new or brought up to date: what the table leaves blank stays as it was.
INSERT INTO place (name, kind, township) VALUES ($1, coalesce(nullif($2, ''), 'other'), $3)
ON CONFLICT (name) DO UPDATE SET kind = coalesce(nullif($2, ''), place.kind), township = coalesce(nullif($3, ''), place.township) RETURNING id;

-- name: put_spellings
-- The spellings of a place: folded, as written, and by which two characters they are looked for.
INSERT INTO place_spelling (spelling, alias, start, place_id)
SELECT s.spelling, s.alias, left(s.spelling, 2), $1 FROM unnest($2::text[], $3::text[]) AS s(spelling, alias) ON CONFLICT DO NOTHING;

-- name: drop_place
-- A place leaves the gazetteer, with its spellings.
DELETE FROM place WHERE id = $1 RETURNING name;

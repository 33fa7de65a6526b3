-- name: add_persons
-- Make persons for phones seen for the first time.
INSERT INTO person (phone_hash, phone_enc, line, language, made_at)
SELECT p.hash, p.enc, p.line, p.language, $5
FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[]) AS p(hash, enc, line, language)
ON CONFLICT (phone_hash) DO NOTHING;

-- name: persons_by_phone
-- Persons by the keyed hash of their phone.
SELECT id, phone_hash, language, opted_out_at, line FROM person WHERE phone_hash = ANY($1::bytea[]);

-- name: add_person
-- A person without a number (name only, or concerned through another).
INSERT INTO person (line, name_enc, language, made_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: persons
-- Persons, for messages: number and language.
SELECT id, phone_enc, phone_hash, line, name_enc, language, flags, opted_out_at FROM person
WHERE id = ANY($1::bigint[]) AND erased_at IS NULL;

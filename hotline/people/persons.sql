-- name: add_persons :exec
-- Make persons for phones seen for the first time.
-- params: hashes, encs, lines, languages, now
INSERT INTO person (phone_hash, phone_enc, line, language, made_at)
SELECT p.hash, p.enc, p.line, p.language, $5
FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[]) AS p(hash, enc, line, language)
ON CONFLICT (phone_hash) DO NOTHING;

-- name: persons_by_phone :many
-- Persons by the keyed hash of their phone.
-- params: phone_hashes
-- null: opted_out_at
SELECT id, phone_hash, language, opted_out_at, line FROM person WHERE phone_hash = ANY($1::bytea[]);

-- name: add_person :value
-- A person without a number (name only, or concerned through another).
-- params: line, name_enc, language, now
INSERT INTO person (line, name_enc, language, made_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: persons :many
-- Persons, for messages: number and language.
-- params: idents
-- null: phone_enc, phone_hash, name_enc, opted_out_at
SELECT id, phone_enc, phone_hash, line, name_enc, language, flags, opted_out_at FROM person
WHERE id = ANY($1::bigint[]) AND erased_at IS NULL;

-- name: opt_out_recipients :exec
-- The persons to whom these messages went want no SMS.
-- params: idents, now
UPDATE person p SET opted_out_at = $2 FROM outbox o
WHERE o.id = ANY($1::bigint[]) AND p.phone_hash = o.to_hash AND p.opted_out_at IS NULL;

-- name: opt_out :exec
-- The person wants no SMS, or wants them again.
-- params: person?, now?
UPDATE person SET opted_out_at = $2 WHERE id = $1;

-- name: set_flags :exec
-- What the operator heard of a person: a minor, hard of hearing, …
-- params: person, flags
UPDATE person SET flags = $2 WHERE id = $1;

-- name: person_by_hash :one?
-- The person with a telephone.
-- params: phone_hash
SELECT id, flags FROM person WHERE phone_hash = $1;

-- name: draft :one?
-- What a user typed at a place.
-- params: user_id, place
-- null: before_enc
SELECT version, words_enc, before_enc, at FROM desk_draft WHERE user_id = $1 AND place = $2;

-- name: draft_locked :one?
-- The same, held.
-- params: user_id, place
SELECT version, words_enc FROM desk_draft WHERE user_id = $1 AND place = $2 FOR UPDATE;

-- name: begin_draft :value?
-- The first words; nothing where another tab was first.
-- params: user_id, place, contact_id?, words_enc, now
INSERT INTO desk_draft (user_id, place, contact_id, version, words_enc, at) VALUES ($1, $2, $3, 1, $4, $5)
ON CONFLICT (user_id, place) DO NOTHING RETURNING version;

-- name: go_on :value
-- Newer words. `before_enc`: those of another tab that they replace, if they do.
-- params: user_id, place, words_enc, before_enc?, now
UPDATE desk_draft SET version = version + 1, words_enc = $3, before_enc = coalesce($4, before_enc), at = $5
WHERE user_id = $1 AND place = $2 RETURNING version;

-- name: drop :exec
-- A form is done with.
-- params: user_id, place
DELETE FROM desk_draft WHERE user_id = $1 AND place = $2;

-- name: drop_of_contact :exec
-- A contact has its end: whatever was typed for it goes.
-- params: contact_id
DELETE FROM desk_draft WHERE contact_id = $1;

-- name: unfinished :many
-- Forms that a user began, the latest first.
-- params: user_id
-- null: contact_id
SELECT place, contact_id, words_enc, at FROM desk_draft WHERE user_id = $1 ORDER BY at DESC LIMIT 20;

-- name: contact_of_call_back :value?
-- The contact that an owed call is owed for.
-- params: call_back
SELECT contact_id FROM call_back WHERE id = $1;

-- name: is_contact :value
-- Whether there is such a contact.
-- params: contact
SELECT EXISTS (SELECT 1 FROM contact WHERE id = $1);

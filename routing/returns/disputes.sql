-- name: open_dispute :value?
-- A dispute about a duty; one open at a time for a matter.
-- params: matter, question, ticket_id?, opened_by, now, due_at
INSERT INTO duty_dispute (matter, question, ticket_id, opened_by, opened_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id;

-- name: dispute_locked :one?
-- One dispute, locked.
-- params: item?
-- null: ticket_id, confirmed_at, confirmed_by, how, lead_id, catalogue_id, withdrawn_at, withdrawn_by
SELECT * FROM duty_dispute WHERE id = $1 FOR UPDATE;

-- name: opinions :many
-- What the offices said on some disputes.
-- params: dispute_ids
SELECT o.*, d.code, d.name, d.name_en FROM duty_opinion o JOIN department d ON d.id = o.lead_id
WHERE o.dispute_id = ANY($1::int[]) ORDER BY o.at, o.office;

-- name: add_opinion :value?
-- An office's opinion, once.
-- params: dispute_id, office, lead_id, co_handlers, basis, by_actor, now
INSERT INTO duty_opinion (dispute_id, office, lead_id, co_handlers, basis, by_actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING dispute_id;

-- name: confirm_dispute :exec
-- What the offices or the county government confirmed.
-- params: ident, now, confirmed_by, how, lead_id, document, catalogue_id
UPDATE duty_dispute SET confirmed_at = $2, confirmed_by = $3, how = $4, lead_id = $5, document = $6, catalogue_id = $7 WHERE id = $1;

-- name: withdraw_dispute :exec
-- Closed without a decision.
-- params: ident, now, withdrawn_by
UPDATE duty_dispute SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1;

-- name: disputes :many
-- Disputes, the open ones first, then the latest; or one.
-- params: only?
-- null: ticket_id, confirmed_at, confirmed_by, how, lead_id, catalogue_id, withdrawn_at, withdrawn_by, number, code, name, name_en
SELECT q.*, t.number, d.code, d.name, d.name_en FROM duty_dispute q LEFT JOIN ticket t ON t.id = q.ticket_id
LEFT JOIN department d ON d.id = q.lead_id WHERE $1::int IS NULL OR q.id = $1
ORDER BY q.confirmed_at IS NOT NULL OR q.withdrawn_at IS NOT NULL, q.id DESC LIMIT 200;

-- name: line_since :value?
-- Since when the line in force for a matter holds.
-- params: matter
SELECT since FROM catalogue WHERE matter = $1 AND until IS NULL;

-- name: end_line :exec
-- The line in force for a matter holds until a day.
-- params: matter, until
UPDATE catalogue SET until = $2 WHERE matter = $1 AND until IS NULL;

-- name: add_line :value
-- A line of the catalogue.
-- params: matter, grams, lead_id, co_handlers, basis, since
INSERT INTO catalogue (matter, grams, lead_id, co_handlers, basis, since) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: open_dispute
-- A dispute about a duty; one open at a time for a matter.
INSERT INTO duty_dispute (matter, question, ticket_id, opened_by, opened_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id;

-- name: dispute_locked
-- One dispute, locked.
SELECT * FROM duty_dispute WHERE id = $1 FOR UPDATE;

-- name: opinions
-- What the offices said on some disputes.
SELECT o.*, d.code, d.name, d.name_en FROM duty_opinion o JOIN department d ON d.id = o.lead_id
WHERE o.dispute_id = ANY($1::int[]) ORDER BY o.at, o.office;

-- name: add_opinion
-- An office's opinion, once.
INSERT INTO duty_opinion (dispute_id, office, lead_id, co_handlers, basis, by_actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING dispute_id;

-- name: confirm_dispute
-- What the offices or the county government confirmed.
UPDATE duty_dispute SET confirmed_at = $2, confirmed_by = $3, how = $4, lead_id = $5, document = $6, catalogue_id = $7 WHERE id = $1;

-- name: withdraw_dispute
-- Closed without a decision.
UPDATE duty_dispute SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1;

-- name: disputes
-- Disputes, the open ones first, then the latest; or one.
SELECT q.*, t.number, d.code, d.name, d.name_en FROM duty_dispute q LEFT JOIN ticket t ON t.id = q.ticket_id
LEFT JOIN department d ON d.id = q.lead_id WHERE $1::int IS NULL OR q.id = $1
ORDER BY q.confirmed_at IS NOT NULL OR q.withdrawn_at IS NOT NULL, q.id DESC LIMIT 200;

-- name: line_since
-- Since when the line in force for a matter holds.
SELECT since FROM catalogue WHERE matter = $1 AND until IS NULL;

-- name: end_line
-- The line in force for a matter holds until a day.
UPDATE catalogue SET until = $2 WHERE matter = $1 AND until IS NULL;

-- name: add_line
-- A line of the catalogue.
INSERT INTO catalogue (matter, grams, lead_id, co_handlers, basis, since) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

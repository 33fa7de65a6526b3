-- name: ask :value
-- A day is to be compared with the carrier's lists; asked again while it waits it is the same.
-- params: day, now, asked_by?
INSERT INTO reconciliation (day, asked_at, asked_by, next_at) VALUES ($1, $2, $3, $2)
ON CONFLICT (day) WHERE done_at IS NULL DO UPDATE SET next_at = least(reconciliation.next_at, excluded.next_at) RETURNING id;

-- name: claim_day :one?
-- A day that waits to be compared; nobody else does it until `lease`.
-- params: now, lease
UPDATE reconciliation SET tries = tries + 1, next_at = $2 WHERE id = (
  SELECT id FROM reconciliation WHERE done_at IS NULL AND next_at <= $1 ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, day, tries;

-- name: day_later :exec
-- The carrier could not be asked: again later.
-- params: ident, next_at, failed
UPDATE reconciliation SET next_at = $2, failed = $3 WHERE id = $1 AND done_at IS NULL;

-- name: finish :value?
-- A day was compared: how many calls and messages the carrier has; None where somebody else did it meanwhile.
-- params: ident, now, calls, messages
UPDATE reconciliation SET done_at = $2, calls = $3, messages = $4, failed = NULL WHERE id = $1 AND done_at IS NULL RETURNING id;

-- name: insert_difference :exec
-- What the carrier knows and we did not, or the other way round; `contact`, `inbound`: what was made of it.
-- params: reconciliation, kind, direction, sid, what, at?, contact_id?, inbound_id?, outbox_id?
INSERT INTO reconciliation_difference (reconciliation_id, kind, direction, sid, what, at, contact_id, inbound_id, outbox_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING;

-- name: known_calls :values
-- Which of these calls of the carrier's are ours.
-- params: sids
SELECT call_sid FROM contact WHERE call_sid = ANY($1::text[])
UNION SELECT provider_sid FROM outbox WHERE provider_sid = ANY($1::text[])
UNION SELECT sid FROM call_leg WHERE sid = ANY($1::text[]);

-- name: known_messages :values
-- Which of these messages of the carrier's are ours.
-- params: sids
SELECT sid FROM inbound WHERE kind = 'sms' AND sid = ANY($1::text[])
UNION SELECT provider_sid FROM outbox WHERE provider_sid = ANY($1::text[]);

-- name: our_calls :many
-- Calls of a span that the carrier must know too: those that came, and those that we made.
-- params: since, until
-- row: OurItemRow
-- null: contact_id, outbox_id
SELECT call_sid AS sid, 'in' AS direction, at, id AS contact_id, NULL::bigint AS outbox_id FROM contact
WHERE at >= $1 AND at < $2 AND channel = 'call' AND call_sid LIKE 'CA%'
UNION ALL SELECT provider_sid, 'out', sent_at, NULL, id FROM outbox
WHERE channel = 'voice' AND sent_at >= $1 AND sent_at < $2 AND provider_sid IS NOT NULL;

-- name: our_messages :many
-- Messages of a span that the carrier must know too: those that came, and those that we sent.
-- params: since, until
-- row: OurItemRow
-- null: contact_id, outbox_id
SELECT sid, 'in' AS direction, received_at AS at, NULL::bigint AS contact_id, NULL::bigint AS outbox_id FROM inbound
WHERE kind = 'sms' AND received_at >= $1 AND received_at < $2 AND sid ~ '^(SM|MM)'
UNION ALL SELECT provider_sid, 'out', sent_at, NULL, id FROM outbox
WHERE channel = 'sms' AND sent_at >= $1 AND sent_at < $2 AND provider_sid IS NOT NULL;

-- name: without_receipt :many
-- Which of these messages of ours have no receipt yet.
-- params: sids
-- null: provider_sid
SELECT id, provider_sid FROM outbox WHERE provider_sid = ANY($1::text[]) AND state IN ('sent', 'uncertain');

-- name: reconciliations :many
-- Days that were or are compared, the newest first, with the number of differences.
-- params: before?, limit
-- null: asked_by, done_at, calls, messages, failed
SELECT r.id, r.day, r.asked_at, u.shown_name AS asked_by, r.done_at, r.calls, r.messages, r.failed,
  (SELECT count(*) FROM reconciliation_difference d WHERE d.reconciliation_id = r.id) AS differences
FROM reconciliation r LEFT JOIN app_user u ON u.id = r.asked_by
WHERE $1::bigint IS NULL OR r.id < $1 ORDER BY r.id DESC LIMIT $2;

-- name: reconciliation :one?
-- One comparison.
-- params: ident
-- row: ReconciliationsRow
-- null: asked_by, done_at, calls, messages, failed
SELECT r.id, r.day, r.asked_at, u.shown_name AS asked_by, r.done_at, r.calls, r.messages, r.failed,
  (SELECT count(*) FROM reconciliation_difference d WHERE d.reconciliation_id = r.id) AS differences
FROM reconciliation r LEFT JOIN app_user u ON u.id = r.asked_by WHERE r.id = $1;

-- name: differences :many
-- The differences of a comparison, by time, with what was made of each: the ticket and the owed call, where it is now.
-- params: ident
-- null: at, contact_id, inbound_id, outbox_id, ticket, call_back, called_at
SELECT d.id, d.kind, d.direction, d.sid, d.what, d.at, d.contact_id, d.inbound_id, d.outbox_id, t.number AS ticket, b.id AS call_back, b.done_at AS called_at
FROM reconciliation_difference d LEFT JOIN contact c ON c.id = d.contact_id OR (d.inbound_id IS NOT NULL AND c.inbound_id = d.inbound_id)
LEFT JOIN ticket t ON t.id = c.ticket_id LEFT JOIN call_back b ON b.contact_id = c.id
WHERE d.reconciliation_id = $1 ORDER BY d.at NULLS LAST, d.id LIMIT 1000;

-- name: simulated_list :many
-- What the simulated carrier holds of a span.
-- params: channel, since, until
SELECT sid, direction, phone, body, at FROM simulated WHERE channel = $1 AND at >= $2 AND at < $3 ORDER BY id;

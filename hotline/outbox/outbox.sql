-- name: insert_messages :values
-- Messages with their causes; one whose key exists is left out.
-- params: dedupe_keys, m_kinds, channels, encrypts, hashes, rstrips, ticket_ids, person_ids, user_ids, dicts, due_times, confirm_by_times, now
INSERT INTO outbox (dedupe_key, kind, channel, to_enc, to_hash, body, ticket_id, person_id, user_id, about, due_at, confirm_by, made_at)
SELECT m.*, $13 FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::bigint[],
  $8::bigint[], $9::int[], $10::jsonb[], $11::timestamptz[], $12::timestamptz[]) AS m
ON CONFLICT (dedupe_key) DO NOTHING RETURNING id;

-- name: claim :many
-- Take due messages under a lease; others pass them by.
-- params: now, lease, lease_until, limit
-- null: ticket_id, person_id, user_id, confirm_by, lease, lease_until, provider_sid, sent_at, delivered_at, failed_at, error
UPDATE outbox SET state = 'sending', lease = $2, lease_until = $3, attempts = attempts + 1
WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: claim_uncertain :many
-- Take messages whose fate is to be looked up.
-- params: now, lease, lease_until, limit
-- null: ticket_id, person_id, user_id, confirm_by, lease, lease_until, provider_sid, sent_at, delivered_at, failed_at, error
-- row: ClaimRow
UPDATE outbox SET lease = $2, lease_until = $3, due_at = $3
WHERE id IN (SELECT id FROM outbox WHERE state = 'uncertain' AND due_at <= $1 ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: expire_leases :values
-- A process that took messages did not settle them: nobody knows whether they left.
-- params: now, limit
UPDATE outbox SET state = 'uncertain', due_at = $1, lease = NULL, lease_until = NULL
WHERE id IN (SELECT id FROM outbox WHERE state = 'sending' AND lease_until <= $1 ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING id;

-- name: settle_sent :values
-- The provider took these; a callback may have come before and gone further.
-- params: idents, lease, sids, now
UPDATE outbox o SET provider_sid = coalesce(o.provider_sid, s.sid), sent_at = coalesce(o.sent_at, $4), lease = NULL, lease_until = NULL,
  state = CASE WHEN o.state IN ('sending', 'uncertain') THEN 'sent' ELSE o.state END
FROM unnest($1::bigint[], $3::text[]) AS s(id, sid)
WHERE o.id = s.id AND (o.lease = $2 OR o.state = 'uncertain') RETURNING o.id;

-- name: settle_retry :value?
-- Not taken, and nothing left: later again.
-- params: message, lease, due_at, error
UPDATE outbox SET state = 'waiting', due_at = $3, error = $4, lease = NULL, lease_until = NULL
WHERE id = $1 AND lease = $2 AND state = 'sending' RETURNING id;

-- name: settle_uncertain :value?
-- It may have left: look it up first.
-- params: ident, lease, due_at, error
UPDATE outbox SET state = 'uncertain', due_at = $3, error = $4, lease = NULL, lease_until = NULL
WHERE id = $1 AND lease = $2 AND state = 'sending' RETURNING id;

-- name: settle_ended :value?
-- It will not leave: refused for good, or no longer wanted.
-- params: ident, lease, state, now?, error
UPDATE outbox SET state = $3, failed_at = $4, error = $5, lease = NULL, lease_until = NULL
WHERE id = $1 AND lease = $2 AND state = 'sending' RETURNING id;

-- name: reword :exec
-- What leaves says something else than what was written.
-- params: ident, lease, body
UPDATE outbox SET body = $3 WHERE id = $1 AND lease = $2;

-- name: looked_up :value?
-- Not found this time; after the second time it may be sent again.
-- params: ident, lease, due_at
UPDATE outbox SET look_ups = look_ups + 1, due_at = $3, state = CASE WHEN look_ups + 1 >= 2 THEN 'waiting' ELSE 'uncertain' END,
  lease = NULL, lease_until = NULL
WHERE id = $1 AND lease = $2 AND state = 'uncertain' RETURNING state;

-- name: known_sids :values
-- Which of these provider ids belong to messages already.
-- params: provider_sids
-- null: provider_sid
SELECT provider_sid FROM outbox WHERE provider_sid = ANY($1::text[]);

-- name: callback :many
-- Receipts move messages forward only; failed never overtakes delivered.
-- params: idents, sids, states, now, errors
-- null: ticket_id, user_id
UPDATE outbox o SET provider_sid = coalesce(o.provider_sid, c.sid), state = c.state,
  sent_at = coalesce(o.sent_at, $4),
  delivered_at = CASE WHEN c.state = 'delivered' THEN $4 ELSE o.delivered_at END,
  failed_at = CASE WHEN c.state = 'failed' THEN $4 ELSE o.failed_at END,
  error = CASE WHEN c.state = 'failed' THEN c.error ELSE o.error END
FROM unnest($1::bigint[], $2::text[], $3::text[], $5::text[]) AS c(id, sid, state, error)
WHERE o.id = c.id AND (o.provider_sid IS NULL OR o.provider_sid = c.sid OR c.state <> 'sent')
  AND CASE c.state WHEN 'sent' THEN o.state IN ('waiting', 'sending', 'uncertain')
                   WHEN 'delivered' THEN o.state <> 'delivered'
                   ELSE o.state NOT IN ('delivered', 'failed', 'dropped') END
RETURNING o.id, o.kind, o.ticket_id, o.user_id, o.about, o.state;

-- name: of_messages :many
-- The kinds and tickets of messages.
-- params: idents
-- null: ticket_id
SELECT kind, ticket_id FROM outbox WHERE id = ANY($1::bigint[]);

-- name: opted_out :values
-- Which of these persons want no SMS.
-- params: idents
SELECT id FROM person WHERE id = ANY($1::bigint[]) AND opted_out_at IS NOT NULL;

-- name: never :exec
-- Messages of tickets that were taken over from elsewhere do not leave.
-- params: ticket_ids, error
UPDATE outbox SET state = 'dropped', error = $2 WHERE ticket_id = ANY($1::bigint[]) AND state = 'waiting';

-- name: restate :value?
-- The first answer that has not left yet says how it stands now in place of a promise.
-- params: dedupe_key, sentence, said
UPDATE outbox SET body = replace(body, $2, $3) WHERE dedupe_key = $1 AND state = 'waiting' RETURNING id;

-- name: take_unconfirmed :many
-- Messages without a receipt in time, each taken once, locked with their tickets.
-- params: now, limit
-- null: ticket_id, user_id
UPDATE outbox SET confirm_by = NULL
WHERE id IN (SELECT o.id FROM outbox o JOIN ticket t ON t.id = o.ticket_id
             WHERE o.confirm_by <= $1 AND o.delivered_at IS NULL AND o.state <> 'dropped'
             ORDER BY o.confirm_by LIMIT $2 FOR UPDATE OF t, o SKIP LOCKED)
RETURNING id, kind, ticket_id, user_id, about;

-- name: take_unconfirmed_answers :many
-- Answers about no ticket without a receipt in time, each taken once.
-- params: now, limit
-- null: ticket_id, user_id
-- row: TakeUnconfirmedRow
UPDATE outbox SET confirm_by = NULL
WHERE id IN (SELECT id FROM outbox WHERE confirm_by <= $1 AND ticket_id IS NULL AND delivered_at IS NULL AND state <> 'dropped'
             ORDER BY confirm_by LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, ticket_id, user_id, about;

-- name: insert_call :one
-- A call; the same one however often its carrier says it.
-- params: direction, carrier, carrier_ref, contact_id?, person_id?, ticket_id?, call_back_id?, skill?, wanted_id?, operator_id?, now
INSERT INTO call (direction, carrier, carrier_ref, contact_id, person_id, ticket_id, call_back_id, skill, wanted_id, operator_id, state, arrived_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'arriving', $11)
ON CONFLICT (carrier, carrier_ref) DO UPDATE SET carrier_ref = excluded.carrier_ref RETURNING id, (xmax = 0) AS fresh;

-- name: locked_call :one?
-- A call, held; the ticket that was opened in it is its ticket.
-- params: call_id
-- row: CallRow
-- null: contact_id, person_id, ticket_id, call_back_id, skill, wanted_id, operator_id, queued_at, kept_at, answered_at, ended_at, ended_why
SELECT c.id, c.direction, c.carrier, c.carrier_ref, c.contact_id, c.person_id, coalesce(c.ticket_id, k.ticket_id) AS ticket_id, c.call_back_id,
  c.skill, c.wanted_id, c.operator_id, c.state, c.arrived_at, c.queued_at, c.kept_at, c.answered_at, c.ended_at, c.ended_why
FROM call c LEFT JOIN contact k ON k.id = c.contact_id WHERE c.id = $1 FOR UPDATE OF c;

-- name: call_by_id :one?
-- A call as it stands.
-- params: call_id
-- row: CallRow
-- null: contact_id, person_id, ticket_id, call_back_id, skill, wanted_id, operator_id, queued_at, kept_at, answered_at, ended_at, ended_why
SELECT c.id, c.direction, c.carrier, c.carrier_ref, c.contact_id, c.person_id, coalesce(c.ticket_id, k.ticket_id) AS ticket_id, c.call_back_id,
  c.skill, c.wanted_id, c.operator_id, c.state, c.arrived_at, c.queued_at, c.kept_at, c.answered_at, c.ended_at, c.ended_why
FROM call c LEFT JOIN contact k ON k.id = c.contact_id WHERE c.id = $1;

-- name: call_of_ref :value?
-- The call that a carrier names so.
-- params: carrier, carrier_ref
SELECT id FROM call WHERE carrier = $1 AND carrier_ref = $2;

-- name: rename_call :exec
-- The carrier's own name of a call, where it was not known before.
-- params: call_id, carrier_ref
UPDATE call SET carrier_ref = $2 WHERE id = $1;

-- name: queue_call :exec
-- A call waits from now on; one that comes back keeps its place.
-- params: call_id, skill?, now
UPDATE call SET state = 'waiting', queued_at = $3, skill = coalesce($2, skill) WHERE id = $1;

-- name: keep_call :exec
-- The caller hangs up and is called back in their turn.
-- params: call_id, now
UPDATE call SET state = 'kept', kept_at = $2 WHERE id = $1;

-- name: voicemail_call :exec
-- A message is taken.
-- params: call_id
UPDATE call SET state = 'voicemail' WHERE id = $1;

-- name: talk_call :exec
-- The call is an operator's from now on; where they talk with the citizen already (`answered_at`), the first time is the one that counts.
-- params: call_id, operator_id, answered_at?
UPDATE call SET state = 'talking', operator_id = $2, answered_at = coalesce(answered_at, $3) WHERE id = $1;

-- name: end_call :exec
-- The call is over.
-- params: call_id, why, now
UPDATE call SET state = 'over', ended_at = $3, ended_why = $2 WHERE id = $1;

-- name: stale_calls :values
-- Calls that began long ago and are neither waiting, kept nor talked; and those that are talked for hours.
-- params: before, before_2, limit
SELECT id FROM call WHERE ended_at IS NULL
  AND ((state IN ('arriving', 'voicemail') AND arrived_at < $1 AND coalesce(queued_at, arrived_at) < $1) OR (state = 'talking' AND arrived_at < $2))
ORDER BY id LIMIT $3;

-- name: owner_to_ring :value?
-- The operator who owns the newest open ticket of a person.
-- params: person_id
SELECT t.owner_id FROM ticket t JOIN app_user u ON u.id = t.owner_id
WHERE t.person_id = $1 AND t.filed_at IS NULL AND u.role = 'operator' AND u.disabled_at IS NULL ORDER BY t.id DESC LIMIT 1;

-- name: insert_call_event :value
-- What happened in a call.
-- params: call_id, party_id?, kind, actor, now, detail
INSERT INTO call_event (call_id, party_id, kind, actor, at, detail) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id;

-- name: calls_seen :many
-- Calls, the newest first: an operator's own, a liaison's legs, or all.
-- params: user_id?, open_only, before?, ident?, limit
-- null: ticket, operator, queued_at, kept_at, answered_at, ended_at, ended_why, skill, phone_enc, contact_id, call_back_id, ringing, until
SELECT c.id, c.direction, c.carrier, c.state, c.contact_id, c.call_back_id, t.number AS ticket, u.name AS operator, c.skill, c.arrived_at, c.queued_at,
  c.kept_at, c.answered_at, c.ended_at, c.ended_why, p.phone_enc, r.user_id AS ringing, r.until
FROM call c LEFT JOIN contact k ON k.id = c.contact_id LEFT JOIN ticket t ON t.id = coalesce(c.ticket_id, k.ticket_id)
LEFT JOIN app_user u ON u.id = c.operator_id LEFT JOIN person p ON p.id = c.person_id
LEFT JOIN call_ring r ON r.call_id = c.id AND r.ended_at IS NULL
WHERE ($1::int IS NULL OR c.id = ANY (ARRAY(
    (SELECT o.id FROM call o WHERE o.operator_id = $1 AND ($3::bigint IS NULL OR o.id < $3) ORDER BY o.id DESC LIMIT $5)
    UNION (SELECT r.call_id FROM call_ring r WHERE r.user_id = $1 AND ($3::bigint IS NULL OR r.call_id < $3) ORDER BY r.call_id DESC LIMIT $5 * 4)
    UNION (SELECT p.call_id FROM call_party p WHERE p.user_id = $1 AND ($3::bigint IS NULL OR p.call_id < $3) ORDER BY p.call_id DESC LIMIT $5 * 4))))
  AND (NOT $2 OR c.ended_at IS NULL) AND ($3::bigint IS NULL OR c.id < $3) AND ($4::bigint IS NULL OR c.id = $4)
ORDER BY c.id DESC LIMIT $5;

-- name: was_there :value
-- Whether a call rang a user, or the user is or was in it.
-- params: call_id, user_id
SELECT EXISTS (SELECT 1 FROM call c WHERE c.id = $1 AND c.operator_id = $2)
  OR EXISTS (SELECT 1 FROM call_ring r WHERE r.call_id = $1 AND r.user_id = $2)
  OR EXISTS (SELECT 1 FROM call_party p WHERE p.call_id = $1 AND p.user_id = $2);

-- name: events_of_call :many
-- What happened in a call, in order.
-- params: call_id
-- null: party_id
SELECT id, party_id, kind, actor, at, detail FROM call_event WHERE call_id = $1 ORDER BY id;

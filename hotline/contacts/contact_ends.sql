-- name: contact :one?
-- One contact with the person behind it.
-- params: contact
-- null: person_id, operator_id, ticket_id, outcome, phone_enc, line, flags, opted_out_at
SELECT c.id, c.channel, c.person_id, c.operator_id, c.ticket_id, c.outcome, c.at, p.phone_enc, p.line, p.flags, p.opted_out_at
FROM contact c LEFT JOIN person p ON p.id = c.person_id WHERE c.id = $1;

-- name: contact_locked :one?
-- One contact, held: it ends once.
-- params: contact
-- null: person_id, operator_id, outcome
SELECT id, channel, person_id, operator_id, outcome, at FROM contact WHERE id = $1 FOR UPDATE;

-- name: endless :many
-- Contacts without an end, the oldest first: all, or those of an operator and of nobody.
-- params: operator_id?, cursor, limit
-- null: operator_id, phone_enc, shown_name
SELECT c.id, c.channel, c.at, c.operator_id, p.phone_enc, u.shown_name FROM contact c
LEFT JOIN person p ON p.id = c.person_id LEFT JOIN app_user u ON u.id = c.operator_id
WHERE c.outcome IS NULL AND c.id > $2 AND ($1::int IS NULL OR c.operator_id = $1 OR c.operator_id IS NULL) ORDER BY c.id LIMIT $3;

-- name: end_contact :exec
-- A contact ends: with a code for no action, or as an addition to a ticket, an answer, a call-back; with what was said, if anything.
-- params: contact_id, outcome, body_code?, ticket?, now, seq?, text
WITH ended AS (
  UPDATE contact SET outcome = $2, code = $3, ticket_id = coalesce($4, ticket_id), ended_at = $5, seq = coalesce($6, seq)
  WHERE id = $1 AND outcome IS NULL RETURNING id
) INSERT INTO contact_text (contact_id, text) SELECT id, $7 FROM ended WHERE $7 <> ''
ON CONFLICT (contact_id) DO UPDATE SET text = contact_text.text || chr(10) || excluded.text;

-- name: insert_ended :value
-- A contact that was taken without the line (a visit, a letter, a telephone of its own): as it comes it has no end yet.
-- params: channel, person_id?, operator_id, now
INSERT INTO contact (channel, person_id, operator_id, at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: owe_silent :value?
-- A silent call is called back once: not again where that was done for this person in the last day.
-- params: ident, now
INSERT INTO call_back (contact_id, reason, asked_at) SELECT $1, 'silent', $2
WHERE NOT EXISTS (SELECT 1 FROM call_back b JOIN contact c ON c.id = b.contact_id JOIN contact own ON own.id = $1
  WHERE c.person_id = own.person_id AND b.reason = 'silent' AND b.asked_at > $2::timestamptz - interval '1 day')
ON CONFLICT (contact_id) DO NOTHING RETURNING id;

-- name: owe :value?
-- Somebody owes a call for this contact.
-- params: contact_id, now, ticket_id?
INSERT INTO call_back (contact_id, ticket_id, reason, asked_at)
VALUES ($1, $3, CASE WHEN $3::bigint IS NULL THEN 'missed' ELSE 'asked' END, $2) ON CONFLICT (contact_id) DO NOTHING RETURNING id;

-- name: keep_unended :value?
-- The call that was owed because the contact had no end is owed for another reason; a silent one once a day.
-- params: contact_id, reason, now, ticket?
UPDATE call_back b SET reason = $2, ticket_id = coalesce($4, b.ticket_id) WHERE b.contact_id = $1 AND b.reason = 'unended' AND b.done_at IS NULL
  AND ($2 <> 'silent' OR NOT EXISTS (SELECT 1 FROM call_back o JOIN contact c ON c.id = o.contact_id JOIN contact own ON own.id = $1
    WHERE c.person_id = own.person_id AND o.reason = 'silent' AND o.asked_at > $3::timestamptz - interval '1 day'))
RETURNING b.id;

-- name: end_unended :values
-- The contact has its end after all.
-- params: contact_id, now, done_by
UPDATE call_back SET done_at = $2, done_by = $3 WHERE contact_id = $1 AND reason = 'unended' AND done_at IS NULL RETURNING id;

-- name: owed_of :value?
-- The call that is owed for a contact.
-- params: contact_id
SELECT b.id FROM call_back b JOIN contact c ON c.id = b.contact_id WHERE b.contact_id = $1 AND b.done_at IS NULL AND c.outcome = 'call_back';

-- name: call_back :one?
-- One call that is owed or was made.
-- params: call_back
-- null: contact_id, done_at, ticket_id, person_id
SELECT b.id, b.contact_id, b.ticket_id, b.reason, b.news, b.done_at, coalesce(c.person_id, t.person_id) AS person_id FROM call_back b
LEFT JOIN contact c ON c.id = b.contact_id LEFT JOIN ticket t ON t.id = b.ticket_id WHERE b.id = $1 FOR UPDATE OF b;

-- name: call_backs :many
-- Calls that are owed, the oldest first.
-- params: cursor, limit
-- null: contact_id, recording_sid, phone_enc, number, parent
SELECT b.id, b.contact_id, b.reason, b.asked_at, b.recording_sid, p.phone_enc, t.number, q.number AS parent,
  b.tries FROM call_back b
LEFT JOIN contact c ON c.id = b.contact_id LEFT JOIN ticket t ON t.id = b.ticket_id LEFT JOIN ticket q ON q.id = t.parent_id AND b.reason = 'result'
LEFT JOIN person p ON p.id = coalesce(c.person_id, t.person_id)
WHERE b.done_at IS NULL AND b.id > $1 ORDER BY b.id LIMIT $2;

-- name: call_back_tried :value
-- The call was made, and nobody was reached; how often that is.
-- params: ident, now
UPDATE call_back SET tries = tries + 1, tried_at = $2 WHERE id = $1 RETURNING tries;

-- name: number_of_call_back :value?
-- The number of whoever is owed a call.
-- params: call_back
SELECT p.phone_enc FROM call_back b LEFT JOIN contact c ON c.id = b.contact_id LEFT JOIN ticket t ON t.id = b.ticket_id
JOIN person p ON p.id = coalesce(c.person_id, t.person_id) WHERE b.id = $1;

-- name: call_back_done :exec
-- The call was made.
-- params: ident, now, done_by, note, ticket?
UPDATE call_back SET done_at = $2, done_by = $3, note = $4, ticket_id = coalesce($5, ticket_id) WHERE id = $1 AND done_at IS NULL RETURNING id;

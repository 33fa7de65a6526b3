-- name: periods :many
-- How many days each kind is kept.
-- row: RetentionPeriodsRow
SELECT what, days FROM retention;

-- name: due_tickets :many
-- Filed tickets whose words are past retention and not held, locked, the oldest first.
-- params: before, limit
SELECT id, number FROM ticket t WHERE words_erased_at IS NULL AND filed_at IS NOT NULL AND filed_at < $1
  AND NOT EXISTS (SELECT 1 FROM retention_hold h WHERE h.ticket_id = t.id AND h.ended_at IS NULL)
ORDER BY filed_at, id LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: erase_words :exec
-- The words of tickets, with what was made of them to find them.
-- params: ticket_ids
DELETE FROM ticket_text WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_redactions :exec
-- The words that departments read in their place.
-- params: ticket_ids
DELETE FROM redaction WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_partings :exec
-- Where they were, as former departments read it.
-- params: ticket_ids
UPDATE parting SET place = NULL WHERE ticket_id = ANY($1::bigint[]) AND place IS NOT NULL;

-- name: erase_notes :exec
-- What was noted on tickets.
-- params: ticket_ids
DELETE FROM note WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_files :exec
-- What was attached to tickets; that there was something stays, with its digest.
-- params: ticket_ids
UPDATE attachment SET content = NULL, name = '' WHERE ticket_id = ANY($1::bigint[]) AND content IS NOT NULL;

-- name: erase_replies :exec
-- The words of replies.
-- params: ticket_ids
UPDATE reply SET public_text = '', internal_text = '', reason = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_proposals :exec
-- The words of replies that were proposed.
-- params: ticket_ids
UPDATE reply_proposal SET public_text = '', internal_text = '', reason = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_report_backs :exec
-- The words by which the person was told.
-- params: ticket_ids
UPDATE report_back SET text = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_call_backs :exec
-- What was noted of calls.
-- params: ticket_ids
UPDATE call_back SET note = '' WHERE ticket_id = ANY($1::bigint[]) AND note <> '';

-- name: erase_messages :exec
-- What was sent to people about tickets, and to which number.
-- params: ticket_ids
UPDATE outbox SET body = '', to_enc = '', to_hash = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_contact_words :exec
-- What was said in the contacts of tickets.
-- params: ticket_ids
DELETE FROM contact_text WHERE contact_id IN (SELECT id FROM contact WHERE ticket_id = ANY($1::bigint[]));

-- name: erase_deliveries :exec
-- The raw deliveries of these contacts.
-- params: ticket_ids
UPDATE inbound SET payload_enc = NULL WHERE payload_enc IS NOT NULL
  AND id IN (SELECT inbound_id FROM contact WHERE ticket_id = ANY($1::bigint[])
    UNION ALL SELECT p.inbound_id FROM contact_part p JOIN contact c ON c.id = p.contact_id WHERE c.ticket_id = ANY($1::bigint[]));

-- name: recordings_of_tickets :values
-- What was recorded in calls of tickets, locked; not of a call that a ticket has whose words are kept.
-- params: ticket_ids
SELECT r.id FROM recording r
WHERE r.key_enc IS NOT NULL AND r.call_id IN (SELECT o.call_id FROM ticket_of_call o WHERE o.ticket_id = ANY($1::bigint[]))
  AND NOT EXISTS (SELECT 1 FROM ticket_of_call o JOIN ticket t ON t.id = o.ticket_id WHERE o.call_id = r.call_id
    AND t.words_erased_at IS NULL AND t.id <> ALL($1))
ORDER BY r.id FOR UPDATE OF r;

-- name: loose_recordings :values
-- What was recorded in calls that no ticket has, begun before a moment, locked; what others hold is passed by.
-- params: before, limit
SELECT r.id FROM recording r
WHERE r.key_enc IS NOT NULL AND r.begun_at < $1 AND NOT EXISTS (SELECT 1 FROM ticket_of_call o WHERE o.call_id = r.call_id)
ORDER BY r.begun_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED;

-- name: recordings_of_persons :values
-- What was recorded in calls of persons that no ticket has, locked.
-- params: person_ids
SELECT r.id FROM recording r JOIN call k ON k.id = r.call_id LEFT JOIN contact c ON c.id = k.contact_id
WHERE r.key_enc IS NOT NULL AND (k.person_id = ANY($1::bigint[]) OR c.person_id = ANY($1::bigint[]))
  AND NOT EXISTS (SELECT 1 FROM ticket_of_call o WHERE o.call_id = k.id)
ORDER BY r.id FOR UPDATE OF r;

-- name: erase_recordings :exec
-- The keys of recordings (locked by the caller), without which nobody hears them; how loud they were, and their words.
-- params: recording_ids, now
WITH unheard AS (
  UPDATE recording_chunk SET citizen_levels = NULL, operator_levels = NULL WHERE recording_id = ANY($1::bigint[]) AND edition = 0
), unsaid AS (
  DELETE FROM transcript WHERE recording_id = ANY($1)
) UPDATE recording SET key_enc = NULL, citizen_levels = NULL, operator_levels = NULL, erased_at = $2, look_at = $2 WHERE id = ANY($1);

-- name: erase_inspection_words :count
-- What inspectors, the inspected and who decided wrote before a moment; the points stay.
-- params: before
WITH remarks AS (UPDATE inspection SET remark = '' WHERE at < $1 AND remark <> '')
UPDATE inspection_objection SET reason = '', words = '' WHERE at < $1 AND decided_at IS NOT NULL AND (reason <> '' OR words <> '');

-- name: mark_tickets :exec
-- Their words are gone.
-- params: idents, now
UPDATE ticket SET words_erased_at = $2 WHERE id = ANY($1::bigint[]);

-- name: due_persons :many
-- Persons last known to be in use before a moment, locked, the oldest first, with what is known of their latest use.
-- params: before, limit, now, held_until
-- null: phone_hash
SELECT p.id, p.phone_hash, u.used_until FROM (
  SELECT id, phone_hash FROM person WHERE erased_at IS NULL AND coalesce(used_until, made_at) < $1
  ORDER BY coalesce(used_until, made_at), id LIMIT $2 FOR UPDATE SKIP LOCKED
) p CROSS JOIN LATERAL (
  SELECT max(at) AS used_until FROM (
    SELECT CASE WHEN t.filed_at IS NULL THEN $3::timestamptz
      WHEN EXISTS (SELECT 1 FROM retention_hold h WHERE h.ticket_id = t.id AND h.ended_at IS NULL) THEN $4::timestamptz
      ELSE t.filed_at END AS at
    FROM ticket t WHERE t.person_id = p.id OR t.concerned_id = p.id
    UNION ALL SELECT max(c.at) FROM contact c WHERE c.person_id = p.id
  ) uses
) u ORDER BY p.id;

-- name: in_use :exec
-- Until when persons are known to be in use.
-- params: idents, untils
UPDATE person p SET used_until = u.until FROM unnest($1::bigint[], $2::timestamptz[]) AS u(id, until) WHERE p.id = u.id;

-- name: erase_persons :exec
-- Names, numbers and what was remembered of people; the ids stay.
-- params: idents, now
UPDATE person SET phone_hash = NULL, phone_enc = NULL, name_enc = NULL, flags = '{}', line = 'none', erased_at = $2
WHERE id = ANY($1::bigint[]);

-- name: erase_persons_words :exec
-- What they said without a ticket.
-- params: person_ids
DELETE FROM contact_text WHERE contact_id IN (SELECT id FROM contact WHERE person_id = ANY($1::bigint[]) AND ticket_id IS NULL);

-- name: erase_persons_deliveries :exec
-- The raw deliveries from them.
-- params: person_ids
UPDATE inbound SET payload_enc = NULL WHERE payload_enc IS NOT NULL
  AND id IN (SELECT inbound_id FROM contact WHERE person_id = ANY($1::bigint[])
    UNION ALL SELECT p.inbound_id FROM contact_part p JOIN contact c ON c.id = p.contact_id WHERE c.person_id = ANY($1::bigint[]));

-- name: erase_persons_messages :exec
-- What was sent to their numbers.
-- params: to_hashes
UPDATE outbox SET body = '', to_enc = '', to_hash = '' WHERE to_hash = ANY($1::bytea[]) AND user_id IS NULL;

-- name: erase_persons_objections :exec
-- What they said against a restriction of their voice.
-- params: person_ids
UPDATE restriction SET objection = '' WHERE person_id = ANY($1::bigint[]) AND objection <> '';

-- name: erase_drafts :values
-- Forms of the operator's page that nobody went on with since a moment.
-- params: before, limit
DELETE FROM desk_draft WHERE id IN (SELECT id FROM desk_draft WHERE at <= $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id;

-- name: erase_persons_drafts :exec
-- What was typed while they spoke.
-- params: person_ids
DELETE FROM desk_draft WHERE contact_id IN (SELECT id FROM contact WHERE person_id = ANY($1::bigint[]));

-- name: tickets_of :values
-- The tickets of persons, in order.
-- params: person_ids
SELECT id FROM ticket WHERE person_id = ANY($1::bigint[]) OR concerned_id = ANY($1::bigint[]) ORDER BY id;

-- name: insert_hold :value?
-- A ticket is kept for proceedings; once at a time.
-- params: ticket_id, reason, by_id, now
INSERT INTO retention_hold (ticket_id, reason, by_id, from_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id;

-- name: end_hold :value?
-- The proceedings are over.
-- params: item?, ticket_id, now, ended_by
UPDATE retention_hold SET ended_at = $3, ended_by = $4 WHERE id = $1 AND ticket_id = $2 AND ended_at IS NULL RETURNING id;

-- name: holds_of :many
-- Why tickets are kept for now.
-- params: ticket_ids
SELECT id, ticket_id, reason, from_at FROM retention_hold WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL ORDER BY id;

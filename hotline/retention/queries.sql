-- name: periods
-- How many days each kind is kept.
SELECT what, days FROM retention;

-- name: due_tickets
-- Filed tickets whose words are past retention and not held, locked, the oldest first.
SELECT id, number FROM ticket t WHERE words_erased_at IS NULL AND filed_at IS NOT NULL AND filed_at < $1
  AND NOT EXISTS (SELECT 1 FROM retention_hold h WHERE h.ticket_id = t.id AND h.ended_at IS NULL)
ORDER BY filed_at, id LIMIT $2 FOR UPDATE SKIP LOCKED;

-- name: erase_words
-- The words of tickets, with what was made of them to find them.
DELETE FROM ticket_text WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_redactions
-- The words that departments read in their place.
DELETE FROM redaction WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_partings
-- Where they were, as former departments read it.
UPDATE parting SET place = NULL WHERE ticket_id = ANY($1::bigint[]) AND place IS NOT NULL;

-- name: erase_notes
-- What was noted on tickets.
DELETE FROM note WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_files
-- What was attached to tickets; that there was something stays, with its digest.
UPDATE attachment SET content = NULL, name = '' WHERE ticket_id = ANY($1::bigint[]) AND content IS NOT NULL;

-- name: erase_replies
-- The words of replies.
UPDATE reply SET public_text = '', internal_text = '', reason = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_proposals
-- The words of replies that were proposed.
UPDATE reply_proposal SET public_text = '', internal_text = '', reason = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_report_backs
-- The words by which the person was told.
UPDATE report_back SET text = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_call_backs
-- What was noted of calls.
UPDATE call_back SET note = '' WHERE ticket_id = ANY($1::bigint[]) AND note <> '';

-- name: erase_messages
-- What was sent to people about tickets, and to which number.
UPDATE outbox SET body = '', to_enc = '', to_hash = '' WHERE ticket_id = ANY($1::bigint[]);

-- name: erase_contact_words
-- What was said in the contacts of tickets.
DELETE FROM contact_text WHERE contact_id IN (SELECT id FROM contact WHERE ticket_id = ANY($1::bigint[]));

-- name: erase_deliveries
-- The raw deliveries of these contacts.
UPDATE inbound SET payload_enc = NULL WHERE payload_enc IS NOT NULL
  AND id IN (SELECT inbound_id FROM contact WHERE ticket_id = ANY($1::bigint[])
    UNION ALL SELECT p.inbound_id FROM contact_part p JOIN contact c ON c.id = p.contact_id WHERE c.ticket_id = ANY($1::bigint[]));

-- name: mark_tickets
-- Their words are gone.
UPDATE ticket SET words_erased_at = $2 WHERE id = ANY($1::bigint[]);

-- name: due_persons
-- Persons last known to be in use before a moment, locked, the oldest first, with what is known of their latest use.
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

-- name: in_use
-- Until when persons are known to be in use.
UPDATE person p SET used_until = u.until FROM unnest($1::bigint[], $2::timestamptz[]) AS u(id, until) WHERE p.id = u.id;

-- name: erase_persons
-- Names, numbers and what was remembered of people; the ids stay.
UPDATE person SET phone_hash = NULL, phone_enc = NULL, name_enc = NULL, flags = '{}', line = 'none', erased_at = $2
WHERE id = ANY($1::bigint[]);

-- name: erase_persons_words
-- What they said without a ticket.
DELETE FROM contact_text WHERE contact_id IN (SELECT id FROM contact WHERE person_id = ANY($1::bigint[]) AND ticket_id IS NULL);

-- name: erase_persons_deliveries
-- The raw deliveries from them.
UPDATE inbound SET payload_enc = NULL WHERE payload_enc IS NOT NULL
  AND id IN (SELECT inbound_id FROM contact WHERE person_id = ANY($1::bigint[])
    UNION ALL SELECT p.inbound_id FROM contact_part p JOIN contact c ON c.id = p.contact_id WHERE c.person_id = ANY($1::bigint[]));

-- name: erase_persons_messages
-- What was sent to their numbers.
UPDATE outbox SET body = '', to_enc = '', to_hash = '' WHERE to_hash = ANY($1::bytea[]) AND user_id IS NULL;

-- name: tickets_of
-- The tickets of persons, in order.
SELECT id FROM ticket WHERE person_id = ANY($1::bigint[]) OR concerned_id = ANY($1::bigint[]) ORDER BY id;

-- name: insert_hold
-- A ticket is kept for proceedings; once at a time.
INSERT INTO retention_hold (ticket_id, reason, by_id, from_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id;

-- name: end_hold
-- The proceedings are over.
UPDATE retention_hold SET ended_at = $3, ended_by = $4 WHERE id = $1 AND ticket_id = $2 AND ended_at IS NULL RETURNING id;

-- name: holds_of
-- Why tickets are kept for now.
SELECT id, ticket_id, reason, from_at FROM retention_hold WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL ORDER BY id;

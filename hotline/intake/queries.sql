-- name: add_persons
-- Make persons for phones seen for the first time.
INSERT INTO person (phone_hash, phone_enc, line, language, made_at)
SELECT p.hash, p.enc, p.line, p.language, $5
FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[]) AS p(hash, enc, line, language)
ON CONFLICT (phone_hash) DO NOTHING;

-- name: persons_by_phone
-- Persons by the keyed hash of their phone.
SELECT id, phone_hash, language, opted_out_at, line FROM person WHERE phone_hash = ANY($1::bytea[]);

-- name: add_person
-- A person without a number (name only, or concerned through another).
INSERT INTO person (line, name_enc, language, made_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: name_person
-- The name that goes with a number, the first time it is told.
UPDATE person SET name_enc = $2 WHERE id = $1 AND name_enc IS NULL;

-- name: persons
-- Persons, for messages: number and language.
SELECT id, phone_enc, phone_hash, line, name_enc, language, flags, opted_out_at FROM person
WHERE id = ANY($1::bigint[]) AND erased_at IS NULL;

-- name: operators_on_shift
-- Who takes tickets in rotation.
SELECT s.user_id FROM shift s JOIN app_user u ON u.id = s.user_id
WHERE s.off_at IS NULL AND u.role = 'operator' AND u.disabled_at IS NULL ORDER BY s.user_id;

-- name: reserve
-- Ids for a batch of tickets and contacts, and their places in the rotation.
SELECT nextval('ticket_id_seq') AS ticket, nextval('contact_id_seq') AS contact, nextval('rotation') AS turn
FROM generate_series(1, $1);

-- name: insert_tickets
-- A batch of tickets with words, owner, five duties and the first event, at once.
WITH t AS (
  INSERT INTO ticket (id, number, state, channel, category, urgency, confidential, owner_id, person_id, concerned_id,
                      after_id, received_at, event_count, last_event_at, head_hash)
  SELECT n.id, n.number, 'received', n.channel, n.category, n.urgency, n.confidential, n.owner, n.person, n.concerned,
         n.after, $16, 1, $16, n.hash
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::int[], $8::bigint[],
              $9::bigint[], $10::bigint[], $11::bytea[])
    AS n(id, number, channel, category, urgency, confidential, owner, person, concerned, after, hash)
), w AS (
  INSERT INTO ticket_text (ticket_id, text, place, grams)
  SELECT n.id, n.text, n.place, string_to_array(n.grams, ' ')
  FROM unnest($1::bigint[], $12::text[], $13::text[], $14::text[]) AS n(id, text, place, grams)
), o AS (
  INSERT INTO ownership (ticket_id, user_id, how, from_at)
  SELECT n.id, n.owner, n.how, $16 FROM unnest($1::bigint[], $7::int[], $15::text[]) AS n(id, owner, how)
)
INSERT INTO duty (ticket_id, duty, state)
SELECT n.id, d.duty, 'open' FROM unnest($1::bigint[]) AS n(id),
  unnest(ARRAY['liaise', 'coordinate', 'supervise', 'report_back', 'file']) AS d(duty);

-- name: insert_first_events
-- The first events of a batch; their heads came with the tickets.
INSERT INTO ticket_event (ticket_id, seq, at, kind, actor, detail, hash)
SELECT * FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[]);

-- name: insert_contacts
-- A batch of contacts with their words; each ends with its outcome.
WITH c AS (
  INSERT INTO contact (id, channel, person_id, inbound_id, operator_id, ticket_id, outcome, code, at, ended_at)
  SELECT n.id, n.channel, n.person, n.inbound, n.operator, n.ticket, n.outcome, n.code, n.at, n.ended
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[], $7::text[], $8::text[],
              $9::timestamptz[], $10::timestamptz[])
    AS n(id, channel, person, inbound, operator, ticket, outcome, code, at, ended)
)
INSERT INTO contact_text (contact_id, text)
SELECT n.id, n.text FROM unnest($1::bigint[], $11::text[]) AS n(id, text) WHERE n.text <> '';

-- name: end_contact
-- A contact that was open (a call) ends somewhere.
UPDATE contact SET outcome = $2, code = $3, ticket_id = $4, ended_at = $5 WHERE id = $1 AND outcome IS NULL;

-- name: reserve :many
-- Ids for a batch of tickets and contacts, and their places in the rotation.
-- params: amount
SELECT nextval('ticket_id_seq') AS ticket, nextval('contact_id_seq') AS contact, nextval('rotation') AS turn
FROM generate_series(1, $1);

-- name: insert_contacts :exec
-- A batch of contacts with their words; each ends with its outcome.
-- params: idents, channels, persons, inbounds, operators, tickets, outcomes, codes, times, endeds, texts
WITH c AS (
  INSERT INTO contact (id, channel, person_id, inbound_id, operator_id, ticket_id, outcome, code, at, ended_at)
  SELECT n.id, n.channel, n.person, n.inbound, n.operator, n.ticket, n.outcome, n.code, n.at, n.ended
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[], $7::text[], $8::text[],
              $9::timestamptz[], $10::timestamptz[])
    AS n(id, channel, person, inbound, operator, ticket, outcome, code, at, ended)
)
INSERT INTO contact_text (contact_id, text)
SELECT n.id, n.text FROM unnest($1::bigint[], $11::text[]) AS n(id, text) WHERE n.text <> '';

-- name: end_contact :exec
-- A contact that was open (a call) ends somewhere.
-- params: contact, outcome, code?, ticket_id, now
UPDATE contact SET outcome = $2, code = $3, ticket_id = $4, ended_at = $5 WHERE id = $1 AND outcome IS NULL;

-- name: take_inbound :many
-- Due deliveries, oldest first, of each phone the earliest, so that one phone's thousand starve nobody; passing by what others hold.
-- params: now, limit
SELECT id, kind, sid, status, payload_enc, received_at FROM inbound i
WHERE processed_at IS NULL AND next_at <= $1 AND (source IS NULL OR NOT EXISTS (
  SELECT 1 FROM inbound b WHERE b.source = i.source AND b.processed_at IS NULL AND b.next_at <= $1 AND b.id < i.id))
ORDER BY next_at, id LIMIT $2 FOR UPDATE OF i SKIP LOCKED;

-- name: due_inbound :values
-- Due deliveries, oldest first.
-- params: now, limit
SELECT id FROM inbound WHERE processed_at IS NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2;

-- name: take_one :many
-- One delivery, if nobody holds or dealt with it.
-- params: ident
-- row: TakeInboundRow
SELECT id, kind, sid, status, payload_enc, received_at FROM inbound
WHERE id = $1 AND processed_at IS NULL FOR UPDATE SKIP LOCKED;

-- name: inbound_done :exec
-- Deliveries that had their effect.
-- params: idents, now
UPDATE inbound SET processed_at = $2, source = NULL WHERE id = ANY($1::bigint[]);

-- name: postpone_inbound :exec
-- A delivery that cannot be processed waits, twice as long each time, an hour at most.
-- params: ident, now, error
UPDATE inbound SET attempts = attempts + 1, error = $3,
  next_at = $2::timestamptz + least(interval '5 seconds' * power(2, attempts), interval '1 hour') WHERE id = $1;

-- name: insert_contact :value
-- A message that opened no ticket, with its words and how it ended.
-- params: person?, inbound_id, ticket?, outcome, answered_code?, received_at, now, text, seq?
WITH c AS (
  INSERT INTO contact (channel, person_id, inbound_id, ticket_id, outcome, code, at, ended_at, seq)
  VALUES ('sms', $1, $2, $3, $4, $5, $6, $7, $9) RETURNING id
), w AS (INSERT INTO contact_text (contact_id, text) SELECT id, $8 FROM c WHERE $8 <> '') SELECT id FROM c;

-- name: joined :many
-- Messages that were joined to a ticket without naming a number, with the event that took each and its words; oldest first.
-- params: ticket_id
-- null: seq
SELECT c.id AS contact, c.seq, c.at, w.text FROM contact c JOIN contact_text w ON w.contact_id = c.id
WHERE c.ticket_id = $1 AND c.outcome = 'addition' AND c.seq IS NOT NULL AND c.inbound_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM ticket n WHERE (n.id = $1 OR n.parent_id = $1) AND position(n.number IN normalize(w.text, NFKC)) > 0)
ORDER BY c.id;

-- name: release_contact :exec
-- A message that was joined to a ticket waits for its end again.
-- params: contact
UPDATE contact SET outcome = NULL, ticket_id = NULL, seq = NULL, ended_at = NULL WHERE id = $1 AND outcome = 'addition';

-- name: recent_tickets :many
-- Of each person: the open tickets that exchanged SMS since $2, and the latest ticket since $3. A merged ticket stands
-- for the one that goes on.
-- params: idents, since, since_2
-- null: person_id, open_ticket
SELECT x.person_id, count(DISTINCT x.ticket_id) FILTER (WHERE x.open AND x.at >= $2) AS open_count,
  max(x.ticket_id) FILTER (WHERE x.open AND x.at >= $2) AS open_ticket,
  (array_agg(x.ticket_id ORDER BY x.own_id DESC))[1] AS last_ticket,
  (array_agg(NOT x.open ORDER BY x.own_id DESC))[1] AS last_filed
FROM (
  SELECT t.person_id, t.id AS own_id, coalesce(m.id, t.id) AS ticket_id,
    coalesce(m.filed_at, t.filed_at) IS NULL AND coalesce(m.state, t.state) <> 'merged' AS open,
    greatest(
      (SELECT max(c.at) FROM contact c WHERE c.ticket_id = t.id AND c.channel = 'sms'),
      (SELECT max(o.made_at) FROM outbox o WHERE o.ticket_id = t.id AND o.person_id = t.person_id)
    ) AS at
  FROM unnest($1::bigint[]) AS p(id) CROSS JOIN LATERAL (
    SELECT * FROM ticket t WHERE t.person_id = p.id ORDER BY t.id DESC LIMIT 20
  ) t LEFT JOIN ticket m ON t.state = 'merged' AND m.id = t.parent_id
) x WHERE x.at >= $3 GROUP BY x.person_id;

-- name: latest_number :value?
-- The number of a person's latest ticket.
-- params: person_id
SELECT number FROM ticket WHERE person_id = $1 AND category <> 'tipoff' ORDER BY id DESC LIMIT 1;

-- name: misses :one?
-- Wrong tries on a number and from a source since a moment.
-- params: number_hash, source_hash, since
SELECT (SELECT count(*) FROM query_miss WHERE number_hash = $1 AND at > $3) AS of_number,
  (SELECT count(*) FROM query_miss WHERE source_hash = $2 AND at > $3) AS of_source;

-- name: miss :exec
-- One wrong try.
-- params: number_hash, source_hash, now
INSERT INTO query_miss (number_hash, source_hash, at) VALUES ($1, $2, $3);

-- name: rating_asked :one?
-- The latest request to rate, of one ticket or of any since a moment.
-- params: person_id, command_number, since
SELECT r.ticket_id FROM rating_request r JOIN ticket t ON t.id = r.ticket_id
WHERE r.person_id = $1 AND (CASE WHEN $2 = '' THEN r.asked_at >= $3 ELSE t.number = $2 END)
ORDER BY r.asked_at DESC LIMIT 1;

-- name: insert_rating :exec
-- A rating; a low one by a bare digit waits for its confirmation.
-- params: ticket_id, score, via, confirmed, now
INSERT INTO rating (ticket_id, score, via, confirmed, at) VALUES ($1, $2, $3, $4, $5);

-- name: low_rating :value?
-- A low score that waits for its confirmation.
-- params: ticket_id, since
SELECT score FROM rating WHERE ticket_id = $1 AND NOT confirmed AND at >= $2
  AND NOT EXISTS (SELECT 1 FROM rating l WHERE l.ticket_id = $1 AND l.id > rating.id AND l.confirmed)
ORDER BY id DESC LIMIT 1;

-- name: confirm_rating :value?
-- The same low score again confirms it.
-- params: ticket_id, score, since
UPDATE rating SET confirmed = true WHERE id = (
  SELECT id FROM rating WHERE ticket_id = $1 AND score = $2 AND NOT confirmed AND at >= $3 ORDER BY id DESC LIMIT 1
) RETURNING id;

-- name: self_answering_since :value?
-- Since when a person's phone answers by itself.
-- params: person_id?
SELECT since FROM self_answering WHERE person_id = $1 AND ended_at IS NULL;

-- name: insert_inbound :many
-- Raw deliveries become durable at once; one that came before is left out.
-- params: d_kinds, payloads, status, boxes, sources, now
INSERT INTO inbound (kind, sid, status, payload_enc, source, received_at, next_at)
SELECT i.*, $6, $6 FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[]) AS i
ON CONFLICT (sid, kind, status) DO NOTHING RETURNING id, sid;

-- name: insert_ratings :exec
-- Ratings that need no confirmation, by whichever way they came.
-- params: tickets, scores, times, via
INSERT INTO rating (ticket_id, score, via, at)
SELECT n.ticket, n.score, $4, n.at FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS n(ticket, score, at);

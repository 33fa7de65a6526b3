-- name: insert_simulated :exec
-- A message that the simulated carrier holds; pages that show phones hear of it when it is committed.
-- params: sid, direction, way, phone, body, callback, twiml, now, channel, news
WITH held AS (
  INSERT INTO simulated (sid, direction, channel, phone, body, callback, twiml, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
) SELECT pg_notify($9, $10);

-- name: simulated_picture :value?
-- A picture that the simulated carrier holds.
-- params: sid, place
SELECT content FROM simulated_picture WHERE sid = $1 AND place = $2;

-- name: hold_picture :exec
-- A picture that a simulated phone sent.
-- params: sid, place, content
INSERT INTO simulated_picture (sid, place, content) VALUES ($1, $2, $3);

-- name: find_simulated :values
-- Messages to a phone with these words, newest first.
-- params: phone, body, since, channel
SELECT sid FROM simulated WHERE phone = $1 AND body = $2 AND at >= $3 AND direction = 'out' AND channel = $4 ORDER BY id DESC LIMIT 50;

-- name: take_receipts :many
-- Messages whose receipt is due; taken once. A call through the relay lasts until it is answered on the simulator's page.
-- params: now
UPDATE simulated SET receipt_at = $1 WHERE id IN (
  SELECT id FROM simulated WHERE direction = 'out' AND receipt_at IS NULL AND twiml NOT LIKE '%/voice/relay%' ORDER BY id LIMIT 50 FOR UPDATE SKIP LOCKED
) RETURNING sid, channel, phone, callback;

-- name: return_receipt :exec
-- The receipt could not be posted: later again.
-- params: sid
UPDATE simulated SET receipt_at = NULL WHERE sid = $1;

-- name: messages_of :many
-- What a simulated phone shows, oldest first.
-- params: phone
SELECT * FROM (SELECT sid, direction, channel, body, twiml, at FROM simulated WHERE phone = $1 ORDER BY id DESC LIMIT 40) m ORDER BY at, sid;

-- name: liaison_phones :many
-- Liaisons with a number, for the simulator's second phone.
-- row: TelephonyLiaisonPhonesRow
SELECT u.id, u.shown_name, u.phone_enc, d.name AS department FROM app_user u JOIN department d ON d.id = u.department_id
WHERE u.phone_enc IS NOT NULL AND u.disabled_at IS NULL ORDER BY d.code, u.id LIMIT 300;

-- name: last_page :one?
-- The phone that was last paged.
-- null: user_id
SELECT o.user_id, o.to_enc FROM outbox o WHERE o.kind = 'page' ORDER BY o.id DESC LIMIT 1;

-- name: count :exec
-- So many more of something, nothing else kept.
-- params: name, day, more
INSERT INTO counter (name, day, n) VALUES ($1, $2, $3) ON CONFLICT (name, day) DO UPDATE SET n = counter.n + excluded.n;

-- name: page_words :one?
-- The words of a call that we made, in whose language.
-- params: outbox
-- null: ticket_id, user_id
SELECT o.id, o.body, o.kind, o.ticket_id, o.user_id, o.about, coalesce(u.language, 'zh') AS language
FROM outbox o LEFT JOIN app_user u ON u.id = o.user_id WHERE o.id = $1 AND o.channel = 'voice';

-- name: insert_leg :one?
-- A leg that the carrier is asked for; one for a command and role.
-- params: call_id, command_id, role, user_id?, party_id?, now
-- row: LegRow
-- null: user_id, party_id, sid, answered_at, ended_at
INSERT INTO call_leg (call_id, command_id, role, user_id, party_id, asked_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (command_id, role) DO NOTHING RETURNING id, call_id, role, user_id, party_id, sid, asked_at, answered_at, ended_at;

-- name: leg_of_command :one
-- The leg that was asked for by a command before.
-- params: command_id, role
-- row: LegRow
-- null: user_id, party_id, sid, answered_at, ended_at
SELECT id, call_id, role, user_id, party_id, sid, asked_at, answered_at, ended_at FROM call_leg WHERE command_id = $1 AND role = $2;

-- name: leg :one?
-- A leg.
-- params: ident
-- row: LegRow
-- null: user_id, party_id, sid, answered_at, ended_at
SELECT id, call_id, role, user_id, party_id, sid, asked_at, answered_at, ended_at FROM call_leg WHERE id = $1;

-- name: legs_of :many
-- The legs of a call that are not over, in order.
-- params: call_id
-- row: LegRow
-- null: user_id, party_id, sid, answered_at, ended_at
SELECT id, call_id, role, user_id, party_id, sid, asked_at, answered_at, ended_at FROM call_leg
WHERE call_id = $1 AND ended_at IS NULL ORDER BY id;

-- name: leg_of_sid :one?
-- The leg that the carrier names so.
-- params: sid
-- row: LegRow
-- null: user_id, party_id, sid, answered_at, ended_at
SELECT id, call_id, role, user_id, party_id, sid, asked_at, answered_at, ended_at FROM call_leg WHERE sid = $1;

-- name: known_legs :values
-- Which of these legs of the carrier's are known.
-- params: sids
SELECT sid FROM call_leg WHERE sid = ANY($1::text[]);

-- name: name_leg :exec
-- The carrier's name of a leg.
-- params: ident, sid
UPDATE call_leg SET sid = $2 WHERE id = $1 AND sid IS NULL;

-- name: answer_leg :exec
-- Somebody took a leg, as whom.
-- params: ident, party_id?, now
UPDATE call_leg SET answered_at = coalesce(answered_at, $3), party_id = coalesce($2, party_id) WHERE id = $1;

-- name: end_leg :value?
-- A leg is over; once.
-- params: ident, now
UPDATE call_leg SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id;

-- name: due_for_a_look :many
-- Calls at a carrier that began or were answered before a moment and are not over: was their end ever said?
-- params: carriers, before, limit
SELECT id, carrier, carrier_ref, arrived_at FROM call WHERE ended_at IS NULL AND state <> 'kept' AND carrier = ANY($1::text[]) AND arrived_at < $2
ORDER BY arrived_at LIMIT $3;

-- name: command_of_call :one?
-- A command, for the words or keys that its document says.
-- params: ident
SELECT id, call_id, kind, detail FROM call_command WHERE id = $1;

-- name: keep_fetch :exec
-- A recording at the carrier is to be fetched; once.
-- params: sid, call_id, kind, now
INSERT INTO call_recording_fetch (sid, call_id, kind, at, next_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (sid) DO NOTHING;

-- name: claim_fetch :one?
-- A recording that is due to be fetched; nobody else does it until `lease`.
-- params: now, lease
UPDATE call_recording_fetch SET tries = tries + 1, next_at = $2 WHERE sid = (
  SELECT sid FROM call_recording_fetch WHERE done_at IS NULL AND next_at <= $1 ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING sid, call_id, kind, tries;

-- name: fetch_done :exec
-- A recording is here, or never will be, for a reason.
-- params: sid, now, failed?
UPDATE call_recording_fetch SET done_at = $2, failed = $3 WHERE sid = $1;

-- name: fetch_later :exec
-- A recording is fetched later.
-- params: sid, next_at, failed
UPDATE call_recording_fetch SET next_at = $2, failed = $3 WHERE sid = $1 AND done_at IS NULL;

-- name: dialled_until :values
-- Calls at a carrier whose ring would be missed by then.
-- params: carrier, until, limit
SELECT r.call_id FROM call_ring r JOIN call c ON c.id = r.call_id
WHERE r.ended_at IS NULL AND r.until <= $2 AND c.carrier = $1 AND c.state = 'waiting' ORDER BY r.until LIMIT $3;

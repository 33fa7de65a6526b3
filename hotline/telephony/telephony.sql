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

-- name: insert_simulated
-- A message that the simulated carrier holds; pages that show phones hear of it when it is committed.
WITH held AS (
  INSERT INTO simulated (sid, direction, channel, phone, body, callback, twiml, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
) SELECT pg_notify($9, $10);

-- name: simulated_picture
-- A picture that the simulated carrier holds.
SELECT content FROM simulated_picture WHERE sid = $1 AND place = $2;

-- name: hold_picture
-- A picture that a simulated phone sent.
INSERT INTO simulated_picture (sid, place, content) VALUES ($1, $2, $3);

-- name: find_simulated
-- Messages to a phone with these words, newest first.
SELECT sid FROM simulated WHERE phone = $1 AND body = $2 AND at >= $3 AND direction = 'out' AND channel = $4 ORDER BY id DESC LIMIT 50;

-- name: take_receipts
-- Messages whose receipt is due; taken once. A call through the relay lasts until it is answered on the simulator's page.
UPDATE simulated SET receipt_at = $1 WHERE id IN (
  SELECT id FROM simulated WHERE direction = 'out' AND receipt_at IS NULL AND twiml NOT LIKE '%/voice/relay%' ORDER BY id LIMIT 50 FOR UPDATE SKIP LOCKED
) RETURNING sid, channel, phone, callback;

-- name: return_receipt
-- The receipt could not be posted: later again.
UPDATE simulated SET receipt_at = NULL WHERE sid = $1;

-- name: messages_of
-- What a simulated phone shows, oldest first.
SELECT * FROM (SELECT sid, direction, channel, body, twiml, at FROM simulated WHERE phone = $1 ORDER BY id DESC LIMIT 40) m ORDER BY at, sid;

-- name: liaison_phones
-- Liaisons with a number, for the simulator's second phone.
SELECT u.id, u.shown_name, u.phone_enc, d.name AS department FROM app_user u JOIN department d ON d.id = u.department_id
WHERE u.phone_enc IS NOT NULL AND u.disabled_at IS NULL ORDER BY d.code, u.id LIMIT 300;

-- name: last_page
-- The phone that was last paged.
SELECT o.user_id, o.to_enc FROM outbox o WHERE o.kind = 'page' ORDER BY o.id DESC LIMIT 1;

-- name: count
-- So many more of something, nothing else kept.
INSERT INTO counter (name, day, n) VALUES ($1, $2, $3) ON CONFLICT (name, day) DO UPDATE SET n = counter.n + excluded.n;

-- name: ready_operator
-- The operator who waits longest for a call: on shift, ready, with a number, not in a call.
SELECT s.user_id, u.phone_enc FROM shift s JOIN app_user u ON u.id = s.user_id
WHERE s.off_at IS NULL AND s.ready AND u.role = 'operator' AND u.disabled_at IS NULL AND u.phone_enc IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.operator_id = s.user_id AND c.outcome IS NULL AND c.released_at IS NULL
    AND c.at > $1::timestamptz - interval '30 minutes' AND c.channel = 'call')
ORDER BY (SELECT max(c.at) FROM contact c WHERE c.operator_id = s.user_id) NULLS FIRST, s.user_id LIMIT 1 FOR UPDATE OF s SKIP LOCKED;

-- name: page_words
-- The words of a call that we made, in whose language.
SELECT o.id, o.body, o.kind, o.ticket_id, o.user_id, o.about, coalesce(u.language, 'zh') AS language
FROM outbox o LEFT JOIN app_user u ON u.id = o.user_id WHERE o.id = $1 AND o.channel = 'voice';

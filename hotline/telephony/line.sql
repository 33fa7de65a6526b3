-- name: hold_browser :value?
-- The page that speaks for a party from now on, or says again that it is there; whether it is another page than before.
-- params: party, session, now
WITH was AS (SELECT session FROM call_browser WHERE party_id = $1)
INSERT INTO call_browser (party_id, session, from_signal, seen_at)
SELECT p.id, $2, coalesce((SELECT max(s.id) FROM call_signal s WHERE s.to_party = p.id), 0), $3
FROM call_party p JOIN call c ON c.id = p.call_id WHERE p.id = $1 AND p.left_at IS NULL AND c.ended_at IS NULL
ON CONFLICT (party_id) DO UPDATE SET session = excluded.session, seen_at = excluded.seen_at,
  from_signal = CASE WHEN call_browser.session = excluded.session THEN call_browser.from_signal ELSE excluded.from_signal END
RETURNING coalesce((SELECT session FROM was), '') <> $2;

-- name: browsers_of :many
-- The pages that speak for the parties of a call.
-- params: call_id
SELECT b.party_id, b.session, b.from_signal, b.seen_at FROM call_browser b JOIN call_party p ON p.id = b.party_id WHERE p.call_id = $1;

-- name: names_of :many
-- How the parties of a call are called: those who have accounts, departments, emergency numbers; and where their browsers listen.
-- params: call_id
-- row: PartyNameRow
-- null: user_id, shown_name, department, emergency, carrier_ref
SELECT p.id, p.kind, p.user_id, u.shown_name, d.name AS department, p.emergency, p.carrier_ref
FROM call_party p LEFT JOIN app_user u ON u.id = p.user_id LEFT JOIN department d ON d.id = p.department_id
WHERE p.call_id = $1;

-- name: ring_of :one?
-- The call that rings a user's line now.
-- params: user_id
SELECT call_id, until FROM call_ring WHERE user_id = $1 AND ended_at IS NULL;

-- name: place_of :one?
-- Where a user is in a call now, or is asked into one.
-- params: user_id
-- null: joined_at
SELECT p.id, p.call_id, p.joined_at, p.invited_at FROM call_party p JOIN call c ON c.id = p.call_id
WHERE p.user_id = $1 AND p.left_at IS NULL AND c.ended_at IS NULL;

-- name: browser_of_ref :one?
-- The party whose browser shows this name, while the call goes on or just ended.
-- params: carrier_ref
SELECT p.id, p.call_id FROM call_party p WHERE p.carrier_ref = $1 ORDER BY p.id DESC LIMIT 1;

-- name: silent_browsers :many
-- Parties without an account whose browser has been silent since before a moment.
-- params: before, limit
SELECT p.id, p.call_id, p.kind FROM call_browser b JOIN call_party p ON p.id = b.party_id JOIN call c ON c.id = p.call_id
WHERE b.seen_at < $1 AND p.left_at IS NULL AND c.ended_at IS NULL AND p.user_id IS NULL AND c.carrier = 'browser'
ORDER BY b.seen_at LIMIT $2;

-- name: unanswered_parties :many
-- Parties who were asked into a call over the browser line before a moment and have not come.
-- params: before, limit
SELECT p.id, p.call_id, p.kind FROM call_party p JOIN call c ON c.id = p.call_id
WHERE p.joined_at IS NULL AND p.left_at IS NULL AND c.ended_at IS NULL AND c.carrier = 'browser' AND p.invited_at < $1
ORDER BY p.invited_at LIMIT $2;

-- name: outside_calls :many
-- Telephones outside that ring over the browser line: the simulator has them all.
-- null: department, emergency, number_enc, phone_enc
SELECT p.id, p.kind, d.name AS department, p.emergency, p.number_enc, n.phone_enc
FROM call_party p JOIN call c ON c.id = p.call_id LEFT JOIN department d ON d.id = p.department_id LEFT JOIN person n ON n.id = c.person_id
WHERE c.carrier = 'browser' AND c.ended_at IS NULL AND p.joined_at IS NULL AND p.left_at IS NULL AND p.user_id IS NULL AND p.carrier_ref IS NULL
ORDER BY p.id LIMIT 20;

-- name: forget_browsers :count
-- Pages that spoke for parties of calls, after a day.
-- params: before
DELETE FROM call_browser WHERE seen_at < $1 RETURNING party_id;

-- name: keep_source :exec
-- From where a call over the web came, as a digest: nobody makes very many.
-- params: call_id, source, now
INSERT INTO call_source (call_id, source, at) VALUES ($1, $2, $3) ON CONFLICT (call_id) DO NOTHING;

-- name: calls_from :one
-- How many calls came from one place since a moment, and how many of them go on.
-- params: source, since
SELECT count(*) AS made, count(*) FILTER (WHERE c.ended_at IS NULL) AS open
FROM call_source s JOIN call c ON c.id = s.call_id WHERE s.source = $1 AND s.at > $2;

-- name: forget_sources :count
-- From where calls came, after a day.
-- params: before
DELETE FROM call_source WHERE at < $1 RETURNING call_id;

-- name: message_of :value?
-- The message that a caller has left so far.
-- params: call_id
SELECT id FROM recording WHERE call_id = $1 AND kind = 'voicemail' ORDER BY id DESC LIMIT 1;

-- name: say :exec
-- What a caller's browser shows and speaks from now on.
-- params: call_id, words, now
INSERT INTO call_said (call_id, words, at) VALUES ($1, $2, $3) ON CONFLICT (call_id) DO UPDATE SET words = excluded.words, at = excluded.at;

-- name: said_in :one?
-- What a caller's browser was last told to say.
-- params: call_id
SELECT words, at FROM call_said WHERE call_id = $1;

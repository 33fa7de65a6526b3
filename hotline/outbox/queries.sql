-- name: insert_messages
-- Messages with their causes; one whose key exists is left out.
INSERT INTO outbox (dedupe_key, kind, channel, to_enc, to_hash, body, ticket_id, person_id, user_id, about, due_at, made_at)
SELECT m.*, $12 FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::bigint[],
  $8::bigint[], $9::int[], $10::jsonb[], $11::timestamptz[]) AS m
ON CONFLICT (dedupe_key) DO NOTHING RETURNING id;

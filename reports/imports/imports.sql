-- name: known :many
-- Which of these lines of imported files were taken before, and what they said.
-- params: kind, sids
-- null: payload_enc
SELECT sid, payload_enc FROM inbound WHERE kind = $1 AND sid = ANY($2::text[]);

-- name: count_again :exec
-- Let the database learn how large the tables have become that an import fills.
ANALYZE ticket, ticket_text, ticket_event, clock, duty, assignment, contact, reply, report_back, note, inbound, person, ladder_step;

-- name: tell_many :many
-- People hear the results, each in a way and at a moment of its own.
-- params: tickets, times, vias, texts, duty_desk
INSERT INTO report_back (ticket_id, via, text, by_id, at, told_at)
SELECT n.ticket, n.via, n.text, $5, n.at, n.at
FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[]) AS n(ticket, at, via, text) RETURNING id, ticket_id;

-- name: follow_up_many :exec
-- People were reached and call their matters solved.
-- params: tickets, times, by_id, ratings
INSERT INTO follow_up (ticket_id, by_id, at, reached, solved, rating)
SELECT n.ticket, $3, n.at, true, true, n.rating FROM unnest($1::bigint[], $2::timestamptz[], $4::int[]) AS n(ticket, at, rating);

-- name: ask_many :exec
-- People are asked to rate, once a ticket.
-- params: ticket_ids, person_ids, asked_times
INSERT INTO rating_request (ticket_id, person_id, asked_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) ON CONFLICT (ticket_id) DO NOTHING;

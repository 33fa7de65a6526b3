-- name: cited :many
-- Tickets of facts, in their order, with the event that each cites; whether the number was secret at $6.
-- params: ticket_ids, department_ids, seqs, times, hits, as_of
-- null: code, name, name_en
SELECT t.id, t.number, t.category, t.state, t.confidential, was_secret(t.id, $6) AS secret, d.code, d.name, d.name_en, f.at, f.hit,
  coalesce(f.seq, (SELECT max(e.seq) FROM ticket_event e WHERE e.ticket_id = f.ticket_id AND e.at = f.at)) AS seq
FROM unnest($1::bigint[], $2::int[], $3::int[], $4::timestamptz[], $5::bool[]) WITH ORDINALITY AS f(ticket_id, department_id, seq, at, hit, place)
JOIN ticket t ON t.id = f.ticket_id LEFT JOIN department d ON d.id = f.department_id ORDER BY f.place;

-- name: departments :many
-- All departments, also former ones, in the order of their codes.
-- null: valid_to
-- row: FiguresDepartmentsRow
SELECT id, code, name, name_en, kind, valid_to FROM department ORDER BY code;

-- name: held_events :each
-- What moved a ticket from one party to another, ticket by ticket, of tickets that were open in $1 … $2.
-- params: start, end, kinds
SELECT e.ticket_id, e.at, e.kind, e.detail FROM ticket t JOIN ticket_event e ON e.ticket_id = t.id
WHERE t.received_at < $2 AND (t.filed_at IS NULL OR t.filed_at >= $1) AND e.at < $2 AND e.kind = ANY($3::text[])
ORDER BY e.ticket_id, e.seq;

-- name: received_by_month :many
-- How many tickets came in each month of the zone $3.
-- params: start, end, zone
SELECT extract(year FROM received_at AT TIME ZONE $3::text)::int AS year, extract(month FROM received_at AT TIME ZONE $3::text)::int AS month, count(*) AS n
FROM ticket WHERE received_at >= $1 AND received_at < $2 GROUP BY 1, 2;

-- name: corrected_later
-- The category that tickets had at a moment ($3), of those whose category was corrected after it.
SELECT DISTINCT ON (ticket_id) ticket_id, detail::jsonb #>> '{category,0}' AS category FROM ticket_event
WHERE kind = 'corrected' AND at > $3 AND $1::timestamptz <= $2::timestamptz AND detail::jsonb ? 'category' ORDER BY ticket_id, seq;

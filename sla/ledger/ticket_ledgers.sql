-- name: happenings :many
-- The events of tickets that change who holds them, in order.
-- params: ticket_ids, kinds
-- row: TicketLedgersHappeningsRow
SELECT ticket_id, at, kind, detail FROM ticket_event WHERE ticket_id = ANY($1::bigint[]) AND kind = ANY($2::text[])
ORDER BY ticket_id, seq;

-- name: department_names :many
-- The names of departments by their codes.
-- params: codes
SELECT code, name FROM department WHERE code = ANY($1::text[]);

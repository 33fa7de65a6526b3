-- name: happenings :many
-- The events by which tickets changed hands, with the reason that was given, oldest first.
-- params: ticket_ids, kinds
-- null: why
-- row: TransfersHappeningsRow
SELECT e.ticket_id, e.at, e.kind, e.actor, e.detail, n.text AS why FROM ticket_event e
LEFT JOIN note n ON n.ticket_id = e.ticket_id AND n.seq = e.seq AND n.kind <> 'co_internal'
WHERE e.ticket_id = ANY($1::bigint[]) AND e.kind = ANY($2::text[]) ORDER BY e.ticket_id, e.seq;

-- name: names :many
-- Departments by id, in force or not.
-- params: idents
-- row: TransfersNamesRow
SELECT id, code, name, name_en FROM department WHERE id = ANY($1::int[]);

-- name: people :many
-- People by id.
-- params: idents
-- row: TransfersPeopleRow
SELECT id, shown_name FROM app_user WHERE id = ANY($1::int[]);

-- name: assign_many :many
-- Departments are given the lead of tickets, each at its own moment.
-- params: tickets, departments, times, by
INSERT INTO assignment (ticket_id, department_id, part, assigned_by, assigned_at)
SELECT n.ticket, n.department, 'lead', $4, n.at FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS n(ticket, department, at)
RETURNING id, ticket_id;

-- name: dispatch_many :exec
-- Tickets are with their departments.
-- params: idents, departments
UPDATE ticket t SET state = 'dispatched', department_id = n.department
FROM unnest($1::bigint[], $2::int[]) AS n(id, department) WHERE t.id = n.id;

-- name: sign_many :exec
-- Assignments are signed for, each at its own moment.
-- params: idents, times, by, handlers, duty_desk
UPDATE assignment a SET signed_at = n.at, handler_enc = n.handler, signed_by = CASE WHEN n.handler IS NULL THEN a.signed_by ELSE $5 END,
  acknowledged_at = coalesce(a.acknowledged_at, n.at), acknowledged_by = coalesce(a.acknowledged_by, $3)
FROM unnest($1::bigint[], $2::timestamptz[], $4::bytea[]) AS n(id, at, handler) WHERE a.id = n.id;

-- name: set_states :exec
-- Tickets move on to the same state.
-- params: idents, followed_up
UPDATE ticket SET state = $2 WHERE id = ANY($1::bigint[]);

-- name: open_leads :many
-- The open lead assignments of tickets.
-- params: ticket_ids
SELECT id, ticket_id, department_id FROM assignment WHERE ticket_id = ANY($1::bigint[]) AND ended_at IS NULL AND part = 'lead';

-- name: end_tickets :exec
-- Tickets end without a department, each in its way and at its own moment.
-- params: idents, states, times
UPDATE ticket t SET state = n.state, ended_at = n.at
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS n(id, state, at) WHERE t.id = n.id;

-- name: end_duties :exec
-- What the end of tickets does to their duties, on the evidence of the event.
-- params: tickets, seqs, times, duties, states
UPDATE duty d SET state = c.state, seq = n.seq, closed_at = n.at
FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS n(ticket, seq, at), unnest($4::text[], $5::text[]) AS c(duty, state)
WHERE d.ticket_id = n.ticket AND d.duty = c.duty AND d.state = 'open';

-- name: note_many :exec
-- The words of events.
-- params: tickets, seqs, kinds, texts, publics
INSERT INTO note (ticket_id, seq, kind, text, public)
SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::bool[]) AS n(ticket, seq, kind, text, public) WHERE n.text <> '';

-- name: end_many :exec
-- The open assignments of tickets end, each at its own moment.
-- params: tickets, times
UPDATE assignment a SET ended_at = n.at, end_reason = 'ended'
FROM unnest($1::bigint[], $2::timestamptz[]) AS n(ticket, at) WHERE a.ticket_id = n.ticket AND a.ended_at IS NULL;

-- name: file_many :exec
-- Tickets are filed, each at its own moment.
-- params: idents, times, states
UPDATE ticket t SET state = n.state, filed_at = n.at
FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS n(id, at, state) WHERE t.id = n.id;

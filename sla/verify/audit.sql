-- name: tickets :many
-- The rows of a part of the tickets.
-- params: after, until
-- null: department_id, person_id, concerned_id, parent_id, after_id, ended_at, filed_at, words_erased_at
SELECT * FROM ticket WHERE id > $1 AND id <= $2 ORDER BY id;

-- name: assignments :many
-- Their assignments.
-- params: after, until
-- null: suggested, acknowledged_at, acknowledged_by, signed_at, signed_by, handler_enc, contacted_at, safe_at, ended_at, end_reason
-- row: AuditAssignmentsRow
SELECT * FROM assignment WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, id;

-- name: owners :many
-- Their owners, in order.
-- params: after, until
-- null: to_at
SELECT * FROM ownership WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, id;

-- name: duties :many
-- Their duties.
-- params: after, until
-- null: seq, closed_at
-- row: AuditDutiesRow
SELECT * FROM duty WHERE ticket_id > $1 AND ticket_id <= $2;

-- name: clocks :many
-- Their clocks, in order.
-- params: after, until
-- null: call_back_id, assignment_id, department_id, warn, start_seq, resumes_at, breached_at, stopped_at, stop_seq, next_at, excused_at
-- row: AuditClocksRow
SELECT * FROM clock WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, id;

-- name: procedures :many
-- All statutory procedures, ended ones too.
-- row: AuditProceduresRow
SELECT id, base, amount, basis FROM statutory_procedure;

-- name: closure_reasons :values
-- Why closures and failures were declared, revoked ones too: the grounds on which clocks were excused.
SELECT DISTINCT reason FROM closure;

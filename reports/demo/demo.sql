-- name: is_empty :value
-- Whether there is no ticket and no department yet.
SELECT NOT EXISTS (SELECT 1 FROM ticket) AND NOT EXISTS (SELECT 1 FROM department);

-- name: mark :value?
-- When something of this name was stamped last.
-- params: loaded
SELECT max(due_at) FROM job_run WHERE name = $1;

-- name: next_due :one?
-- When each of the sweeps that people wait for has something to do next.
-- null: ladder, paging, outbox, receipts, surprise
SELECT (SELECT min(next_at) FROM clock WHERE next_at IS NOT NULL) AS ladder,
  (SELECT min(next_at) FROM paging WHERE ended_at IS NULL AND next_at IS NOT NULL) AS paging,
  (SELECT min(due_at) FROM outbox WHERE state IN ('waiting', 'uncertain')) AS outbox,
  (SELECT min(due_by) FROM report_back WHERE told_at IS NULL AND failed_at IS NULL) AS receipts,
  (SELECT min(due_at) FROM surprise_page WHERE paged_at IS NULL) AS surprise;

-- name: surprises :many
-- The surprise pages of a day.
-- params: begin, until
SELECT id, due_at FROM surprise_page WHERE due_at >= $1 AND due_at < $2 ORDER BY due_at, id;

-- name: surprised :one?
-- Whom a surprise page paged, with which code.
-- params: page
SELECT user_id, code FROM surprise_page WHERE id = $1;

-- name: latest_ticket :one?
-- The ticket that was opened last, with its owner.
SELECT number, owner_id FROM ticket ORDER BY id DESC LIMIT 1;

-- name: paged :one?
-- Whom the lead's ladder paged last, and with which code.
-- params: t_number
-- row: DemoPagedRow
SELECT p.code, g.user_id FROM paging p JOIN ticket t ON t.id = p.ticket_id JOIN page g ON g.assignment_id = p.assignment_id
WHERE t.number = $1 AND p.ended_at IS NULL ORDER BY p.assignment_id DESC, g.step DESC, g.at DESC LIMIT 1;

-- name: state :one?
-- Where a ticket stands, and who owns it.
-- params: number
SELECT state, owner_id, id FROM ticket WHERE number = $1;

-- name: due :value?
-- Until when the department is to reply.
-- params: t_number
SELECT c.due_at FROM clock c JOIN ticket t ON t.id = c.ticket_id
WHERE t.number = $1 AND c.clock = 'resolve' AND c.state = 'running' ORDER BY c.id DESC LIMIT 1;

-- name: suspected :many
-- Findings that nobody judged yet, oldest first.
-- null: ticket_id, appealed_at
-- row: DemoSuspectedRow
SELECT f.id, f.ticket_id, f.department_id, f.appeal_by, a.at AS appealed_at, d.code
FROM finding f JOIN department d ON d.id = f.department_id LEFT JOIN finding_appeal a ON a.finding_id = f.id
WHERE f.state = 'suspected' ORDER BY f.id;

-- name: orders :values
-- The supervise orders of a ticket that nobody acknowledged.
-- params: t_number
-- row: DemoOrdersRow
SELECT o.id FROM supervise_order o JOIN ticket t ON t.id = o.ticket_id WHERE t.number = $1 AND o.received_at IS NULL ORDER BY o.id;

-- name: owed :value
-- The call that is owed for a call.
-- params: call_sid
SELECT b.id FROM call_back b JOIN contact c ON c.id = b.contact_id WHERE c.call_sid = $1;

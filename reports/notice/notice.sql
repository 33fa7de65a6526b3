-- name: rules_on :one?
-- The rules in force on a day.
-- params: day
SELECT version, rules FROM notice_rule WHERE effective_on <= $1 ORDER BY effective_on DESC LIMIT 1;

-- name: rules :one?
-- One version of the rules.
-- params: version
-- row: NoticeRulesRow
SELECT version, rules FROM notice_rule WHERE version = $1;

-- name: confirmed :many
-- Confirmed findings of faults in $1 … $2 as known at $3, with what they cite; a tipoff's or confidential ticket's number is not printed.
-- params: start, end, as_of
-- null: ticket_id, number
SELECT f.id, f.rule, f.kind, f.ticket_id, CASE WHEN t.category <> 'tipoff' AND NOT t.confidential THEN t.number END AS number, f.department_id, f.seqs, f.at FROM finding f LEFT JOIN ticket t ON t.id = f.ticket_id
WHERE f.at >= $1 AND f.at < $2 AND f.judged_at <= $3 AND f.state = 'confirmed' ORDER BY f.at, f.id;

-- name: suspected :many
-- How many findings of faults in $1 … $2 were not yet judged at $3, by department and rule.
-- params: start, end, as_of
-- row: NoticeSuspectedRow
SELECT f.department_id, f.rule, count(*) AS n FROM finding f
WHERE f.at >= $1 AND f.at < $2 AND f.found_at <= $3 AND (f.judged_at IS NULL OR f.judged_at > $3) GROUP BY 1, 2 ORDER BY 1, 2;

-- name: appeals :many
-- Appeals against findings of faults in $1 … $2 as known at $3, and their outcome.
-- params: start, end, as_of
-- null: number, upheld
SELECT f.rule, CASE WHEN t.category <> 'tipoff' AND NOT t.confidential THEN t.number END AS number, f.department_id, a.at, CASE WHEN a.decided_at <= $3 THEN a.upheld END AS upheld FROM finding_appeal a
JOIN finding f ON f.id = a.finding_id LEFT JOIN ticket t ON t.id = f.ticket_id
WHERE f.at >= $1 AND f.at < $2 AND a.at <= $3 ORDER BY a.at, f.id;

-- name: exclusions :many
-- Tickets that were dispatched in $1 … $2 and asked to be left out, as known at $3.
-- params: start, end, as_of
-- null: granted
SELECT x.ticket_id, t.number, x.department_id, x.ground, CASE WHEN x.decided_at <= $3 THEN x.granted END AS granted FROM exclusion x
JOIN ticket t ON t.id = x.ticket_id
WHERE x.at <= $3 AND EXISTS (SELECT 1 FROM assignment a WHERE a.ticket_id = x.ticket_id AND a.department_id = x.department_id
  AND a.assigned_at >= $1::timestamptz - interval '90 days' AND a.assigned_at < $2) ORDER BY x.id;

-- name: waivers :many
-- Duties that were waived in $1 … $2.
-- params: start, end
-- null: at
SELECT t.number, d.duty, d.closed_at AS at FROM duty d JOIN ticket t ON t.id = d.ticket_id
WHERE d.state = 'waived' AND d.closed_at >= $1 AND d.closed_at < $2 ORDER BY d.closed_at, t.number, d.duty;

-- name: lowered :many
-- Urgencies that were lowered in $1 … $2.
-- params: start, end
SELECT t.number, e.seq, e.at, e.detail::jsonb #>> '{urgency,0}' AS before, e.detail::jsonb #>> '{urgency,1}' AS after
FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id
WHERE e.kind = 'corrected' AND e.at >= $1 AND e.at < $2 AND e.detail::jsonb ? 'urgency'
  AND array_position(ARRAY['normal', 'urgent', 'critical'], e.detail::jsonb #>> '{urgency,1}')
    < array_position(ARRAY['normal', 'urgent', 'critical'], e.detail::jsonb #>> '{urgency,0}')
ORDER BY e.at, t.number;

-- name: orders :many
-- Supervise orders issued in $1 … $2, and whether they were received by $3.
-- params: start, end, as_of
-- null: ticket, received_at
-- row: NoticeOrdersRow
SELECT o.number, CASE WHEN t.category <> 'tipoff' AND NOT t.confidential THEN t.number END AS ticket, o.department_id, o.issued_at, o.due_at, CASE WHEN o.received_at <= $3 THEN o.received_at END AS received_at
FROM supervise_order o JOIN ticket t ON t.id = o.ticket_id WHERE o.issued_at >= $1 AND o.issued_at < $2 ORDER BY o.issued_at, o.number;

-- name: consulted :many
-- What came before the consultation in $1 … $2, by reason, and how much of it was over by its end.
-- params: start, end
SELECT reason, count(*) AS n, count(*) FILTER (WHERE ended_at < $2) AS ended FROM consultation_item
WHERE added_at >= $1 AND added_at < $2 GROUP BY reason ORDER BY reason;

-- name: good :many
-- Good examples of $1 … $2: solved at the first time, rated 5, no clock of a department breached by $3; the quickest first.
-- params: start, end, as_of
SELECT DISTINCT ON (t.received_at, t.id) t.number, a.department_id, t.category, r.submitted_at - t.received_at AS took
FROM follow_up f JOIN ticket t ON t.id = f.ticket_id
JOIN LATERAL (SELECT * FROM reply r WHERE r.ticket_id = t.id AND r.accepted_at <= f.at ORDER BY r.id DESC LIMIT 1) r ON true
JOIN assignment a ON a.id = r.assignment_id
WHERE f.reached AND f.solved AND f.at >= $1 AND f.at < least($2::timestamptz, $3) AND r.outcome = 'solved' AND t.category <> 'tipoff' AND NOT t.confidential
  AND EXISTS (SELECT 1 FROM rating g WHERE g.ticket_id = t.id AND g.score = 5 AND g.confirmed AND g.at < least($2::timestamptz, $3))
  AND NOT EXISTS (SELECT 1 FROM clock c WHERE c.ticket_id = t.id AND c.whose = 'department' AND c.breached_at <= $3)
  AND NOT EXISTS (SELECT 1 FROM reply b WHERE b.ticket_id = t.id AND b.sent_back_at <= $3);

-- name: latest_approved :one?
-- The notice of a month that holds: the last one approved.
-- params: month
-- null: amends, approved_by, approved_at, withdrawn_at, seal
SELECT * FROM notice WHERE month = $1 AND approved_at IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: proposed :one?
-- The proposal of a month that waits for the leader, locked.
-- params: month
-- null: amends, approved_by, approved_at, withdrawn_at, seal
-- row: LatestApprovedRow
SELECT * FROM notice WHERE month = $1 AND approved_at IS NULL AND withdrawn_at IS NULL FOR UPDATE;

-- name: withdraw :exec
-- A proposal gives way to a newer one.
-- params: waiting_id?, now
UPDATE notice SET withdrawn_at = $2 WHERE id = $1;

-- name: insert_notice :value
-- The centre proposes a notice, or an amendment of one.
-- params: month, amends?, reason, rule_version, as_of, content, hash, proposed_by, now
INSERT INTO notice (month, amends, reason, rule_version, as_of, content, hash, proposed_by, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id;

-- name: approve :exec
-- A leader approves: from now on the row is frozen.
-- params: ident, approved_by, now, seal
UPDATE notice SET approved_by = $2, approved_at = $3, seal = $4 WHERE id = $1;

-- name: notices :many
-- Notices, newest first, without their content; only approved ones where $1.
-- params: p1, until, limit
-- null: amends, approved_at, withdrawn_at, approver
SELECT n.id, n.month, n.amends, n.reason, n.rule_version, n.as_of, n.hash, n.proposed_at, n.approved_at, n.withdrawn_at,
  p.shown_name AS proposer, a.shown_name AS approver
FROM notice n JOIN app_user p ON p.id = n.proposed_by LEFT JOIN app_user a ON a.id = n.approved_by
WHERE n.id < $2 AND (NOT $1::bool OR n.approved_at IS NOT NULL) ORDER BY n.id DESC LIMIT $3;

-- name: names :many
-- Who proposed and who approved.
-- params: idents
-- row: NoticeNamesRow
SELECT id, shown_name FROM app_user WHERE id = ANY($1::int[]);

-- name: content_hash :value
-- The hash of a notice's content.
-- params: ident
SELECT hash FROM notice WHERE id = $1;

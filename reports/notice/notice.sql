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
-- Confirmed findings that count in the notice of $1 … $2 ($4: its first day, $5: the zone) as known at $3, each in one notice only:
-- of faults of the month, unless a later notice took them; and of earlier months, confirmed since their own notice, and in none since.
-- What a way out took is left out, and whose number is not to be printed has none.
-- params: start, end, as_of, month, zone
-- null: ticket_id, number, due_at, done_at, done_seq
SELECT f.id, f.rule, f.kind, f.ticket_id, CASE WHEN NOT was_secret(f.ticket_id, $3) THEN t.number END AS number, f.department_id, f.seqs, f.at,
  f.at < $1 AS earlier,
  CASE WHEN c.clock = 'sign' THEN signed_by(c.ticket_id, c.started_at, least(c.stopped_at, $3), c.due_at, $5) ELSE c.due_at END AS due_at,
  CASE WHEN c.state = 'stopped' AND c.stopped_at <= $3 THEN c.stopped_at END AS done_at,
  CASE WHEN c.state = 'stopped' AND c.stopped_at <= $3 THEN c.stop_seq END AS done_seq
FROM finding f LEFT JOIN ticket t ON t.id = f.ticket_id LEFT JOIN clock c ON c.id = f.clock_id
WHERE f.at >= $1::timestamptz - interval '400 days' AND f.at < $2 AND f.judged_at <= $3 AND f.state = 'confirmed'
  AND NOT EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = f.id AND o.at <= $3)
  AND CASE WHEN f.at >= $1 THEN NOT EXISTS (SELECT 1 FROM notice later JOIN notice own ON own.month = $4::date AND own.as_of < f.judged_at
      AND own.approved_at <= later.as_of WHERE later.month > $4::date AND later.approved_at <= $3 AND later.as_of >= f.judged_at)
    ELSE EXISTS (SELECT 1 FROM notice own WHERE own.month = date_trunc('month', f.at AT TIME ZONE $5)::date AND own.approved_at <= $3
        AND own.as_of < f.judged_at)
      AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.month >= date_trunc('month', f.at AT TIME ZONE $5)::date AND n.month < $4::date
        AND n.approved_at <= $3 AND n.as_of >= f.judged_at) END
ORDER BY f.at, f.id;

-- name: quarter :many
-- Confirmed findings of faults in $1 … $2 as known at $3, for the points of a rolling quarter.
-- params: start, end, as_of
-- null: ticket_id
-- row: QuarterFaultsRow
SELECT f.ticket_id, f.kind, f.department_id FROM finding f WHERE f.at >= $1 AND f.at < $2 AND f.judged_at <= $3 AND f.state = 'confirmed'
  AND NOT EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = f.id AND o.at <= $3);

-- name: events_cited :many
-- What the events are that findings cite.
-- params: ticket_ids, seqs
SELECT e.ticket_id, e.seq, e.kind, e.at FROM unnest($1::bigint[], $2::int[]) AS c(ticket_id, seq)
JOIN ticket_event e ON e.ticket_id = c.ticket_id AND e.seq = c.seq ORDER BY e.ticket_id, e.seq;

-- name: unanswered_pages :many
-- The pages of a department in $1 … $2 that went up to its leader and were there before: the evidence of pages unanswered.
-- params: starts_at, until, department_ids
-- null: number
-- row: PagesCitedRow
SELECT p.department_id, CASE WHEN NOT was_secret(p.ticket_id, $2) THEN t.number END AS number, g.step, min(g.at) AS at
FROM page g JOIN paging p ON p.assignment_id = g.assignment_id JOIN ticket t ON t.id = p.ticket_id
WHERE p.department_id = ANY($3::int[]) AND g.at >= $1 AND g.at < $2 AND g.step <= 2
  AND EXISTS (SELECT 1 FROM page l WHERE l.assignment_id = g.assignment_id AND l.step = 2 AND l.at >= $1 AND l.at < $2)
GROUP BY p.department_id, p.ticket_id, t.number, g.assignment_id, g.step ORDER BY 1, 4, 3;

-- name: suspected :value
-- How many findings of faults in $1 … $2 were not yet judged at $3. Of whom is nobody's to read.
-- params: start, end, as_of
SELECT count(*) FROM finding f WHERE f.at >= $1 AND f.at < $2 AND f.found_at <= $3 AND (f.judged_at IS NULL OR f.judged_at > $3)
  AND NOT EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = f.id AND o.at <= $3);

-- name: still_open :one
-- What is open of faults in $1 … $2 at $3: windows in which a department may appeal and the last of them, appeals that wait, findings that
-- nobody judged, requests for exclusion that wait.
-- params: start, end, now
-- null: heard_until
SELECT count(*) FILTER (WHERE a.finding_id IS NULL AND f.appeal_by >= $3) AS windows, max(f.appeal_by) FILTER (WHERE a.finding_id IS NULL) AS heard_until,
  count(*) FILTER (WHERE a.finding_id IS NOT NULL) AS appeals, count(*) FILTER (WHERE a.finding_id IS NULL AND f.appeal_by < $3) AS unjudged,
  (SELECT count(*) FROM exclusion x WHERE x.decided_at IS NULL AND x.at < $3) AS exclusions
FROM finding f LEFT JOIN finding_appeal a ON a.finding_id = f.id
WHERE f.at >= $1 AND f.at < $2 AND f.state = 'suspected' AND NOT EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = f.id AND o.at <= $3);

-- name: appeals :many
-- Appeals against findings of faults in $1 … $2 as known at $3 and their outcome, and what the centre dismissed.
-- params: start, end, as_of
-- null: number, upheld
SELECT f.rule, CASE WHEN NOT was_secret(f.ticket_id, $3) THEN t.number END AS number, f.department_id, coalesce(a.at, f.judged_at) AS at,
  CASE WHEN a.decided_at <= $3 THEN a.upheld END AS upheld, a.finding_id IS NULL AS dismissed
FROM finding f LEFT JOIN finding_appeal a ON a.finding_id = f.id LEFT JOIN ticket t ON t.id = f.ticket_id
WHERE f.at >= $1 AND f.at < $2 AND (a.at <= $3 OR (a.finding_id IS NULL AND f.state = 'dropped' AND f.judged_by IS NOT NULL AND f.judged_at <= $3))
ORDER BY 4, f.id;

-- name: exclusions :many
-- Requests to leave out tickets that were due in $1 … $2, as known at $3, and whether each is printed here: what was granted or refused only
-- after the notice of that month stands in the next one, once. $4: the first day of the month, $5: the zone.
-- params: start, end, as_of, month, zone
-- null: granted, number
SELECT x.ticket_id, CASE WHEN NOT was_secret(x.ticket_id, $3) THEN t.number END AS number, x.department_id, x.ground, CASE WHEN x.decided_at <= $3 THEN x.granted END AS granted,
  d.due_at < $1 AS earlier
FROM exclusion x JOIN ticket t ON t.id = x.ticket_id
JOIN LATERAL (SELECT coalesce((SELECT c.due_at FROM clock c JOIN assignment a ON a.id = c.assignment_id AND a.part = 'lead'
    WHERE c.ticket_id = x.ticket_id AND c.department_id = x.department_id AND c.clock = 'resolve' ORDER BY c.id DESC LIMIT 1),
  (SELECT max(a.assigned_at) FROM assignment a WHERE a.ticket_id = x.ticket_id AND a.department_id = x.department_id)) AS due_at) d ON true
WHERE x.at <= $3 AND d.due_at >= $1::timestamptz - interval '400 days' AND d.due_at < $2
  AND CASE WHEN d.due_at >= $1 THEN true
    ELSE x.decided_at <= $3 AND EXISTS (SELECT 1 FROM notice own WHERE own.month = date_trunc('month', d.due_at AT TIME ZONE $5)::date AND own.approved_at <= $3
        AND own.as_of < x.decided_at)
      AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.month >= date_trunc('month', d.due_at AT TIME ZONE $5)::date AND n.month < $4::date
        AND n.approved_at <= $3 AND n.as_of >= x.decided_at) END
ORDER BY x.id;

-- name: due_by_department :many
-- How many tickets each of some departments had due as lead in $1 … $2: by these exclusions are counted.
-- params: start, end, department_ids
SELECT c.department_id, count(DISTINCT c.ticket_id) AS n FROM clock c JOIN assignment a ON a.id = c.assignment_id AND a.part = 'lead'
WHERE c.clock = 'resolve' AND c.due_at >= $1 AND c.due_at < $2 AND c.department_id = ANY($3::int[])
  AND c.id = (SELECT max(k.id) FROM clock k JOIN assignment b ON b.id = k.assignment_id AND b.part = 'lead'
    WHERE k.ticket_id = c.ticket_id AND k.department_id = c.department_id AND k.clock = 'resolve') GROUP BY 1;

-- name: waivers :many
-- Duties that were waived in $1 … $2: by whom, and why.
-- params: start, end
-- null: number, who
SELECT CASE WHEN NOT was_secret(e.ticket_id, $2) THEN t.number END AS number, e.detail::jsonb ->> 'duty' AS duty, e.at, u.shown_name AS who, coalesce(n.text, '') AS why
FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN app_user u ON e.actor = 'user:' || u.id
LEFT JOIN note n ON n.ticket_id = e.ticket_id AND n.seq = e.seq AND n.kind = 'reason'
WHERE e.kind = 'waived' AND e.at >= $1 AND e.at < $2 ORDER BY e.at, t.number, 2;

-- name: restricted :one
-- Restrictions of voice after abuse that were made in $1 … $2, with what was known of them then.
-- params: start, end
SELECT count(*) AS made, count(*) FILTER (WHERE lifted_at < $2 AND NOT coalesce(decided_at < $2 AND NOT upheld, false)) AS lifted,
  count(*) FILTER (WHERE objected_at < $2) AS objected, count(*) FILTER (WHERE decided_at < $2 AND NOT upheld) AS reversed
FROM restriction WHERE at >= $1 AND at < $2;

-- name: lowered :many
-- Urgencies that were lowered in $1 … $2: by whom, and why.
-- params: start, end
-- null: number, who
SELECT CASE WHEN NOT was_secret(e.ticket_id, $2) THEN t.number END AS number, e.seq, e.at, e.detail::jsonb #>> '{urgency,0}' AS before, e.detail::jsonb #>> '{urgency,1}' AS after,
  u.shown_name AS who, coalesce(n.text, '') AS why
FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id LEFT JOIN app_user u ON e.actor = 'user:' || u.id
LEFT JOIN note n ON n.ticket_id = e.ticket_id AND n.seq = e.seq AND n.kind = 'reason'
WHERE e.kind = 'corrected' AND e.at >= $1 AND e.at < $2 AND e.detail::jsonb ? 'urgency'
  AND array_position(ARRAY['normal', 'urgent', 'critical'], e.detail::jsonb #>> '{urgency,1}')
    < array_position(ARRAY['normal', 'urgent', 'critical'], e.detail::jsonb #>> '{urgency,0}')
ORDER BY e.at, t.number;

-- name: orders :many
-- Supervise orders issued in $1 … $2, and whether they were received by $3.
-- params: start, end, as_of
-- null: ticket, received_at
-- row: NoticeOrdersRow
SELECT o.number, CASE WHEN NOT was_secret(o.ticket_id, $3) THEN t.number END AS ticket, o.department_id, o.issued_at, o.due_at, CASE WHEN o.received_at <= $3 THEN o.received_at END AS received_at
FROM supervise_order o JOIN ticket t ON t.id = o.ticket_id WHERE o.issued_at >= $1 AND o.issued_at < $2 ORDER BY o.issued_at, o.number;

-- name: consulted :many
-- What came before the consultation in $1 … $2, by reason, and how much of it was over by its end.
-- params: start, end
SELECT reason, count(*) AS n, count(*) FILTER (WHERE ended_at < $2) AS ended FROM consultation_item
WHERE added_at >= $1 AND added_at < $2 GROUP BY reason ORDER BY reason;

-- name: good :many
-- Good examples of $1 … $2 as known at $3: solved at the first time, rated 5 and not for being pressed, no clock of a department breached, and no
-- finding, return, exclusion or rework of its own; the quickest first. Praise is no example of a matter solved.
-- params: start, end, as_of
SELECT DISTINCT ON (t.received_at, t.id) t.number, a.department_id, class_at(t.id, $3, 'category') AS category, r.submitted_at - t.received_at AS took
FROM follow_up f JOIN ticket t ON t.id = f.ticket_id
JOIN LATERAL (SELECT * FROM reply r WHERE r.ticket_id = t.id AND r.accepted_at <= f.at ORDER BY r.id DESC LIMIT 1) r ON true
JOIN assignment a ON a.id = r.assignment_id
WHERE f.reached AND f.solved AND f.at >= $1 AND f.at < least($2::timestamptz, $3) AND r.outcome = 'solved'
  AND NOT was_secret(t.id, $3) AND class_at(t.id, $3, 'category') <> 'praise'
  AND EXISTS (SELECT 1 FROM rating g WHERE g.ticket_id = t.id AND g.score = 5 AND g.confirmed AND g.at < least($2::timestamptz, $3))
  AND NOT EXISTS (SELECT 1 FROM clock c WHERE c.ticket_id = t.id AND ((c.whose = 'department' AND c.breached_at <= $3) OR (c.clock = 'rework' AND c.started_at <= $3)))
  AND NOT EXISTS (SELECT 1 FROM reply b WHERE b.ticket_id = t.id AND b.sent_back_at <= $3)
  AND NOT EXISTS (SELECT 1 FROM return_case k WHERE k.ticket_id = t.id AND k.returned_at <= $3)
  AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.ticket_id = t.id AND x.at <= $3)
  AND NOT EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = t.id AND e.kind = 'pressed' AND e.at <= $3)
  AND NOT EXISTS (SELECT 1 FROM finding g WHERE g.ticket_id = t.id AND g.found_at <= $3
    AND NOT EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = g.id AND o.at <= $3));

-- name: latest_approved :one?
-- The notice of a month that holds: the last one approved.
-- params: month
-- null: amends, approved_by, approved_at, withdrawn_at, sent_back_by, seal
SELECT * FROM notice WHERE month = $1 AND approved_at IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: proposed :one?
-- The proposal of a month that waits for the leader, locked.
-- params: month
-- null: amends, approved_by, approved_at, withdrawn_at, sent_back_by, seal
-- row: LatestApprovedRow
SELECT * FROM notice WHERE month = $1 AND approved_at IS NULL AND withdrawn_at IS NULL FOR UPDATE;

-- name: send_back :exec
-- A leader sends a proposal back, with the reason: it is withdrawn.
-- params: ident, now, sent_back_by, sent_back
UPDATE notice SET withdrawn_at = $2, sent_back_by = $3, sent_back = $4 WHERE id = $1;

-- name: sent_back :one?
-- The last proposal of a month that was sent back, where nothing was proposed since.
-- params: month
-- row: NoticeSentBackRow
SELECT n.sent_back_by, n.sent_back, n.withdrawn_at AS at FROM notice n WHERE n.month = $1 AND n.sent_back_by IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM notice later WHERE later.month = $1 AND later.id > n.id) ORDER BY n.id DESC LIMIT 1;

-- name: earlier_proposal :value?
-- The month of an earlier proposal that waits.
-- params: month
SELECT month FROM notice WHERE month < $1 AND approved_at IS NULL AND withdrawn_at IS NULL ORDER BY month LIMIT 1;

-- name: first_received :value?
-- When the first matter came in: before it there was no hotline.
SELECT received_at FROM ticket ORDER BY received_at LIMIT 1;

-- name: touched :values
-- The tickets to which something happened in $1 … $2, or of which something was due: whose record decides the month.
-- params: start, end
SELECT id FROM ticket WHERE received_at < $2 AND last_event_at >= $1 ORDER BY id;

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
-- null: amends, approved_at, withdrawn_at, sent_back_by, approver
SELECT n.id, n.month, n.amends, n.reason, n.rule_version, n.as_of, n.hash, n.proposed_at, n.approved_at, n.withdrawn_at, n.sent_back_by, n.sent_back,
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

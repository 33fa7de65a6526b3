-- name: breaches_of :many
-- Breached clocks of departments on some tickets that no finding names yet; excused ones never.
-- params: ticket_ids, clocks
-- null: ticket_id, assignment_id, start_seq, stop_seq, stopped_at, breach_seq
SELECT c.id, c.ticket_id, c.clock, c.department_id, c.assignment_id, c.started_at, c.start_seq, c.stop_seq, c.stopped_at, c.due_at, d.name,
  CASE WHEN EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'corrected')
    AND 'normal' IN (class_at(c.ticket_id, c.started_at, 'urgency'), class_at(c.ticket_id, coalesce(c.stopped_at, 'infinity'), 'urgency')) THEN 'normal' ELSE t.urgency END AS urgency,
  (SELECT max(e.seq) FROM ticket_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'breached' AND (e.detail::jsonb ->> 'clock_id')::bigint = c.id) AS breach_seq
FROM clock c JOIN ticket t ON t.id = c.ticket_id JOIN department d ON d.id = c.department_id
WHERE c.ticket_id = ANY($1::bigint[]) AND c.breached_at IS NOT NULL AND c.excused = '' AND c.whose = 'department' AND c.clock = ANY($2::text[])
  AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.clock_id = c.id) ORDER BY c.id;

-- name: breaches_between :many
-- The same for all tickets, of clocks that were due in $1 … $3.
-- params: since, clocks, due_at
-- null: ticket_id, assignment_id, start_seq, stop_seq, stopped_at, breach_seq
-- row: BreachesOfRow
SELECT c.id, c.ticket_id, c.clock, c.department_id, c.assignment_id, c.started_at, c.start_seq, c.stop_seq, c.stopped_at, c.due_at, d.name,
  CASE WHEN EXISTS (SELECT 1 FROM ticket_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'corrected')
    AND 'normal' IN (class_at(c.ticket_id, c.started_at, 'urgency'), class_at(c.ticket_id, coalesce(c.stopped_at, 'infinity'), 'urgency')) THEN 'normal' ELSE t.urgency END AS urgency,
  (SELECT max(e.seq) FROM ticket_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'breached' AND (e.detail::jsonb ->> 'clock_id')::bigint = c.id) AS breach_seq
FROM clock c JOIN ticket t ON t.id = c.ticket_id JOIN department d ON d.id = c.department_id
WHERE c.breached_at > $1 AND c.breached_at <= $3 AND c.excused = '' AND c.whose = 'department' AND c.clock = ANY($2::text[])
  AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.clock_id = c.id) ORDER BY c.id;

-- name: insert_findings :many
-- Suspected faults, each once.
-- params: keys, rules, kinds, measures, tickets, clocks, departments, seqs, times, version, now, appeal_by
-- null: ticket_id
INSERT INTO finding (key, rule, rule_version, kind, measure, ticket_id, clock_id, department_id, seqs, at, found_at, appeal_by)
SELECT n.key, n.rule, $10, n.kind, n.measure, n.ticket, n.clock, n.department, string_to_array(n.seqs, ',')::int[], n.at, $11, $12
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::int[], $8::text[], $9::timestamptz[])
  AS n(key, rule, kind, measure, ticket, clock, department, seqs, at)
ON CONFLICT DO NOTHING RETURNING id, department_id, ticket_id, rule;

-- name: records :many
-- The record of some tickets, for the rules.
-- params: ticket_ids, kinds
-- row: FindingsRecordsRow
SELECT ticket_id, seq, at, kind, actor, detail FROM ticket_event WHERE ticket_id = ANY($1::bigint[]) AND kind = ANY($2::text[]) ORDER BY ticket_id, seq;

-- name: stands :many
-- Catalogue lines that share words with some tickets, with both words: which matter stood under whom, since and until when.
-- params: ticket_ids
-- null: until
SELECT w.ticket_id, w.grams, c.matter, c.lead_id, c.since, c.until FROM ticket_text w JOIN catalogue c ON c.grams && w.grams
WHERE w.ticket_id = ANY($1::bigint[]);

-- name: names :many
-- Departments by id.
-- params: idents
-- row: FindingsNamesRow
SELECT id, code, name FROM department WHERE id = ANY($1::int[]);

-- name: reached_leaders :many
-- Departments whose ladders reached the leader in $1 … $2, after a page that had left us and that nobody answered: the last of them.
-- params: starts_at, until, unanswered
SELECT p.department_id, max(g.at) AS at FROM page g JOIN paging p ON p.assignment_id = g.assignment_id
WHERE g.step = 2 AND g.at >= $1 AND g.at < $2 AND EXISTS (
  SELECT 1 FROM page e JOIN outbox o ON o.dedupe_key = e.message
  WHERE e.assignment_id = g.assignment_id AND e.step < 2 AND o.state IN ('sent', 'delivered'))
GROUP BY 1 HAVING count(DISTINCT g.assignment_id) >= $3;

-- name: unsigned_rulings :many
-- Rulings before $1 whose department has not signed for the ticket, that no finding names yet.
-- params: until
SELECT k.ticket_id, k.ruled_to AS department_id, k.ruled_at, e.seq FROM return_case k
JOIN assignment a ON a.ticket_id = k.ticket_id AND a.department_id = k.ruled_to AND a.part = 'lead' AND a.ended_at IS NULL AND a.signed_at IS NULL
JOIN ticket t ON t.id = k.ticket_id AND t.state = 'dispatched'
JOIN LATERAL (SELECT max(seq) AS seq FROM ticket_event WHERE ticket_id = k.ticket_id AND kind = 'ruled' AND (detail::jsonb ->> 'case')::bigint = k.id) e ON e.seq IS NOT NULL
WHERE k.ruled_at < $1 AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.key = k.ticket_id || ':unsigned:' || e.seq) ORDER BY k.id;

-- name: defied :many
-- Orders issued by $1 whose ticket is still owed by the department and overdue, that no finding names yet.
-- params: until
-- null: seq
SELECT DISTINCT ON (o.ticket_id, o.department_id) o.id, o.ticket_id, o.department_id, o.issued_at, c.due_at, d.name,
  (SELECT max(e.seq) FROM ticket_event e WHERE e.ticket_id = o.ticket_id AND e.kind = 'ordered' AND (e.detail::jsonb ->> 'order')::bigint = o.id) AS seq
FROM supervise_order o JOIN clock c ON c.ticket_id = o.ticket_id AND c.department_id = o.department_id AND c.clock IN ('resolve', 'rework')
JOIN department d ON d.id = o.department_id
WHERE o.issued_at < $1 AND c.state = 'running' AND c.breached_at IS NOT NULL AND c.excused = ''
  AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.key = 'defied_order:' || o.ticket_id || ':' || o.department_id)
ORDER BY o.ticket_id, o.department_id, o.id;

-- name: drop_left_out :values
-- A suspicion falls where another way out took its fact: the ticket excluded, the clock excused, the dispatch recalled as wrong.
-- params: now
UPDATE finding f SET state = 'dropped', judged_at = $1, judgement = o.how FROM finding_out o
WHERE f.state = 'suspected' AND o.finding_id = f.id AND o.at <= $1 RETURNING f.id;

-- name: way_out :value?
-- How a fact was taken out already, by another way than a judgement.
-- params: ident, now
SELECT how FROM finding_out WHERE finding_id = $1 AND at <= $2 AND how NOT IN ('dropped', 'upheld') ORDER BY at LIMIT 1;

-- name: finding :one?
-- One finding with its appeal, locked.
-- params: ident
-- null: ticket_id, clock_id, judged_by, judged_at, number, appealed_by, appeal, appealed_at, decided_at
SELECT f.*, t.number, d.code, d.name AS department_name, a.by_id AS appealed_by, a.reason AS appeal, a.at AS appealed_at, a.decided_at
FROM finding f JOIN department d ON d.id = f.department_id LEFT JOIN ticket t ON t.id = f.ticket_id
LEFT JOIN finding_appeal a ON a.finding_id = f.id WHERE f.id = $1 FOR UPDATE OF f;

-- name: findings :many
-- Findings, newest first: of a department, in a state, of faults in $4 … $5, before an id.
-- params: department_id?, state?, before?, starts_at?, ends_at?, department?, ticket_id?, limit
-- null: ticket_id, clock_id, judged_by, judged_at, number, appeal, appealed_at, upheld, decided_at, decision, judge, decider, left_out, due_at, done_at
SELECT f.*, t.number, d.code, d.name AS department_name, d.name_en, a.reason AS appeal, a.at AS appealed_at, a.upheld, a.decided_at,
  a.decision, u.shown_name AS judge, v.shown_name AS decider,
  (SELECT o.how FROM finding_out o WHERE o.finding_id = f.id AND o.how NOT IN ('dropped', 'upheld') ORDER BY o.at LIMIT 1) AS left_out,
  c.due_at, CASE WHEN c.state = 'stopped' THEN c.stopped_at END AS done_at
FROM finding f JOIN department d ON d.id = f.department_id LEFT JOIN ticket t ON t.id = f.ticket_id
LEFT JOIN finding_appeal a ON a.finding_id = f.id LEFT JOIN app_user u ON u.id = f.judged_by LEFT JOIN app_user v ON v.id = a.decided_by
LEFT JOIN clock c ON c.id = f.clock_id
WHERE ($1::int IS NULL OR f.department_id = ANY((SELECT department_line($1))::int[])) AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = f.ticket_id AND h.department_id = ANY((SELECT department_line($1))::int[])) AND ($2::text IS NULL OR f.state = $2) AND ($3::bigint IS NULL OR f.id < $3)
  AND ($4::timestamptz IS NULL OR f.at >= $4) AND ($5::timestamptz IS NULL OR f.at < $5) AND ($6::text IS NULL OR d.code = $6)
  AND ($7::bigint IS NULL OR f.ticket_id = $7)
ORDER BY f.id DESC LIMIT $8;

-- name: confirmed_of :many
-- The confirmed findings of some tickets that no way out took.
-- params: ticket_ids
-- null: ticket_id
SELECT f.id, f.ticket_id, f.rule, f.kind, d.code, f.seqs, f.at FROM finding f JOIN department d ON d.id = f.department_id
WHERE f.ticket_id = ANY($1::bigint[]) AND f.state = 'confirmed'
  AND NOT EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = f.id) ORDER BY f.id;

-- name: judge :exec
-- A named person confirms or drops a suspicion, or an upheld appeal ends it.
-- params: ident, state, judged_by, now, judgement
UPDATE finding SET state = $2, judged_by = $3, judged_at = $4, judgement = $5 WHERE id = $1;

-- name: insert_appeal :exec
-- The department's word against it.
-- params: finding_id, reason, by_id, now
INSERT INTO finding_appeal (finding_id, reason, by_id, at) VALUES ($1, $2, $3, $4);

-- name: decide_appeal :exec
-- Upheld or rejected.
-- params: finding_id, upheld, decided_by, now, decision
UPDATE finding_appeal SET upheld = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE finding_id = $1;

-- name: involved :value
-- Whether a user owned a ticket or acted on it; reading, revealing and judging are not acting.
-- params: ticket_id, user_id, actor
SELECT EXISTS (SELECT 1 FROM ownership WHERE ticket_id = $1 AND user_id = $2)
  OR EXISTS (SELECT 1 FROM ticket_event WHERE ticket_id = $1 AND actor = $3
    AND kind NOT IN ('shown', 'revealed', 'waived', 'finding_judged', 'finding_appealed', 'exclusion_decided'));

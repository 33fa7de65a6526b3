-- name: clocks
-- Clocks that were due in $1 … $2 as known at $3 ($4: the zone): kept or not; superseded ones only where breached, held and excused ones never; of
-- `resolve` and `rework` the replies count, and three have no figure. A signature of the night counts until the morning.
SELECT c.clock AS measure, CASE WHEN c.whose = 'department' THEN c.department_id END AS department_id,
  coalesce(c.ticket_id, b.ticket_id) AS ticket_id, coalesce(c.stop_seq, c.start_seq) AS seq, c.due_at AS at,
  CASE WHEN l.by_at > c.due_at THEN coalesce(c.stopped_at <= l.by_at, false) ELSE c.breached_at IS NULL AND coalesce(c.stopped_at <= c.due_at, false) END AS hit
FROM clock c LEFT JOIN call_back b ON b.id = c.call_back_id
CROSS JOIN LATERAL (SELECT CASE WHEN c.clock = 'sign' AND NOT coalesce(c.stopped_at <= c.due_at, false) AND NOT extract(hour FROM c.started_at AT TIME ZONE $4::text) BETWEEN 8 AND 20
  THEN signed_by(c.ticket_id, c.started_at, least(c.stopped_at, $3), c.due_at, $4) ELSE c.due_at END AS by_at) l
WHERE c.started_at >= $1::timestamptz - interval '400 days' AND c.started_at < $2 AND c.due_at >= $1::timestamptz AND c.due_at < $2 AND l.by_at < $3
  AND c.clock NOT IN ('resolve', 'rework', 'return', 'interim', 'monthly')
  AND (c.excused = '' OR c.excused_at > $3) AND (c.breached_at IS NOT NULL OR c.state IN ('running', 'stopped'))
  AND NOT (c.clock IN ('first_contact', 'make_safe', 'interim_supply') AND EXISTS (SELECT 1 FROM return_case k WHERE k.ticket_id = c.ticket_id AND k.assignment_id = c.assignment_id
    AND k.returned_at <= least(c.due_at, $3::timestamptz) AND coalesce(c.stopped_at, 'infinity') > k.returned_at AND (k.ruled_at IS NULL OR k.ruled_at > $3)))
  AND NOT (c.clock IN ('first_contact', 'make_safe') AND EXISTS (SELECT 1 FROM reply r WHERE r.ticket_id = c.ticket_id AND r.assignment_id = c.assignment_id
    AND r.submitted_at <= least(c.due_at, $3::timestamptz) AND coalesce(c.stopped_at, 'infinity') >= r.submitted_at
    AND (r.sent_back_at IS NULL OR r.sent_back_at > $3)));

-- name: resolve
-- Replies that a lead department owed in $1 … $2, at first and to be done again: one stood by then that was not sent back by $3; none where a return waited for
-- its ruling.
SELECT c.clock AS measure, c.department_id, c.ticket_id, coalesce(c.stop_seq, c.start_seq) AS seq, c.due_at AS at,
  EXISTS (SELECT 1 FROM reply r WHERE r.ticket_id = c.ticket_id AND r.assignment_id = c.assignment_id
    AND r.submitted_at BETWEEN c.started_at AND c.due_at AND (r.sent_back_at IS NULL OR r.sent_back_at > $3)) AS hit
FROM clock c JOIN assignment a ON a.id = c.assignment_id AND a.part = 'lead'
WHERE c.started_at >= $1::timestamptz - interval '400 days' AND c.started_at < $2 AND c.due_at >= $1::timestamptz AND c.due_at < least($2::timestamptz, $3)
  AND c.clock IN ('resolve', 'rework') AND (c.excused = '' OR c.excused_at > $3) AND (c.breached_at IS NOT NULL OR c.state IN ('running', 'stopped'))
  AND NOT EXISTS (SELECT 1 FROM return_case k WHERE k.ticket_id = c.ticket_id AND k.assignment_id = c.assignment_id
    AND k.returned_at <= least(c.due_at, $3::timestamptz) AND (k.ruled_at IS NULL OR k.ruled_at > $3));

-- name: dispatched
-- Tickets given to a lead department in $1 … $2, and those of them that another lead, or the same, had been given before.
SELECT m.measure, a.department_id, a.ticket_id, NULL::int AS seq, a.assigned_at AS at, true AS hit
FROM assignment a CROSS JOIN LATERAL (VALUES ('dispatched'),
  (CASE WHEN EXISTS (SELECT 1 FROM assignment b WHERE b.ticket_id = a.ticket_id AND b.part = 'lead' AND b.id < a.id) THEN 'redispatched' END)) AS m(measure)
WHERE m.measure IS NOT NULL AND a.part = 'lead' AND a.assigned_at >= $1::timestamptz AND a.assigned_at < least($2::timestamptz, $3);

-- name: right_first_time
-- First dispatches in $1 … $2: neither recalled nor ruled to another department by $3.
SELECT 'right_first_time' AS measure, NULL::int AS department_id, a.ticket_id, NULL::int AS seq, a.assigned_at AS at,
  NOT (coalesce(a.end_reason, '') IN ('recalled', 'ruled') AND a.ended_at <= $3) AS hit
FROM assignment a WHERE a.part = 'lead' AND a.assigned_at >= $1::timestamptz AND a.assigned_at < least($2::timestamptz, $3)
  AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.ticket_id = a.ticket_id AND b.part = 'lead' AND b.id < a.id);

-- name: solved
-- The last follow-up in $1 … $2 that reached the person, by the department whose reply was accepted; lawful explanations apart. Praise is solved by nobody.
SELECT DISTINCT ON (f.ticket_id) CASE WHEN r.outcome = 'explained' THEN 'explained' ELSE 'solved' END AS measure,
  a.department_id, f.ticket_id, NULL::int AS seq, f.at, f.solved AS hit
FROM follow_up f
JOIN LATERAL (SELECT r.* FROM reply r WHERE r.ticket_id = f.ticket_id AND r.accepted_at <= f.at ORDER BY r.id DESC LIMIT 1) r ON true
JOIN assignment a ON a.id = r.assignment_id
JOIN ticket t ON t.id = f.ticket_id
LEFT JOIN (SELECT DISTINCT ON (ticket_id) ticket_id, detail::jsonb #>> '{category,0}' AS category FROM ticket_event
  WHERE kind = 'corrected' AND at > $3 AND detail::jsonb ? 'category' ORDER BY ticket_id, seq) later ON later.ticket_id = f.ticket_id
WHERE f.reached AND f.at >= $1::timestamptz AND f.at < least($2::timestamptz, $3) AND coalesce(later.category, t.category) <> 'praise'
ORDER BY f.ticket_id, f.id DESC;

-- name: satisfied
-- The last rating of each ticket in $1 … $2: 4–5, and 3–5 beside it. One that the person says was pressed for counts for nothing, nor does praise.
SELECT m.measure, r.department_id, r.ticket_id, NULL::int AS seq, r.at, r.score >= m.least AS hit
FROM (SELECT DISTINCT ON (r.ticket_id) r.ticket_id, r.at, r.score, coalesce(a.department_id, t.department_id) AS department_id
  FROM rating r JOIN ticket t ON t.id = r.ticket_id
  LEFT JOIN LATERAL (SELECT p.assignment_id FROM reply p WHERE p.ticket_id = r.ticket_id AND p.accepted_at <= r.at ORDER BY p.id DESC LIMIT 1) p ON true
  LEFT JOIN assignment a ON a.id = p.assignment_id
  LEFT JOIN (SELECT DISTINCT ON (ticket_id) ticket_id, detail::jsonb #>> '{category,0}' AS category FROM ticket_event
  WHERE kind = 'corrected' AND at > $3 AND detail::jsonb ? 'category' ORDER BY ticket_id, seq) later ON later.ticket_id = r.ticket_id
  WHERE r.confirmed AND r.at >= $1::timestamptz AND r.at < least($2::timestamptz, $3) AND coalesce(later.category, t.category) <> 'praise'
    AND NOT EXISTS (SELECT 1 FROM finding g JOIN coaxed k ON k.ticket_id = g.ticket_id WHERE g.ticket_id = r.ticket_id AND g.rule = 'coaxed_rating' AND k.rated_at = r.at AND k.pressed_at <= $3
      AND (k.out_at IS NULL OR k.out_at > $3)) ORDER BY r.ticket_id, r.id DESC) r
CROSS JOIN (VALUES ('satisfied', 4), ('satisfied_broad', 3)) AS m(measure, least);

-- name: rated
-- People asked to rate in $1 … $2, and whether they had by its end.
SELECT 'rated' AS measure, coalesce(a.department_id, t.department_id) AS department_id, q.ticket_id, NULL::int AS seq, q.asked_at AS at,
  EXISTS (SELECT 1 FROM rating r WHERE r.ticket_id = q.ticket_id AND r.confirmed AND r.at >= q.asked_at AND r.at < least($2::timestamptz, $3)
    AND NOT EXISTS (SELECT 1 FROM finding g JOIN coaxed k ON k.ticket_id = g.ticket_id WHERE g.ticket_id = r.ticket_id AND g.rule = 'coaxed_rating' AND k.rated_at = r.at AND k.pressed_at <= $3
      AND (k.out_at IS NULL OR k.out_at > $3))) AS hit
FROM rating_request q JOIN ticket t ON t.id = q.ticket_id
LEFT JOIN LATERAL (SELECT p.assignment_id FROM reply p WHERE p.ticket_id = q.ticket_id AND p.accepted_at <= q.asked_at ORDER BY p.id DESC LIMIT 1) p ON true
LEFT JOIN assignment a ON a.id = p.assignment_id
WHERE q.asked_at >= $1::timestamptz AND q.asked_at < least($2::timestamptz, $3);

-- name: returns
-- Returns in $1 … $2, and whether they were overruled by $3.
SELECT 'returns' AS measure, k.department_id, k.ticket_id, NULL::int AS seq, k.returned_at AS at,
  coalesce(k.overruled AND k.ruled_at <= $3, false) AS hit
FROM return_case k WHERE k.returned_at >= $1::timestamptz AND k.returned_at < least($2::timestamptz, $3);

-- name: replied
-- Replies in $1 … $2; a hit is one that was not sent back by $3.
SELECT 'replied' AS measure, a.department_id, r.ticket_id, NULL::int AS seq, r.submitted_at AS at,
  r.sent_back_at IS NULL OR r.sent_back_at > $3 AS hit
FROM reply r JOIN assignment a ON a.id = r.assignment_id WHERE r.submitted_at >= $1::timestamptz AND r.submitted_at < least($2::timestamptz, $3);

-- name: reworked
-- Matters that were to be done again in $1 … $2.
SELECT 'reworked' AS measure, c.department_id, c.ticket_id, c.start_seq AS seq, c.started_at AS at, true AS hit
FROM clock c WHERE c.clock = 'rework' AND c.started_at >= $1::timestamptz AND c.started_at < least($2::timestamptz, $3);

-- name: extensions
-- Extensions asked for in $1 … $2, and whether they were granted by $3.
SELECT 'extensions' AS measure, a.department_id, x.ticket_id, NULL::int AS seq, x.asked_at AS at,
  coalesce(x.granted AND x.decided_at <= $3, false) AS hit
FROM extension x JOIN assignment a ON a.id = x.assignment_id WHERE x.asked_at >= $1::timestamptz AND x.asked_at < least($2::timestamptz, $3);

-- name: backlog
-- What lay with a lead department at the end of $1 … $2 (or at $3): not replied to, or to be done again; by age since it was first given to it.
SELECT m.measure, b.department_id, b.ticket_id, NULL::int AS seq, b.at, true AS hit
FROM (SELECT a.department_id, a.ticket_id, a.assigned_at AS at, least($2::timestamptz, $3) - a.assigned_at AS age
  FROM assignment a WHERE a.part = 'lead' AND a.assigned_at >= $1::timestamptz - interval '800 days' AND a.assigned_at < least($2::timestamptz, $3)
    AND (a.ended_at IS NULL OR a.ended_at >= least($2::timestamptz, $3))
    AND NOT EXISTS (SELECT 1 FROM reply r WHERE r.ticket_id = a.ticket_id AND r.assignment_id = a.id AND r.submitted_at < least($2::timestamptz, $3)
      AND (r.sent_back_at IS NULL OR r.sent_back_at >= least($2::timestamptz, $3))
      AND NOT EXISTS (SELECT 1 FROM clock c WHERE c.ticket_id = a.ticket_id AND c.assignment_id = a.id AND c.clock = 'rework'
        AND c.started_at >= r.submitted_at AND c.started_at < least($2::timestamptz, $3)))
    AND NOT EXISTS (SELECT 1 FROM return_case k WHERE k.ticket_id = a.ticket_id AND k.assignment_id = a.id
      AND k.returned_at < least($2::timestamptz, $3) AND (k.ruled_at IS NULL OR k.ruled_at >= least($2::timestamptz, $3)))) b
CROSS JOIN LATERAL (VALUES ('backlog'), (CASE WHEN b.age <= interval '5 days' THEN 'backlog_5' WHEN b.age <= interval '10 days' THEN 'backlog_10'
  WHEN b.age <= interval '30 days' THEN 'backlog_30' ELSE 'backlog_over_30' END)) AS m(measure);

-- name: long_term
-- Long-term matters (挂账) at the end of $1 … $2 (or at $3), and those that are so for more than 180 days.
SELECT m.measure, a.department_id, e.ticket_id, e.seq, e.at, true AS hit
FROM (SELECT DISTINCT ON (e.ticket_id) e.* FROM ticket_event e
  WHERE e.kind = 'long_term' AND e.at >= $1::timestamptz - interval '800 days' AND e.at < least($2::timestamptz, $3) ORDER BY e.ticket_id, e.seq DESC) e
JOIN assignment a ON a.ticket_id = e.ticket_id AND a.part = 'lead' AND a.assigned_at <= e.at AND (a.ended_at IS NULL OR a.ended_at > e.at)
CROSS JOIN LATERAL (VALUES ('long_term'), (CASE WHEN least($2::timestamptz, $3) - e.at > interval '180 days' THEN 'long_term_over_180' END)) AS m(measure)
WHERE m.measure IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_event x WHERE x.ticket_id = e.ticket_id AND x.seq > e.seq
  AND x.at < least($2::timestamptz, $3) AND x.kind IN ('replied', 'told', 'archived', 'withdrawn', 'merged', 'transferred', 'declined'));

-- name: pages
-- Pages to a department in $1 … $2: those at night ($4: the office's zone), and ladders that reached the leader.
SELECT m.measure, p.department_id, p.ticket_id, NULL::int AS seq, g.at, true AS hit
FROM (SELECT g.assignment_id, g.step, min(g.at) AS at FROM page g WHERE g.at >= $1::timestamptz AND g.at < least($2::timestamptz, $3) GROUP BY 1, 2) g
JOIN paging p ON p.assignment_id = g.assignment_id
CROSS JOIN LATERAL (VALUES
  (CASE WHEN extract(hour FROM g.at AT TIME ZONE $4::text) >= 21 OR extract(hour FROM g.at AT TIME ZONE $4::text) < 8 THEN 'night_pages' END),
  (CASE WHEN g.step = 2 THEN 'leader_pages' END)) AS m(measure)
WHERE m.measure IS NOT NULL AND g.step < 3;

-- name: received
-- Tickets received in $1 … $2: all, by channel, by category and urgency as they stood at $3, and calls answered on the spot.
SELECT m.measure, NULL::int AS department_id, t.id AS ticket_id, 1 AS seq, t.received_at AS at,
  m.measure <> 'first_call' OR coalesce(t.state = 'answered' AND t.ended_at <= $3, false) AS hit
FROM ticket t
LEFT JOIN (SELECT ticket_id, (array_agg(detail::jsonb #>> '{category,0}' ORDER BY seq) FILTER (WHERE detail::jsonb ? 'category'))[1] AS category,
    (array_agg(detail::jsonb #>> '{urgency,0}' ORDER BY seq) FILTER (WHERE detail::jsonb ? 'urgency'))[1] AS urgency
  FROM ticket_event WHERE kind = 'corrected' AND at > $3 GROUP BY ticket_id) later ON later.ticket_id = t.id
CROSS JOIN LATERAL (VALUES ('received'), ('channel_' || t.channel), ('category_' || coalesce(later.category, t.category)),
  ('urgency_' || coalesce(later.urgency, t.urgency)), (CASE WHEN t.channel IN ('call', 'webcall') THEN 'first_call' END)) AS m(measure)
WHERE m.measure IS NOT NULL AND t.received_at >= $1::timestamptz AND t.received_at < least($2::timestamptz, $3);

-- name: ended
-- Tickets that ended in another way than by a department in $1 … $2, those that were filed, and those of them that a department had done.
SELECT m.measure, NULL::int AS department_id, t.id AS ticket_id, NULL::int AS seq, m.at, true AS hit
FROM ticket t CROSS JOIN LATERAL (VALUES (CASE WHEN t.state IN ('answered', 'declined', 'transferred', 'withdrawn', 'merged')
  THEN 'ended_' || t.state END, t.ended_at), ('archived', t.filed_at), (CASE WHEN t.ended_at IS NULL THEN 'ended_done' END, t.filed_at)) AS m(measure, at)
WHERE m.measure IS NOT NULL AND m.at >= $1::timestamptz AND m.at < least($2::timestamptz, $3);

-- name: carried_over
-- Tickets that were open when $1 … $2 began, and when it ended (both not after $3).
SELECT m.measure, NULL::int AS department_id, t.id AS ticket_id, NULL::int AS seq, t.received_at AS at, true AS hit
FROM ticket t CROSS JOIN LATERAL (VALUES ('carried_over', $1::timestamptz), ('open_at_end', least($2::timestamptz, $3))) AS m(measure, moment)
WHERE t.received_at < least(m.moment, $3) AND (t.filed_at IS NULL OR t.filed_at >= m.moment) AND (t.ended_at IS NULL OR t.ended_at >= m.moment);

-- name: contacts
-- Calls offered in $1 … $2 and whether an operator answered; contacts of any kind that had no end at $3.
SELECT m.measure, NULL::int AS department_id, c.ticket_id, NULL::int AS seq, c.at,
  m.measure <> 'offered' OR coalesce(c.taken_at <= $3, false)
    OR coalesce(c.operator_id IS NOT NULL AND c.released_at IS NULL AND c.outcome <> 'call_back', false) AS hit
FROM contact c CROSS JOIN LATERAL (VALUES (CASE WHEN c.channel IN ('call', 'webcall') THEN 'offered' END),
  (CASE WHEN c.outcome IS NULL OR c.ended_at > $3 THEN 'contacts_without_end' END)) AS m(measure)
WHERE m.measure IS NOT NULL AND c.at >= $1::timestamptz AND c.at < least($2::timestamptz, $3);

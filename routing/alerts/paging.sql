-- name: on_duty :many
-- Who of some departments is on duty at a moment, members first, with a tested number and not on leave.
-- params: department_ids, now
SELECT r.department_id, r.rank, r.from_at, r.to_at, u.id AS user_id, u.shown_name, u.phone_enc, u.language
FROM roster_shift r JOIN app_user u ON u.id = r.user_id
WHERE r.department_id = ANY($1::int[]) AND r.to_at > $2 AND r.from_at <= $2
  AND u.disabled_at IS NULL AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM roster_leave l WHERE l.user_id = u.id AND l.ended_at IS NULL AND l.to_at > $2 AND l.from_at <= $2)
ORDER BY r.department_id, array_position(ARRAY['member', 'deputy', 'leader'], r.rank), r.from_at, u.id;

-- name: liaisons :many
-- The people of departments who are not on leave, for those without a roster and for those whose roster names no leader; leaders last.
-- params: department_ids, now
SELECT u.department_id, u.leads, u.id AS user_id, u.shown_name, u.phone_enc, u.language FROM app_user u
WHERE u.department_id = ANY($1::int[]) AND u.disabled_at IS NULL AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM roster_leave l WHERE l.user_id = u.id AND l.ended_at IS NULL AND l.to_at > $2 AND l.from_at <= $2)
ORDER BY u.department_id, u.leads, u.id;

-- name: heirs :many
-- Of some departments that were merged into others: the one in force in the end that goes on in their place.
-- params: idents
WITH RECURSIVE up(id, heir) AS (
  SELECT id, into_id FROM department WHERE id = ANY($1::int[]) AND into_id IS NOT NULL
  UNION SELECT u.id, d.into_id FROM up u JOIN department d ON d.id = u.heir WHERE d.into_id IS NOT NULL
) SELECT u.id, u.heir FROM up u JOIN department d ON d.id = u.heir WHERE d.valid_to IS NULL;

-- name: managers :one?
-- The centre's managers with a number, those on shift first.
SELECT u.id AS user_id, u.shown_name, u.phone_enc, u.language FROM app_user u
WHERE u.role = 'manager' AND u.disabled_at IS NULL AND NOT u.builtin AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL
ORDER BY NOT EXISTS (SELECT 1 FROM shift s WHERE s.user_id = u.id AND s.off_at IS NULL), u.id LIMIT 1;

-- name: start_paging :values
-- Ladders begin; a code that is taken is left to the next try: anywhere at first ($7), later in the department alone.
-- params: assignments, tickets, departments, codes, urgencies, now, anywhere
INSERT INTO paging (assignment_id, ticket_id, department_id, code, urgency, next_at, started_at)
SELECT n.*, $6, $6 FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::text[]) AS n(assignment, ticket, department, code, urgency)
WHERE NOT $7::bool OR NOT EXISTS (SELECT 1 FROM paging o WHERE o.code = n.code AND o.ended_at IS NULL)
ON CONFLICT DO NOTHING RETURNING assignment_id;

-- name: due_pagings :many
-- Ladders whose next step is due, locked with their tickets, passing by what others hold: a sweep that waited for a
-- ticket while a move on it waits for the ladder would deadlock. `unsent`: what the step before wrote
-- has not left, as far as is known; `doubtful`: it may have.
-- params: now, limit
-- null: next_at, ended_at, how, place, acknowledged_at, signed_at, over_at, unsent, doubtful
SELECT p.*, t.number, t.category, t.confidential, t.state, w.place, a.part, a.acknowledged_at, a.signed_at, a.ended_at AS over_at,
  ARRAY(SELECT g.user_id FROM page g WHERE g.assignment_id = p.assignment_id) AS paged,
  s.unsent, s.doubtful
FROM paging p JOIN ticket t ON t.id = p.ticket_id JOIN assignment a ON a.id = p.assignment_id
LEFT JOIN handler_text w ON w.ticket_id = p.ticket_id
LEFT JOIN LATERAL (SELECT bool_and(o.state IN ('waiting', 'sending', 'uncertain')) AS unsent, bool_or(o.state = 'uncertain') AS doubtful
  FROM page g JOIN outbox o ON o.dedupe_key = g.message WHERE g.assignment_id = p.assignment_id AND g.step = p.step - 1) s ON true
WHERE p.next_at <= $1 AND p.ended_at IS NULL ORDER BY p.next_at, p.assignment_id LIMIT $2 FOR NO KEY UPDATE OF t, p SKIP LOCKED;

-- name: due_paging :many
-- One ladder that is due, as `due_pagings` gives them.
-- params: now, assignment_id
-- null: next_at, ended_at, how, place, acknowledged_at, signed_at, over_at, unsent, doubtful
-- row: DuePagingsRow
SELECT p.*, t.number, t.category, t.confidential, t.state, w.place, a.part, a.acknowledged_at, a.signed_at, a.ended_at AS over_at,
  ARRAY(SELECT g.user_id FROM page g WHERE g.assignment_id = p.assignment_id) AS paged, false AS unsent, false AS doubtful
FROM paging p JOIN ticket t ON t.id = p.ticket_id JOIN assignment a ON a.id = p.assignment_id
LEFT JOIN handler_text w ON w.ticket_id = p.ticket_id
WHERE p.assignment_id = $2 AND p.next_at <= $1 AND p.ended_at IS NULL FOR NO KEY UPDATE OF t, p SKIP LOCKED;

-- name: due_ids :values
-- Which ladders are due, unlocked.
-- params: now, limit
-- row: PagingDueIdsRow
SELECT assignment_id FROM paging WHERE next_at <= $1 AND ended_at IS NULL ORDER BY next_at, assignment_id LIMIT $2;

-- name: postpone_paging :exec
-- A ladder that cannot be climbed now is tried again later.
-- params: assignment_id, next_at
UPDATE paging SET next_at = $2 WHERE assignment_id = $1 AND ended_at IS NULL;

-- name: hold_paging :exec
-- While a return waits for its ruling the lead's ladder stands still.
-- params: ticket_ids
UPDATE paging p SET next_at = NULL FROM ticket t, assignment a
WHERE p.ticket_id = ANY($1::bigint[]) AND t.id = p.ticket_id AND a.id = p.assignment_id
  AND p.ended_at IS NULL AND t.state = 'returned' AND a.part = 'lead';

-- name: resume_paging :exec
-- Overruled: a ladder that stood still and has steps left goes on.
-- params: ticket_ids, now, steps
UPDATE paging p SET next_at = $2 FROM ticket t
WHERE p.ticket_id = ANY($1::bigint[]) AND t.id = p.ticket_id AND t.state <> 'returned'
  AND p.ended_at IS NULL AND p.next_at IS NULL AND p.step < $3;

-- name: reclassed_pagings :many
-- Open ladders that still have the urgency from before a correction, with the time of their last page.
-- params: ticket_ids
-- null: next_at, paged_at
SELECT p.assignment_id, p.next_at, t.urgency,
  (SELECT max(g.at) FROM page g WHERE g.assignment_id = p.assignment_id) AS paged_at
FROM paging p JOIN ticket t ON t.id = p.ticket_id
WHERE p.ticket_id = ANY($1::bigint[]) AND p.ended_at IS NULL AND p.urgency <> t.urgency FOR NO KEY UPDATE OF p;

-- name: reclass_pagings :exec
-- Ladders take the new urgency and its wait.
-- params: idents, urgencies, next_times
UPDATE paging p SET urgency = n.urgency, next_at = n.next_at
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS n(id, urgency, next_at) WHERE p.assignment_id = n.id;

-- name: tickets_of_assignments :values
-- The tickets of some assignments, to be locked before them.
-- params: idents
SELECT DISTINCT ticket_id FROM assignment WHERE id = ANY($1::bigint[]);

-- name: insert_pages :many
-- Pages of a step, each person once; `message` is the key under which it leaves.
-- params: assignment_ids, steps, users, channels, now
INSERT INTO page (assignment_id, step, user_id, channel, at)
SELECT p.*, $5 FROM unnest($1::bigint[], $2::int[], $3::int[], $4::text[]) AS p ON CONFLICT DO NOTHING
RETURNING assignment_id, step, user_id, channel;

-- name: carry_pages :exec
-- By which message each page leaves.
-- params: assignments, steps, persons, channels, messages
UPDATE page g SET message = n.message FROM unnest($1::bigint[], $2::int[], $3::int[], $4::text[], $5::text[]) AS n(assignment, step, person, channel, message)
WHERE g.assignment_id = n.assignment AND g.step = n.step AND g.user_id = n.person AND g.channel = n.channel;

-- name: advance_pagings :exec
-- Where each ladder goes next; no moment: it has come to its end. `held`: how often it waited at the same step.
-- params: idents, steps, next_times
UPDATE paging p SET step = n.step, next_at = n.next_at, held = CASE WHEN p.step = n.step THEN p.held + 1 ELSE 0 END FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS n(id, step, next_at)
WHERE p.assignment_id = n.id;

-- name: end_paging :values
-- Acknowledged, signed or over: the ladder stops at once.
-- params: assignment_ids, now, how
UPDATE paging SET ended_at = $2, how = $3, next_at = NULL WHERE assignment_id = ANY($1::bigint[]) AND ended_at IS NULL RETURNING assignment_id;

-- name: over_pagings :values
-- Ladders of tickets whose assignment was signed or ended.
-- params: ticket_ids
SELECT p.assignment_id FROM paging p JOIN assignment a ON a.id = p.assignment_id
WHERE p.ticket_id = ANY($1::bigint[]) AND p.ended_at IS NULL AND (a.signed_at IS NOT NULL OR a.ended_at IS NOT NULL OR a.acknowledged_at IS NOT NULL);

-- name: paging_by_code :one?
-- The ladder with this code that paged this person, or that is the person's department's: an open one first, then one that
-- paged the person, then the latest.
-- params: user_id, code, department_id?
-- null: over_at, signed_at
SELECT p.assignment_id, t.number, a.ended_at AS over_at, a.signed_at, a.department_id FROM paging p
JOIN ticket t ON t.id = p.ticket_id JOIN assignment a ON a.id = p.assignment_id,
LATERAL (SELECT EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id AND g.user_id = $1) AS yes) paged
WHERE p.code = $2 AND (p.department_id = ANY((SELECT department_line($3))::int[]) OR paged.yes)
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = ANY((SELECT department_line($3))::int[]))
ORDER BY p.ended_at IS NOT NULL, NOT paged.yes, p.assignment_id DESC LIMIT 1;

-- name: waiting_pages :many
-- The ladders that paged a person and still wait for an answer, the oldest first.
-- params: user_id
-- null: over_at, signed_at
SELECT p.assignment_id, p.code, t.number, NULL::timestamptz AS over_at, NULL::timestamptz AS signed_at FROM paging p
JOIN ticket t ON t.id = p.ticket_id JOIN assignment a ON a.id = p.assignment_id
WHERE p.ended_at IS NULL AND a.acknowledged_at IS NULL AND a.signed_at IS NULL AND a.ended_at IS NULL
  AND EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id AND g.user_id = $1)
ORDER BY p.started_at, p.assignment_id LIMIT 20;

-- name: code_of_ticket :value?
-- The code under which a ticket with this number paged this person, or the person's department, last.
-- params: user_id, reply_number, department_id?
SELECT p.code FROM paging p JOIN ticket t ON t.id = p.ticket_id
WHERE t.number = $2 AND (p.department_id = ANY((SELECT department_line($3))::int[])
  OR EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id AND g.user_id = $1))
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = ANY((SELECT department_line($3))::int[]))
ORDER BY p.ended_at IS NOT NULL, p.assignment_id DESC LIMIT 1;

-- name: written_to :value
-- Whether somebody who works here was sent a message of the work since a moment.
-- params: to_hash, user_id, since
SELECT EXISTS (SELECT 1 FROM outbox WHERE to_hash = $1 AND user_id = $2 AND kind <> 'answer' AND made_at >= $3);

-- name: own_ticket :value
-- Whether a ticket is of the person with this telephone.
-- params: said_number, phone_hash
SELECT EXISTS (SELECT 1 FROM ticket t JOIN person p ON p.id = t.person_id WHERE t.number = $1 AND p.phone_hash = $2);

-- name: user_of_phone :one?
-- Whose phone this is: the tested one counts; of several who claim it untested, none.
-- params: phone_hash
-- null: password_hash, password_until, locked_until, phone_hash, phone_tested_at, disabled_at, department_id
SELECT * FROM app_user WHERE phone_hash = $1 AND disabled_at IS NULL AND phone_tested_at IS NOT NULL ORDER BY id LIMIT 1;

-- name: wanted_pages :values
-- Which of these ladders still wait at the step that the message is of: not acknowledged, not over, not further on.
-- params: assignments, steps
SELECT p.assignment_id FROM unnest($1::bigint[], $2::int[]) AS m(assignment, step) JOIN paging p ON p.assignment_id = m.assignment
JOIN assignment a ON a.id = p.assignment_id JOIN ticket t ON t.id = p.ticket_id
WHERE p.ended_at IS NULL AND a.acknowledged_at IS NULL AND a.signed_at IS NULL AND a.ended_at IS NULL
  AND (t.state IN ('dispatched', 'signed') OR t.state = 'returned' AND a.part = 'co')
  AND NOT EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id AND g.step > m.step);

-- name: assignment :one?
-- One assignment, locked.
-- params: assignment
-- null: suggested, acknowledged_at, acknowledged_by, signed_at, signed_by, handler_enc, contacted_at, safe_at, ended_at, end_reason
SELECT * FROM assignment WHERE id = $1 FOR UPDATE;

-- name: pages_of :many
-- The pages of some tickets, with what became of the message that carried each.
-- params: ticket_ids
-- null: ended_at, how, message
SELECT p.ticket_id, p.department_id, d.code AS department, d.name AS department_name, g.assignment_id, g.step, g.channel, g.at, u.shown_name, p.ended_at, p.how, o.state AS message,
  EXISTS (SELECT 1 FROM person n JOIN self_answering s ON s.person_id = n.id AND s.ended_at IS NULL WHERE n.phone_hash = u.phone_hash) AS by_itself
FROM page g JOIN paging p ON p.assignment_id = g.assignment_id JOIN app_user u ON u.id = g.user_id
JOIN department d ON d.id = p.department_id LEFT JOIN outbox o ON o.dedupe_key = g.message
WHERE p.ticket_id = ANY($1::bigint[]) ORDER BY g.at, g.step;

-- name: known_pagings :values
-- Which of these assignments have a ladder.
-- params: assignment_ids
SELECT assignment_id FROM paging WHERE assignment_id = ANY($1::bigint[]);

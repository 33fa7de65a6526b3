-- name: directory
-- The directory in force, with who leads and when it began.
SELECT d.id, d.code, d.name, d.name_en, d.kind, d.duties, d.territory, s.code AS superior FROM department d
LEFT JOIN department s ON s.id = d.superior_id WHERE d.valid_to IS NULL ORDER BY d.code;

-- name: catalogue_for
-- Catalogue lines in force that share words with a text, most first.
SELECT c.matter, c.basis, c.since, c.co_handlers, d.code, d.name, c.grams FROM catalogue c JOIN department d ON d.id = c.lead_id
WHERE c.grams && $1::text[] AND c.since <= $2 AND (c.until IS NULL OR c.until > $2) AND d.valid_to IS NULL;

-- name: precedents_for
-- Rulings on tickets whose words are alike, never on tipoffs.
SELECT p.source, p.reason, d.code, d.name, t.number, w.grams FROM precedent p JOIN ticket t ON t.id = p.ticket_id
JOIN ticket_text w ON w.ticket_id = p.ticket_id JOIN department d ON d.id = p.department_id
WHERE t.category <> 'tipoff' AND d.valid_to IS NULL ORDER BY p.id DESC LIMIT 300;

-- name: end_catalogue
-- A line of the catalogue is replaced: it held until the day before.
UPDATE catalogue SET until = $2 WHERE matter = $1 AND until IS NULL;

-- name: catalogue_since
-- Since when the line in force for a matter holds.
SELECT since FROM catalogue WHERE matter = $1 AND until IS NULL;

-- name: insert_catalogue
-- A line of the catalogue.
INSERT INTO catalogue (matter, grams, lead_id, co_handlers, basis, since) VALUES ($1, $2, $3, $4, $5, $6);

-- name: insert_precedent
-- A ruling is kept.
INSERT INTO precedent (ticket_id, department_id, reason, source, at) VALUES ($1, $2, $3, $4, $5);

-- name: on_duty
-- Who of some departments is on duty at a moment, members first, with a tested number.
SELECT r.department_id, r.rank, r.from_at, r.to_at, u.id AS user_id, u.shown_name, u.phone_enc, u.language
FROM roster_shift r JOIN app_user u ON u.id = r.user_id
WHERE r.department_id = ANY($1::int[]) AND r.to_at > $2 AND r.from_at <= $2
  AND u.disabled_at IS NULL AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL
ORDER BY r.department_id, array_position(ARRAY['member', 'deputy', 'leader'], r.rank), r.from_at, u.id;

-- name: liaisons
-- The people of departments, for those without a roster.
SELECT u.department_id, u.leads, u.id AS user_id, u.shown_name, u.phone_enc, u.language FROM app_user u
WHERE u.department_id = ANY($1::int[]) AND u.disabled_at IS NULL AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL
ORDER BY u.department_id, u.leads, u.id;

-- name: managers
-- The centre's managers with a number, those on shift first.
SELECT u.id AS user_id, u.shown_name, u.phone_enc, u.language FROM app_user u
WHERE u.role = 'manager' AND u.disabled_at IS NULL AND NOT u.builtin AND u.phone_enc IS NOT NULL AND u.phone_tested_at IS NOT NULL
ORDER BY NOT EXISTS (SELECT 1 FROM shift s WHERE s.user_id = u.id AND s.off_at IS NULL), u.id LIMIT 1;

-- name: everyone_on_duty
-- The roster at a moment, all departments.
SELECT d.code, d.name AS department, r.rank, r.from_at, r.to_at, u.shown_name AS person FROM roster_shift r
JOIN department d ON d.id = r.department_id JOIN app_user u ON u.id = r.user_id
WHERE r.to_at > $1 AND r.from_at <= $1 AND ($2::int IS NULL OR d.id = $2)
ORDER BY d.code, array_position(ARRAY['member', 'deputy', 'leader'], r.rank), u.id;

-- name: insert_shifts
-- Shifts of a roster; the same line twice is one.
INSERT INTO roster_shift (department_id, user_id, rank, from_at, to_at)
SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[])
ON CONFLICT (department_id, user_id, from_at) DO UPDATE SET rank = excluded.rank, to_at = excluded.to_at;

-- name: person_of_department
-- A person of a department by name.
SELECT id FROM app_user WHERE department_id = $1 AND (shown_name = $2 OR name = $2) AND disabled_at IS NULL;

-- name: shifts_of
-- A department's shifts between two moments.
SELECT r.id, r.user_id, r.rank, r.from_at, r.to_at, u.shown_name,
  (SELECT s.id FROM roster_swap s WHERE s.shift_id = r.id AND s.accepted_at IS NULL AND s.ended_at IS NULL) AS swap_id,
  (SELECT s.to_id FROM roster_swap s WHERE s.shift_id = r.id AND s.accepted_at IS NULL AND s.ended_at IS NULL) AS swap_to
FROM roster_shift r JOIN app_user u ON u.id = r.user_id
WHERE r.department_id = $1 AND r.to_at > $2 AND r.from_at < $3 ORDER BY r.from_at, r.rank, u.id;

-- name: shift
-- One shift, locked.
SELECT * FROM roster_shift WHERE id = $1 FOR UPDATE;

-- name: ask_swap
-- A swap is asked for.
INSERT INTO roster_swap (shift_id, from_id, to_id, asked_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: open_swap
-- The swap of a shift that waits for the other.
SELECT id FROM roster_swap WHERE shift_id = $1 AND accepted_at IS NULL AND ended_at IS NULL;

-- name: accept_swap
-- The other says yes, and stands on the roster.
WITH s AS (UPDATE roster_swap SET accepted_at = $2 WHERE id = $1 RETURNING shift_id, to_id)
UPDATE roster_shift r SET user_id = s.to_id FROM s WHERE r.id = s.shift_id;

-- name: start_paging
-- Ladders begin; a code that is taken in the department is left to the next try.
INSERT INTO paging (assignment_id, ticket_id, department_id, code, urgency, next_at, started_at)
SELECT p.*, $6, $6 FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::text[]) AS p
ON CONFLICT DO NOTHING RETURNING assignment_id;

-- name: due_pagings
-- Ladders whose next step is due, locked with their tickets, passing by what others hold: a sweep that waited for a
-- ticket while a move on it waits for the ladder would deadlock.
SELECT p.*, t.number, t.category, t.received_at, w.place, a.acknowledged_at, a.signed_at, a.ended_at AS over_at, d.name AS department
FROM paging p JOIN ticket t ON t.id = p.ticket_id JOIN assignment a ON a.id = p.assignment_id JOIN department d ON d.id = p.department_id
LEFT JOIN ticket_text w ON w.ticket_id = p.ticket_id
WHERE p.next_at <= $1 AND p.ended_at IS NULL ORDER BY p.next_at, p.assignment_id LIMIT $2 FOR NO KEY UPDATE OF t, p SKIP LOCKED;

-- name: hold_paging
-- While a return waits for its ruling the lead's ladder stands still.
UPDATE paging p SET next_at = NULL FROM ticket t, assignment a
WHERE p.ticket_id = ANY($1::bigint[]) AND t.id = p.ticket_id AND a.id = p.assignment_id
  AND p.ended_at IS NULL AND t.state = 'returned' AND a.part = 'lead';

-- name: resume_paging
-- Overruled: a ladder that stood still and has steps left goes on.
UPDATE paging p SET next_at = $2 FROM ticket t
WHERE p.ticket_id = ANY($1::bigint[]) AND t.id = p.ticket_id AND t.state <> 'returned'
  AND p.ended_at IS NULL AND p.next_at IS NULL AND p.step < $3;

-- name: reclassed_pagings
-- Open ladders that still have the urgency from before a correction, with the time of their last page.
SELECT p.assignment_id, p.next_at, t.urgency,
  (SELECT max(g.at) FROM page g WHERE g.assignment_id = p.assignment_id) AS paged_at
FROM paging p JOIN ticket t ON t.id = p.ticket_id
WHERE p.ticket_id = ANY($1::bigint[]) AND p.ended_at IS NULL AND p.urgency <> t.urgency FOR NO KEY UPDATE OF p;

-- name: reclass_pagings
-- Ladders take the new urgency and its wait.
UPDATE paging p SET urgency = n.urgency, next_at = n.next_at
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS n(id, urgency, next_at) WHERE p.assignment_id = n.id;

-- name: tickets_of_assignments
-- The tickets of some assignments, to be locked before them.
SELECT DISTINCT ticket_id FROM assignment WHERE id = ANY($1::bigint[]);

-- name: insert_pages
-- Pages of a step, each person once.
INSERT INTO page (assignment_id, step, user_id, channel, at)
SELECT p.*, $5 FROM unnest($1::bigint[], $2::int[], $3::int[], $4::text[]) AS p ON CONFLICT DO NOTHING
RETURNING assignment_id, step, user_id, channel;

-- name: advance_pagings
-- Where each ladder goes next; no moment: it has come to its end.
UPDATE paging p SET step = n.step, next_at = n.next_at FROM unnest($1::bigint[], $2::int[], $3::timestamptz[]) AS n(id, step, next_at)
WHERE p.assignment_id = n.id;

-- name: end_paging
-- Acknowledged, signed or over: the ladder stops at once.
UPDATE paging SET ended_at = $2, how = $3, next_at = NULL WHERE assignment_id = ANY($1::bigint[]) AND ended_at IS NULL RETURNING assignment_id;

-- name: over_pagings
-- Ladders of tickets whose assignment was signed or ended.
SELECT p.assignment_id FROM paging p JOIN assignment a ON a.id = p.assignment_id
WHERE p.ticket_id = ANY($1::bigint[]) AND p.ended_at IS NULL AND (a.signed_at IS NOT NULL OR a.ended_at IS NOT NULL OR a.acknowledged_at IS NOT NULL);

-- name: dues_of_signing
-- Until when assignments are to be signed, as far as is known here.
SELECT id, assigned_at FROM assignment WHERE id = ANY($1::bigint[]);

-- name: paging_by_code
-- The latest ladder with this code that paged this person, or that is the person's department's.
SELECT p.*, t.number FROM paging p JOIN ticket t ON t.id = p.ticket_id
WHERE p.code = $2 AND (p.department_id = $3 OR EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id AND g.user_id = $1))
ORDER BY p.ended_at IS NOT NULL, p.assignment_id DESC LIMIT 1;

-- name: user_of_phone
-- Whose phone this is.
SELECT * FROM app_user WHERE phone_hash = $1 AND disabled_at IS NULL ORDER BY id LIMIT 1;

-- name: wanted_pages
-- Whether any of these ladders still waits, and has not moved on to a later step.
SELECT EXISTS (SELECT 1 FROM paging p JOIN assignment a ON a.id = p.assignment_id JOIN ticket t ON t.id = p.ticket_id
  WHERE p.assignment_id = ANY($1::bigint[]) AND (t.state <> 'returned' OR a.part = 'co') AND p.ended_at IS NULL AND a.acknowledged_at IS NULL AND a.ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM page g WHERE g.assignment_id = p.assignment_id AND g.step > $2));

-- name: assignment
-- One assignment, locked.
SELECT * FROM assignment WHERE id = $1 FOR UPDATE;

-- name: pages_of
-- The pages of some tickets.
SELECT p.ticket_id, g.assignment_id, g.step, g.channel, g.at, u.shown_name, p.ended_at, p.how FROM page g
JOIN paging p ON p.assignment_id = g.assignment_id JOIN app_user u ON u.id = g.user_id
WHERE p.ticket_id = ANY($1::bigint[]) ORDER BY g.at, g.step;

-- name: insert_return
-- A department returns a ticket.
INSERT INTO return_case (ticket_id, assignment_id, department_id, reason, basis, suggested_id, late, returned_by, returned_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id;

-- name: returned_before
-- Whether the department returned this ticket before.
SELECT EXISTS (SELECT 1 FROM return_case WHERE ticket_id = $1 AND department_id = $2);

-- name: open_return
-- The return that waits for a ruling.
SELECT * FROM return_case WHERE ticket_id = $1 AND ruled_at IS NULL FOR UPDATE;

-- name: rule_return
-- The centre names who handles it.
UPDATE return_case SET ruled_by = $2, ruled_at = $3, ruled_to = $4, ruling = $5, overruled = $6 WHERE id = $1;

-- name: returns_of
-- The returns of some tickets.
SELECT r.*, d.code, d.name, s.code AS suggested, s.name AS suggested_name, g.code AS ruled_code, g.name AS ruled_name
FROM return_case r JOIN department d ON d.id = r.department_id LEFT JOIN department s ON s.id = r.suggested_id
LEFT JOIN department g ON g.id = r.ruled_to WHERE r.ticket_id = ANY($1::bigint[]) ORDER BY r.id;

-- name: attempts
-- How often a department logged that it tried to reach the person.
SELECT count(*) FROM ticket_event WHERE ticket_id = $1 AND kind = 'first_contact';

-- name: known_pagings
-- Which of these assignments have a ladder.
SELECT assignment_id FROM paging WHERE assignment_id = ANY($1::bigint[]);

-- name: is_department
-- Whether a department in force has this code.
SELECT EXISTS (SELECT 1 FROM department WHERE code = $1 AND valid_to IS NULL);

-- name: other_with_name
-- Which other department in force has this name.
SELECT code FROM department WHERE name = $1 AND code <> $2 AND valid_to IS NULL;

-- name: standing :many
-- What stands before a consultation: put there before its day ended ($2), not over and not filed when its day began ($1).
-- params: start, end, department_id?
-- null: department_id, code, name, name_en
-- row: ConsultStandingRow
SELECT i.ticket_id, t.number, t.state, t.category, t.urgency, t.confidential, t.received_at, t.department_id, d.code, d.name, d.name_en,
  u.shown_name AS owner, array_agg(i.reason ORDER BY i.id) AS reasons, min(i.added_at) AS added_at
FROM consultation_item i JOIN ticket t ON t.id = i.ticket_id JOIN app_user u ON u.id = t.owner_id
LEFT JOIN department d ON d.id = t.department_id
WHERE i.added_at < $2 AND (i.ended_at IS NULL OR i.ended_at >= $1) AND (t.filed_at IS NULL OR t.filed_at >= $1)
  AND ($3::int IS NULL OR EXISTS (SELECT 1 FROM assignment a WHERE a.ticket_id = t.id AND a.department_id = $3 AND a.ended_at IS NULL))
  AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = ANY((SELECT department_line($3))::int[]))
GROUP BY i.ticket_id, t.id, d.id, u.id ORDER BY min(i.added_at), t.id;

-- name: words :many
-- The words of some tickets as departments read them, with their search keys: a dossier goes to departments.
-- params: ticket_ids
-- row: ConsultWordsRow
SELECT ticket_id, text, place, grams FROM handler_text WHERE ticket_id = ANY($1::bigint[]);

-- name: records :many
-- The record of some tickets with the words of its events, oldest first.
-- params: ticket_ids, now
-- null: note, note_kind
-- row: ConsultRecordsRow
SELECT e.ticket_id, e.seq, e.at, e.kind, e.actor, e.detail, n.text AS note, n.kind AS note_kind FROM ticket_event e
LEFT JOIN note n ON n.ticket_id = e.ticket_id AND n.seq = e.seq AND n.kind <> 'co_internal'
WHERE e.ticket_id = ANY($1::bigint[]) AND e.at <= $2 ORDER BY e.ticket_id, e.seq;

-- name: returns :many
-- The returns of some tickets, with their rulings.
-- params: ticket_ids, now
-- null: suggested, ruled_to, ruled_at, overruled
-- row: ConsultReturnsRow
SELECT k.ticket_id, d.name, k.reason, k.basis, s.name AS suggested, k.returned_at, k.late, g.name AS ruled_to, k.ruling, k.ruled_at, k.overruled
FROM return_case k JOIN department d ON d.id = k.department_id LEFT JOIN department s ON s.id = k.suggested_id
LEFT JOIN department g ON g.id = k.ruled_to WHERE k.ticket_id = ANY($1::bigint[]) AND k.returned_at <= $2 ORDER BY k.id;

-- name: clocks :many
-- The clocks of some tickets that are overdue or run.
-- params: ticket_ids
-- null: breached_at, name
-- row: ConsultClocksRow
SELECT c.ticket_id, c.clock, c.due_at, c.breached_at, c.state, d.name FROM clock c LEFT JOIN department d ON d.id = c.department_id
WHERE c.ticket_id = ANY($1::bigint[]) AND (c.breached_at IS NOT NULL OR c.state IN ('running', 'paused')) AND c.whose <> 'none' ORDER BY c.id;

-- name: precedents :many
-- What was decided before on tickets whose words are alike, never on tipoffs or confidential ones.
-- params: now
SELECT p.ticket_id, p.reason, p.source, p.at, d.name, t.number, w.grams FROM precedent p JOIN ticket t ON t.id = p.ticket_id
JOIN ticket_text w ON w.ticket_id = p.ticket_id JOIN department d ON d.id = p.department_id
WHERE t.category <> 'tipoff' AND NOT t.confidential AND p.at <= $1 ORDER BY p.id DESC LIMIT 500;

-- name: alike :many
-- Tickets of the last 90 days at the same place in the same category, other than this one.
-- params: now, place, category, ident
-- null: name
SELECT t.number, t.state, t.received_at, d.name FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id
LEFT JOIN department d ON d.id = t.department_id
WHERE t.received_at >= $1::timestamptz - interval '90 days' AND t.received_at <= $1 AND w.place = $2 AND $2 <> '' AND t.category = $3
  AND t.id <> $4 AND t.category <> 'tipoff' AND NOT t.confidential ORDER BY t.id DESC LIMIT 10;

-- name: people :many
-- People by id.
-- params: idents
-- row: ConsultPeopleRow
SELECT id, shown_name FROM app_user WHERE id = ANY($1::int[]);

-- name: departments :many
-- Departments by id.
-- row: ConsultDepartmentsRow
SELECT id, code, name, name_en FROM department;

-- name: names_of :many
-- The names that are known of the persons of some tickets, enciphered: no paper prints them.
-- params: ticket_ids
SELECT t.id AS ticket_id, p.name_enc FROM ticket t JOIN person p ON p.id IN (t.person_id, t.concerned_id)
WHERE t.id = ANY($1::bigint[]) AND p.name_enc IS NOT NULL;

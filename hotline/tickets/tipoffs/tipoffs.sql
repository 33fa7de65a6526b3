-- name: protect :exec
-- These tickets are treated as tipoffs from now on; a category weighs more than words, and what was lifted begins again.
-- params: tickets, whys, now
INSERT INTO protection (ticket_id, why, from_at) SELECT p.ticket, p.why, $3 FROM unnest($1::bigint[], $2::text[]) AS p(ticket, why)
ON CONFLICT (ticket_id) DO UPDATE SET why = excluded.why, from_at = excluded.from_at, lifted_by = NULL, lifted_at = NULL
WHERE protection.lifted_at IS NOT NULL OR (excluded.why = 'category' AND protection.why <> 'category');

-- name: copy_protection :exec
-- What is protected stays so in what continues it or was split off it.
-- params: tickets, befores, now
INSERT INTO protection (ticket_id, why, from_at) SELECT c.ticket, p.why, $3
FROM unnest($1::bigint[], $2::bigint[]) AS c(ticket, before) JOIN protection p ON p.ticket_id = c.before AND p.lifted_at IS NULL
ON CONFLICT DO NOTHING;

-- name: protected :one?
-- Why a ticket is treated as a tipoff, and since when; nothing where it is not.
-- params: ticket_id
SELECT why, from_at FROM protection WHERE ticket_id = $1 AND lifted_at IS NULL;

-- name: protected_among :values
-- Which of these tickets are treated as tipoffs.
-- params: ticket_ids
SELECT ticket_id FROM protection WHERE ticket_id = ANY($1::bigint[]) AND lifted_at IS NULL;

-- name: lift :exec
-- A ticket is treated as a tipoff no longer.
-- params: ticket_id, lifted_by, now
UPDATE protection SET lifted_by = $2, lifted_at = $3 WHERE ticket_id = $1 AND lifted_at IS NULL RETURNING why;

-- name: all_words :value?
-- Everything that was said in a ticket: its words, its place, and what was added or noted.
-- params: ticket
SELECT concat_ws(chr(10), w.text, w.place, (SELECT string_agg(n.text, chr(10) ORDER BY n.seq) FROM note n
  WHERE n.ticket_id = t.id AND n.kind = 'addition')) FROM ticket t LEFT JOIN ticket_text w ON w.ticket_id = t.id WHERE t.id = $1;

-- name: named_parts :many
-- The open parts of a ticket whose department, or one merged into it, the ticket names, the lead last.
-- params: ticket_id
SELECT a.id, a.department_id, a.part FROM assignment a WHERE a.ticket_id = $1 AND a.ended_at IS NULL AND EXISTS (
  SELECT 1 FROM hidden_from h WHERE h.ticket_id = a.ticket_id AND h.department_id = ANY((SELECT department_line(a.department_id))::int[]))
ORDER BY a.part = 'lead', a.id;

-- name: waits_for_receipt :value
-- Whether an SMS with the result is on its way to the person.
-- params: ticket_id
SELECT EXISTS (SELECT 1 FROM report_back WHERE ticket_id = $1 AND told_at IS NULL AND failed_at IS NULL);

-- name: owner_phone :one?
-- How to reach a ticket's owner.
-- params: ticket_id
-- null: phone_enc
SELECT u.id, u.phone_enc, u.language FROM ticket t JOIN app_user u ON u.id = t.owner_id WHERE t.id = $1;

-- name: not_for :values
-- Departments that are not proposed for a ticket: those that it names, their heirs, and, of a tipoff, who takes those about officials.
-- params: ticket_id
SELECT d.code FROM department d JOIN protection p ON p.ticket_id = $1 AND p.lifted_at IS NULL
WHERE d.discipline OR EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = $1 AND h.department_id = ANY((SELECT department_line(d.id))::int[]));

-- name: redact :exec
-- The words that departments read of a ticket, or of one of its additions; the later counts.
-- params: ticket_id, seq, text, place, grams, files, by_actor, now
INSERT INTO redaction (ticket_id, seq, text, place, grams, files, by_actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (ticket_id, seq) DO UPDATE SET text = excluded.text, place = excluded.place, grams = excluded.grams, files = excluded.files,
  by_actor = excluded.by_actor, at = excluded.at;

-- name: redaction :one?
-- What departments read in place of the person's words, for the centre.
-- params: ticket_id
SELECT text, place, files, at FROM redaction WHERE ticket_id = $1 AND seq = 0;

-- name: redactions :many
-- The redacted words of a ticket, by what they stand for (0: the matter).
-- params: ticket_id
SELECT seq, text FROM redaction WHERE ticket_id = $1;

-- name: handler_words :one?
-- The words of a ticket as departments read them.
-- params: ticket_id
SELECT text, place FROM handler_text WHERE ticket_id = $1;

-- name: is_addition :value
-- Whether an event of a ticket has words that were added.
-- params: ticket_id, seq
SELECT EXISTS (SELECT 1 FROM note WHERE ticket_id = $1 AND seq = $2 AND kind = 'addition');

-- name: own_additions :values
-- Which additions of a ticket people of some departments wrote.
-- params: ticket_id, department_ids
SELECT e.seq FROM ticket_event e JOIN app_user u ON 'user:' || u.id = e.actor
WHERE e.ticket_id = $1 AND e.kind = 'added' AND u.department_id = ANY($2::int[]);

-- name: hidden_files :values
-- Files of a redacted ticket that departments do not see: others' than those that people of some departments added.
-- params: ticket_id, department_ids
SELECT f.id FROM attachment f JOIN redaction r ON r.ticket_id = f.ticket_id AND r.seq = 0 AND NOT r.files
WHERE f.ticket_id = $1 AND NOT EXISTS (SELECT 1 FROM app_user u WHERE 'user:' || u.id = f.added_by AND u.department_id = ANY($2::int[]));

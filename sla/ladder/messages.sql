-- name: liaison_phones :many
-- One liaison or leader with a number for each department.
-- params: department_ids, leads
-- row: MessagesLiaisonPhonesRow
SELECT DISTINCT ON (department_id) department_id, id, phone_enc, language FROM app_user
WHERE department_id = ANY($1::int[]) AND phone_enc IS NOT NULL AND disabled_at IS NULL AND leads = $2
ORDER BY department_id, id;

-- name: centre_phones :many
-- The numbers of some owners who are on shift, and of the managers.
-- params: idents
SELECT u.id, u.role, u.phone_enc, u.language FROM app_user u WHERE u.phone_enc IS NOT NULL AND u.disabled_at IS NULL
  AND (u.role = 'manager' OR (u.id = ANY($1::int[]) AND EXISTS (SELECT 1 FROM shift s WHERE s.user_id = u.id AND s.off_at IS NULL)))
ORDER BY u.id;

-- name: has_to_act :value
-- Whether a department still has to act on its assignment.
-- params: assignment
SELECT EXISTS (SELECT 1 FROM assignment a JOIN ticket t ON t.id = a.ticket_id
  WHERE a.id = $1 AND a.ended_at IS NULL AND t.state IN ('dispatched', 'signed', 'in_consultation', 'long_term'));

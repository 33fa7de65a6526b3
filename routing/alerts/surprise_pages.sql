-- name: departments :values
-- The departments in force that have people.
-- row: SurprisePagesDepartmentsRow
SELECT d.id FROM department d WHERE d.valid_to IS NULL AND EXISTS (SELECT 1 FROM app_user u WHERE u.department_id = d.id AND u.disabled_at IS NULL)
ORDER BY d.id;

-- name: plan :exec
-- A moment of the month for each department, once.
-- params: departments, month, due_times
INSERT INTO surprise_page (department_id, month, due_at)
SELECT n.department, $2, n.due_at FROM unnest($1::int[], $3::timestamptz[]) AS n(department, due_at) ON CONFLICT DO NOTHING;

-- name: due :many
-- Surprise pages whose moment has come; others pass them by.
-- params: now
-- row: SurprisePagesDueRow
SELECT id, department_id FROM surprise_page WHERE paged_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 100 FOR UPDATE SKIP LOCKED;

-- name: paged :exec
-- Who was paged, with which code; nobody where none was on duty.
-- params: ident, user_id?, now, code
UPDATE surprise_page SET user_id = $2, paged_at = $3, code = $4 WHERE id = $1 AND paged_at IS NULL;

-- name: answered :value?
-- The code came back from whom it paged; the first answer counts.
-- params: user_id, code, now, how, since
UPDATE surprise_page SET answered_at = $3, how = $4
WHERE id = (SELECT id FROM surprise_page WHERE user_id = $1 AND code = $2 AND answered_at IS NULL AND paged_at > $5 ORDER BY id DESC LIMIT 1) RETURNING id;

-- name: answered_by_key :exec
-- The key was pressed in the call.
-- params: surprise, now, since
UPDATE surprise_page SET answered_at = $2, how = 'key' WHERE id = $1 AND answered_at IS NULL AND paged_at > $3;

-- name: wanted :value
-- Whether a page still waits for its answer, and in time.
-- params: surprise, since
SELECT EXISTS (SELECT 1 FROM surprise_page WHERE id = $1 AND answered_at IS NULL AND paged_at > $2);

-- name: results :many
-- The surprise pages of a month that went out.
-- params: month, department_id?
-- null: user_id, code, answered_at, how, shown_name
SELECT s.*, d.code AS department, d.name, d.name_en, u.shown_name,
  EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key IN ('surprise:' || s.id || ':sms', 'surprise:' || s.id || ':voice')
    AND o.state IN ('sent', 'delivered')) AS left_us FROM surprise_page s JOIN department d ON d.id = s.department_id
LEFT JOIN app_user u ON u.id = s.user_id
WHERE s.month = $1 AND s.paged_at IS NOT NULL AND ($2::int IS NULL OR s.department_id = $2) ORDER BY d.code;

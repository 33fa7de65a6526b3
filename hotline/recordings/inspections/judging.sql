-- name: insert_inspection :count
-- What an inspector found, once each.
-- params: item_id, inspector_id, marks, remark, score, now
INSERT INTO inspection (item_id, inspector_id, marks, remark, score, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING;

-- name: inspections_of :many
-- What inspectors found of items, in order.
-- params: item_ids
SELECT x.item_id, x.inspector_id, x.marks, x.remark, x.score, x.at, u.shown_name AS inspector_name
FROM inspection x JOIN app_user u ON u.id = x.inspector_id WHERE x.item_id = ANY($1::bigint[]) ORDER BY x.item_id, x.at, x.inspector_id;

-- name: settle_item :exec
-- All inspectors have seen it: who is inspected is told, and may object until a moment.
-- params: item_id, now, object_until, score
UPDATE inspection_item SET settled_at = $2, object_until = $3, score = $4 WHERE id = $1;

-- name: set_score :exec
-- The score after an objection that was upheld.
-- params: item_id, score
UPDATE inspection_item SET score = $2 WHERE id = $1;

-- name: insert_objection :count
-- Who was inspected objects, once.
-- params: item_id, by_id, reason, now
INSERT INTO inspection_objection (item_id, by_id, reason, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: objection :one?
-- The objection to an item.
-- params: item_id
-- null: upheld, decided_by, decided_at, decided_name
SELECT o.item_id, o.by_id, o.reason, o.at, o.upheld, o.words, o.decided_by, o.decided_at, b.shown_name AS by_name, d.shown_name AS decided_name
FROM inspection_objection o JOIN app_user b ON b.id = o.by_id LEFT JOIN app_user d ON d.id = o.decided_by WHERE o.item_id = $1;

-- name: decide_objection :count
-- The decision on an objection, once.
-- params: item_id, upheld, words, decided_by, now
UPDATE inspection_objection SET upheld = $2, words = $3, decided_by = $4, decided_at = $5 WHERE item_id = $1 AND decided_at IS NULL;

-- name: open_objections :values
-- Items whose objection waits for a decision, the oldest first.
-- params: limit
SELECT item_id FROM inspection_objection WHERE decided_at IS NULL ORDER BY at, item_id LIMIT $1;

-- name: is_inspector :value
-- Whether an operator was let inspect.
-- params: user_id
SELECT EXISTS (SELECT 1 FROM inspector WHERE user_id = $1);

-- name: inspectors :many
-- Operators who were let inspect.
SELECT i.user_id, u.name, u.shown_name, i.at FROM inspector i JOIN app_user u ON u.id = i.user_id ORDER BY u.shown_name, u.id;

-- name: possible_inspectors :many
-- Operators, for the choice of inspectors.
SELECT id AS user_id, name, shown_name FROM app_user WHERE role = 'operator' AND disabled_at IS NULL AND NOT builtin ORDER BY shown_name, id;

-- name: operator_named :value?
-- An operator by name.
-- params: name
SELECT id FROM app_user WHERE lower(name) = lower($1) AND role = 'operator' AND disabled_at IS NULL;

-- name: insert_inspector :count
-- An operator is let inspect.
-- params: user_id, by_id, now
INSERT INTO inspector (user_id, by_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: remove_inspector :count
-- An operator inspects no more.
-- params: user_id
DELETE FROM inspector WHERE user_id = $1;

-- name: reply_words :one?
-- The reply that is inspected, with its ticket's number.
-- params: reply_id
SELECT p.public_text, p.internal_text, p.outcome, p.submitted_at, t.number FROM reply p JOIN ticket t ON t.id = p.ticket_id WHERE p.id = $1;

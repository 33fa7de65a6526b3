-- name: owe_news
-- A call is owed to a ticket's person, once for the same news.
INSERT INTO call_back (ticket_id, reason, news, asked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (ticket_id, news) WHERE news <> '' DO NOTHING RETURNING id;

-- name: take_unconfirmed
-- Messages without a receipt in time, each taken once, locked with their tickets.
UPDATE outbox SET confirm_by = NULL
WHERE id IN (SELECT o.id FROM outbox o JOIN ticket t ON t.id = o.ticket_id
             WHERE o.confirm_by <= $1 AND o.delivered_at IS NULL AND o.state <> 'dropped'
             ORDER BY o.confirm_by LIMIT $2 FOR UPDATE OF t, o SKIP LOCKED)
RETURNING id, kind, ticket_id, user_id, about;

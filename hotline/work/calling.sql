-- name: owe_news
-- A call is owed to a ticket's person, once for the same news.
INSERT INTO call_back (ticket_id, reason, news, asked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (ticket_id, news) WHERE news <> '' DO NOTHING RETURNING id;

-- name: owe_news :value?
-- A call is owed to a ticket's person, once for the same news.
-- params: ticket_id, reason, news, now
INSERT INTO call_back (ticket_id, reason, news, asked_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (ticket_id, news) WHERE news <> '' DO NOTHING RETURNING id;

-- name: owe_answer :value?
-- A call is owed to who wrote through a messenger and was not reached there, where there is a number to call.
-- params: inbound_id, now
INSERT INTO call_back (contact_id, ticket_id, reason, asked_at)
SELECT c.id, c.ticket_id, 'undelivered', $2 FROM contact c JOIN person p ON p.id = c.person_id
WHERE c.inbound_id = $1 AND p.line IN ('mobile', 'landline', 'unknown') AND p.phone_enc IS NOT NULL
ON CONFLICT (contact_id) DO NOTHING RETURNING id;

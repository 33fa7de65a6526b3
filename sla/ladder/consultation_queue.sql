-- name: queue_item :value?
-- Put before the next consultation, once a reason.
-- params: ticket_id, reason, now
INSERT INTO consultation_item (ticket_id, reason, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id;

-- name: count_events :value
-- How many events of a kind a ticket has.
-- params: ticket_id, kind
SELECT count(*) FROM ticket_event WHERE ticket_id = $1 AND kind = $2;

-- name: long_term_unreviewed :values
-- Long-term matters that have not stood before a consultation since a moment.
-- params: since
SELECT t.id FROM ticket t WHERE t.state = 'long_term'
  AND NOT EXISTS (SELECT 1 FROM consultation_item i WHERE i.ticket_id = t.id AND i.reason = 'long_term' AND (i.ended_at IS NULL OR i.added_at > $1))
ORDER BY t.id LIMIT 500;

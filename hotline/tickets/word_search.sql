-- name: may_hold :values
-- Tickets whose words hold all of these search keys, by index; `limit` at most, in no order.
-- params: keys, limit
SELECT ticket_id FROM ticket_text WHERE grams @> $1::text[] LIMIT $2;

-- name: hold_among :values
-- Of these tickets those whose words match all patterns, the newest first, older than `before`.
-- params: tickets, before?, patterns, limit
SELECT ticket_id FROM ticket_text WHERE ticket_id = ANY($1::bigint[]) AND ($2::bigint IS NULL OR ticket_id < $2)
  AND lower(normalize(text || chr(10) || place, NFKC)) LIKE ALL($3::text[]) ORDER BY ticket_id DESC LIMIT $4;

-- name: hold_between :values
-- Tickets of a stretch (after … until) whose words match all patterns, the newest first.
-- params: after, until, patterns, limit
SELECT ticket_id FROM ticket_text WHERE ticket_id > $1 AND ticket_id <= $2
  AND lower(normalize(text || chr(10) || place, NFKC)) LIKE ALL($3::text[]) ORDER BY ticket_id DESC LIMIT $4;

-- name: newest :value?
-- The newest ticket that has words.
SELECT max(ticket_id) FROM ticket_text;

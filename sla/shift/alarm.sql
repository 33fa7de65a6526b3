-- name: desk_has_tickets :value
-- Whether the duty desk still has a ticket.
-- params: owner_id
SELECT EXISTS (SELECT 1 FROM ticket WHERE owner_id = $1 AND filed_at IS NULL);

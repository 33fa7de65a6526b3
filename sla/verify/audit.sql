-- name: tickets
-- The rows of a part of the tickets.
SELECT * FROM ticket WHERE id > $1 AND id <= $2 ORDER BY id;

-- name: assignments
-- Their assignments.
SELECT * FROM assignment WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, id;

-- name: owners
-- Their owners, in order.
SELECT * FROM ownership WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, id;

-- name: duties
-- Their duties.
SELECT * FROM duty WHERE ticket_id > $1 AND ticket_id <= $2;

-- name: clocks
-- Their clocks, in order.
SELECT * FROM clock WHERE ticket_id > $1 AND ticket_id <= $2 ORDER BY ticket_id, id;

-- name: procedures
-- All statutory procedures, ended ones too.
SELECT id, base, amount, basis FROM statutory_procedure;

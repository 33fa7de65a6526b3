-- name: known
-- Which of these lines of imported files were taken before.
SELECT sid FROM inbound WHERE kind = $1 AND sid = ANY($2::text[]);

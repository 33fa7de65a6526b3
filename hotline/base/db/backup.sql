-- name: tables :many
-- Every table of ours with its columns, in order.
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname;

-- name: sequences :many
-- Where every sequence stands; empty where it was never used.
-- null: last_value
SELECT sequencename::text AS name, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename;

-- name: foreign_keys :many
-- Constraints between tables, to be set aside while rows are loaded.
SELECT c.conrelid::regclass::text AS table, c.conname AS name, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 'f' AND n.nspname = 'public' AND c.conparentid = 0 ORDER BY 1, 2;

-- name: others :value
-- Other connections to this database.
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';

-- name: has_content :value
-- Whether anything beyond what migrate seeds is in the database.
SELECT EXISTS (SELECT 1 FROM ticket) OR EXISTS (SELECT 1 FROM contact) OR EXISTS (SELECT 1 FROM inbound)
  OR EXISTS (SELECT 1 FROM department) OR EXISTS (SELECT 1 FROM app_user WHERE NOT builtin);

-- name: take_lock :value?
-- One migrates at a time, whichever process comes first; whether it is us.
-- params: lock
SELECT pg_try_advisory_lock($1);

-- name: free_lock :exec
-- The next may look.
-- params: lock
SELECT pg_advisory_unlock($1);

-- name: has_versions :value?
-- Whether this database was ever built.
SELECT to_regclass('schema_version') IS NOT NULL;

-- name: version :value
-- The newest step that ran.
SELECT max(version) FROM schema_version;

-- name: stamp :exec
-- A step was done.
-- params: version, step_name, now
INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3);

-- name: own :exec
-- The keys that this database is written with.
-- params: key_fingerprint, now
INSERT INTO installation (key_fingerprint, made_at) VALUES ($1, $2);

-- name: fingerprint :value?
-- The fingerprint of those keys.
SELECT key_fingerprint FROM installation;

-- name: half_built :values
-- How to drop the indexes whose building was interrupted.
SELECT format('DROP INDEX CONCURRENTLY %s', indexrelid::regclass) AS drop FROM pg_index WHERE NOT indisvalid;

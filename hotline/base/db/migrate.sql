-- name: take_lock
-- One migrates at a time, whichever process comes first; whether it is us.
SELECT pg_try_advisory_lock($1);

-- name: free_lock
-- The next may look.
SELECT pg_advisory_unlock($1);

-- name: has_versions
-- Whether this database was ever built.
SELECT to_regclass('schema_version') IS NOT NULL;

-- name: version
-- The newest step that ran.
SELECT max(version) FROM schema_version;

-- name: stamp
-- A step was done.
INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3);

-- name: own
-- The keys that this database is written with.
INSERT INTO installation (key_fingerprint, made_at) VALUES ($1, $2);

-- name: fingerprint
-- The fingerprint of those keys.
SELECT key_fingerprint FROM installation;

-- name: half_built
-- How to drop the indexes whose building was interrupted.
SELECT format('DROP INDEX CONCURRENTLY %s', indexrelid::regclass) AS drop FROM pg_index WHERE NOT indisvalid;

-- name: lock_policies
-- One editor of the policy at a time.
LOCK TABLE policy_version IN SHARE ROW EXCLUSIVE MODE;

-- name: version_from
-- The version that begins exactly at a moment.
SELECT version FROM policy_version WHERE effective_at = $1;

-- name: new_version
-- A version from a moment on.
INSERT INTO policy_version (effective_at, made_at, made_by, note) VALUES ($1, $2, $3, $4) RETURNING version;

-- name: copy_rules
-- A version begins as a copy of the one before.
INSERT INTO policy_rule (version, clock, category, urgency, base, amount, whose, warn, pausable, basis)
SELECT $1, clock, category, urgency, base, amount, whose, warn, pausable, basis FROM policy_rule WHERE version = $2;

-- name: versions_since
-- The versions that begin at a moment or later.
SELECT version FROM policy_version WHERE effective_at >= $1 ORDER BY effective_at;

-- name: put_rule
-- One rule of a version.
INSERT INTO policy_rule (version, clock, category, urgency, base, amount, whose, warn, pausable, basis)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (version, clock, category, urgency)
DO UPDATE SET base = excluded.base, amount = excluded.amount, warn = excluded.warn, pausable = excluded.pausable, basis = excluded.basis;

-- name: procedures
-- Statutory procedures, those in force first.
SELECT * FROM statutory_procedure ORDER BY until_at NULLS FIRST, matter;

-- name: add_procedure
-- A matter with a statutory time of its own.
INSERT INTO statutory_procedure (matter, base, amount, basis, from_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: end_procedure
-- A procedure ends.
UPDATE statutory_procedure SET until_at = $2 WHERE id = $1 AND until_at IS NULL RETURNING id;

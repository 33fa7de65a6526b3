-- name: lock_policies :exec
-- One editor of the policy at a time.
LOCK TABLE policy_version IN SHARE ROW EXCLUSIVE MODE;

-- name: version_from :value?
-- The version that begins exactly at a moment.
-- params: effective_at
SELECT version FROM policy_version WHERE effective_at = $1;

-- name: new_version :value
-- A version from a moment on.
-- params: effective_at, now, made_by, note
INSERT INTO policy_version (effective_at, made_at, made_by, note) VALUES ($1, $2, $3, $4) RETURNING version;

-- name: copy_rules :exec
-- A version begins as a copy of the one before.
-- params: version, version_2
INSERT INTO policy_rule (version, clock, category, urgency, base, amount, whose, warn, pausable, basis)
SELECT $1, clock, category, urgency, base, amount, whose, warn, pausable, basis FROM policy_rule WHERE version = $2;

-- name: versions_since :values
-- The versions that begin at a moment or later.
-- params: effective_at
SELECT version FROM policy_version WHERE effective_at >= $1 ORDER BY effective_at;

-- name: put_rule :exec
-- One rule of a version.
-- params: version, clock, category, urgency, base, amount?, whose, warn?, pausable, basis
INSERT INTO policy_rule (version, clock, category, urgency, base, amount, whose, warn, pausable, basis)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (version, clock, category, urgency)
DO UPDATE SET base = excluded.base, amount = excluded.amount, warn = excluded.warn, pausable = excluded.pausable, basis = excluded.basis;

-- name: procedures :many
-- Statutory procedures, those in force first.
-- null: until_at
-- row: PolicyProceduresRow
SELECT * FROM statutory_procedure ORDER BY until_at NULLS FIRST, matter;

-- name: add_procedure :value
-- A matter with a statutory time of its own.
-- params: matter, base, amount, basis, now
INSERT INTO statutory_procedure (matter, base, amount, basis, from_at) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: end_procedure :value?
-- A procedure ends.
-- params: procedure, now
UPDATE statutory_procedure SET until_at = $2 WHERE id = $1 AND until_at IS NULL RETURNING id;

-- name: version_at :value
-- The policy version in force at a moment.
-- params: now
SELECT version FROM policy_version WHERE effective_at <= $1 ORDER BY effective_at DESC LIMIT 1;

-- name: rules :many
-- The rules of a version, as `sla.policy.rules.PolicyRule` has its fields.
-- params: version
-- null: amount, warn
-- row: PolicyRulesRow
SELECT clock, category, urgency, base, amount, whose, warn, pausable, basis FROM policy_rule WHERE version = $1;

-- name: versions :many
-- All policy versions, the latest first.
SELECT version, effective_at, made_at, made_by, note FROM policy_version ORDER BY effective_at DESC;

-- name: procedure :one?
-- A statutory procedure in force by its matter.
-- params: matter
-- null: until_at
-- row: PolicyProceduresRow
SELECT * FROM statutory_procedure WHERE matter = $1 AND until_at IS NULL;

-- name: set_procedure :exec
-- The procedure that a ticket follows from now on; none: the ordinary time again.
-- params: ticket_id, procedure_id?, now, by_actor
INSERT INTO ticket_procedure (ticket_id, procedure_id, at, by_actor) VALUES ($1, $2, $3, $4);

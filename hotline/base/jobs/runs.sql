-- name: insert_job_run :value?
-- Take one occurrence of a calendar job; no row where it was taken before.
-- params: name, due_at, ran_at
INSERT INTO job_run (name, due_at, ran_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name;

-- name: last_job_run :value?
-- The latest occurrence that ran.
-- params: job_name
SELECT max(due_at) FROM job_run WHERE name = $1;

-- What PostgreSQL itself does with the least that a due clock needs: escalated, an event, a message, in one statement.
DROP TABLE IF EXISTS y_outbox, y_event, y_clock;
CREATE TABLE y_clock (id bigint PRIMARY KEY, level smallint NOT NULL DEFAULT 0, due_at timestamptz NOT NULL);
CREATE INDEX y_clock_due ON y_clock (due_at) WHERE level = 0;
CREATE TABLE y_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, clock_id bigint NOT NULL REFERENCES y_clock, kind text NOT NULL);
CREATE INDEX y_event_clock ON y_event (clock_id);
CREATE TABLE y_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, clock_id bigint NOT NULL, payload jsonb NOT NULL);
INSERT INTO y_clock (id, due_at) SELECT n, '2026-01-01Z'::timestamptz + n * interval '1 second' FROM generate_series(1, :n) n;
ANALYZE y_clock;
-- take
WITH c AS (SELECT id FROM y_clock WHERE level = 0 ORDER BY due_at LIMIT 1000 FOR UPDATE SKIP LOCKED),
u AS (UPDATE y_clock y SET level = 1 FROM c WHERE y.id = c.id RETURNING y.id),
e AS (INSERT INTO y_event (clock_id, kind) SELECT id, 'breached' FROM u),
o AS (INSERT INTO y_outbox (clock_id, payload) SELECT id, '{"template":"overdue"}' FROM u)
SELECT count(*) FROM u

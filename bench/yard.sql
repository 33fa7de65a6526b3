-- The yardstick of intake: the least that a ticket needs, and no program around it (bench/intake.py).
DROP TABLE IF EXISTS yard_outbox, yard_event, yard_ticket, yard_counter;
CREATE TABLE yard_counter (department int PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 50);
CREATE TABLE yard_ticket (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text NOT NULL UNIQUE, department int NOT NULL,
  state text NOT NULL, phone text NOT NULL, text text NOT NULL, received_at timestamptz NOT NULL, due_at timestamptz NOT NULL
);
CREATE INDEX yard_ticket_queue ON yard_ticket (department, state, due_at);
CREATE INDEX yard_ticket_received ON yard_ticket (received_at);
CREATE INDEX yard_ticket_phone ON yard_ticket (phone);
CREATE TABLE yard_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES yard_ticket, kind text NOT NULL,
  actor text NOT NULL, at timestamptz NOT NULL, detail jsonb NOT NULL
);
CREATE INDEX yard_event_ticket ON yard_event (ticket_id, at);
CREATE TABLE yard_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket_id bigint NOT NULL, channel text NOT NULL, body jsonb NOT NULL,
  due_at timestamptz NOT NULL, sent_at timestamptz
);
CREATE INDEX yard_outbox_due ON yard_outbox (due_at) WHERE sent_at IS NULL;
INSERT INTO yard_counter SELECT d, 0 FROM generate_series(1, 75) d;

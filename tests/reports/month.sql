-- A month of $1 tickets as rows, spread evenly over March 2026: what `test_figures_size.py` counts. Each has one department, one assignment,
-- nine clocks, a reply, a follow-up, a rating and nine events. Every tenth was signed late and every twentieth replied late.
INSERT INTO ticket (id, number, state, channel, category, urgency, owner_id, department_id, received_at, event_count, last_event_at, head_hash)
SELECT i, 'N' || i, 'followed_up', (ARRAY['call', 'sms', 'web'])[1 + i % 3], (ARRAY['help', 'complaint', 'inquiry'])[1 + i % 3], 'normal', 0,
  (SELECT min(id) FROM department) + i % 75, '2026-02-28T16:00Z'::timestamptz + i * interval '26 seconds' * 100000 / $1, 9, '2026-03-31Z', ''
FROM generate_series(1, $1) i;
INSERT INTO assignment (id, ticket_id, department_id, assigned_by, assigned_at, signed_at)
SELECT id, id, department_id, 'user:0', received_at + interval '30 minutes', received_at + interval '1 hour' FROM ticket;
INSERT INTO clock (ticket_id, clock, assignment_id, department_id, whose, policy_version, base, amount, started_at, start_seq, due_at, state, stopped_at, stop_seq, breached_at, touched_at)
SELECT t.id, c.clock, t.id, t.department_id, c.whose, 1, '24h', 1, t.received_at, 1, t.received_at + interval '2 hours', 'stopped',
  t.received_at + CASE WHEN late THEN interval '3 hours' ELSE interval '1 hour' END, 2, CASE WHEN late THEN t.received_at + interval '2 hours' END, t.received_at
FROM ticket t CROSS JOIN (VALUES ('sign', 'department'), ('first_contact', 'department'), ('resolve', 'department'), ('return', 'none'),
  ('interim_supply', 'department'), ('interim', 'centre'), ('dispatch', 'centre'), ('review', 'centre'), ('report_back', 'centre')) c(clock, whose)
CROSS JOIN LATERAL (SELECT (c.clock = 'sign' AND t.id % 10 = 0) OR (c.clock = 'resolve' AND t.id % 20 = 0) AS late) l;
INSERT INTO reply (ticket_id, assignment_id, outcome, public_text, submitted_by, submitted_at, accepted_at)
SELECT id, id, 'solved', '', 'user:0', received_at + CASE WHEN id % 20 = 0 THEN interval '3 hours' ELSE interval '90 minutes' END, received_at + interval '3 hours' FROM ticket;
INSERT INTO follow_up (ticket_id, by_id, at, reached, solved, rating) SELECT id, 0, received_at + interval '4 hours', true, id % 4 > 0, 1 + id % 5 FROM ticket;
INSERT INTO rating (ticket_id, score, via, at) SELECT id, 1 + id % 5, 'follow_up', received_at + interval '4 hours' FROM ticket;
INSERT INTO ticket_event (ticket_id, seq, at, kind, actor, detail, hash)
SELECT t.id, s.seq, t.received_at + (s.seq - 1) * interval '30 minutes', s.kind, 'user:0',
  CASE WHEN s.kind IN ('dispatched', 'signed') THEN '{"assignment":' || t.id || ',"department":' || t.department_id || '}' ELSE '{}' END, ''
FROM ticket t CROSS JOIN (VALUES (1, 'received'), (2, 'dispatched'), (3, 'signed'), (4, 'replied'), (5, 'report_back_tried'), (6, 'told'),
  (7, 'follow_up_tried'), (8, 'followed_up'), (9, 'shown')) s(seq, kind);

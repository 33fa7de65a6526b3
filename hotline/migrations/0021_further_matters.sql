-- Tickets of a call: further matters, and one place that says which they are.

-- Another matter that came up in a call whose contact had its ticket already.
CREATE TABLE call_further (
  ticket_id bigint PRIMARY KEY REFERENCES ticket,
  call_id bigint NOT NULL REFERENCES call
);
CREATE INDEX call_further_call ON call_further (call_id);

-- The tickets of each call: its own, its contact's, those of the call that was owed, and further matters.
CREATE VIEW ticket_of_call AS
  SELECT k.id AS call_id, k.ticket_id FROM call k WHERE k.ticket_id IS NOT NULL
  UNION SELECT k.id, c.ticket_id FROM call k JOIN contact c ON c.id = k.contact_id WHERE c.ticket_id IS NOT NULL
  UNION SELECT k.id, b.ticket_id FROM call k JOIN call_back b ON b.id = k.call_back_id WHERE b.ticket_id IS NOT NULL
  UNION SELECT k.id, c.ticket_id FROM call k JOIN call_back b ON b.id = k.call_back_id JOIN contact c ON c.id = b.contact_id
    WHERE c.ticket_id IS NOT NULL
  UNION SELECT f.call_id, f.ticket_id FROM call_further f;

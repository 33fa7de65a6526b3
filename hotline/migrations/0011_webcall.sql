-- Calls from the web page; rows that are there mean what they did.
ALTER TABLE ticket DROP CONSTRAINT ticket_channel_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_channel_check
  CHECK (channel IN ('call', 'sms', 'web', 'letter', 'box', 'visit', 'webcall')) NOT VALID;

-- outside a transaction: each statement by itself, repeatable
ALTER TABLE ticket VALIDATE CONSTRAINT ticket_channel_check;

-- The journal of administrative acts and tickets. A new table only; the first sweep lists what is there.

-- What began, page by page: administrative acts and tickets, each page chained to the one before (hotline/record/journal_page.py);
-- the last page's place and seal also stand in a file outside the database. Entries: kind 1 byte, id 8, number 8, digest 16.
CREATE TABLE journal (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  last_audit bigint NOT NULL,
  last_ticket bigint NOT NULL,
  entries bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX journal_at ON journal (at);
CREATE TRIGGER journal_is_final BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_removal();

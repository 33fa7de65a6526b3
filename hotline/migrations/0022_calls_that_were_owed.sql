-- outside a transaction: built while others write
-- Calls are found by the call that was owed.

CREATE INDEX CONCURRENTLY IF NOT EXISTS call_owed ON call (call_back_id) WHERE call_back_id IS NOT NULL;

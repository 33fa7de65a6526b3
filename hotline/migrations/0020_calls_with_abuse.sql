-- outside a transaction
-- What finds calls with abuse on record.

CREATE INDEX CONCURRENTLY IF NOT EXISTS call_event_abuse ON call_event (at) WHERE kind = 'warned' OR kind = 'announced';

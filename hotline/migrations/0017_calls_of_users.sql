-- outside a transaction
-- What lists the calls of an operator or a liaison.

CREATE INDEX CONCURRENTLY IF NOT EXISTS call_of_operator ON call (operator_id, id DESC) WHERE operator_id IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS call_ring_user_calls ON call_ring (user_id, call_id DESC);
CREATE INDEX CONCURRENTLY IF NOT EXISTS call_party_user_calls ON call_party (user_id, call_id DESC) WHERE user_id IS NOT NULL;
-- For how long an operator has been idle.
CREATE INDEX CONCURRENTLY IF NOT EXISTS operator_state_user ON operator_state (user_id, id);

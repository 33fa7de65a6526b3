-- outside a transaction: each statement by itself, repeatable
-- Indexes of tables that may be large, built while others write, and constraints of 0002 held against the rows that were there.

CREATE INDEX CONCURRENTLY IF NOT EXISTS inbound_source ON inbound (source, id) WHERE processed_at IS NULL AND source IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_open_state ON ticket (state, id DESC) WHERE filed_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_category ON ticket (category, id DESC);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_channel ON ticket (channel, id DESC);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_grave ON ticket (urgency, id DESC) WHERE urgency <> 'normal';
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_after ON ticket (after_id) WHERE after_id IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS assignment_unsigned ON assignment (ticket_id, department_id)
  WHERE ended_at IS NULL AND signed_at IS NULL AND part = 'lead';
CREATE INDEX CONCURRENTLY IF NOT EXISTS clock_overdue_reply ON clock (ticket_id, department_id)
  WHERE state = 'running' AND breached_at IS NOT NULL AND clock IN ('resolve', 'rework');
CREATE INDEX CONCURRENTLY IF NOT EXISTS clock_excused ON clock (id) WHERE excused <> '';
CREATE INDEX CONCURRENTLY IF NOT EXISTS finding_suspected_clock ON finding (clock_id) WHERE state = 'suspected';
ALTER TABLE call_back VALIDATE CONSTRAINT call_back_reason_check;
ALTER TABLE hot_topic VALIDATE CONSTRAINT hot_topic_rule_check;
ALTER TABLE hot_topic VALIDATE CONSTRAINT hot_topic_joined_id_fkey;

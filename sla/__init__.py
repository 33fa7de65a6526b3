"""Service levels: working time, policy, clocks, their ladder, the responsibility ledger, the consultation queue."""

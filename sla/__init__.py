"""The promise: working time, policy, clocks, ladder, responsibility, consultation."""

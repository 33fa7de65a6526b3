"""Jobs without a leader: sweeps, calendar jobs, the scheduler that runs them, and batches in which a failing row stops
no other.
"""

"""Timers without a leader: sweeps and calendar jobs, the scheduler, batches in which one poisoned row stops nothing."""

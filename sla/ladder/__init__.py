"""What follows a clock: reminders, breaches, chases, supervise orders, the queue of the consultation."""

"""The telephone in figures: a day of calls, the wall of the centre, and how many seats next week needs."""

"""Roster tables as offices write them, read into shifts: hours, days, posts, signs and names; what is not understood is refused."""

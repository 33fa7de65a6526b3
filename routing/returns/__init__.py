"""Tickets that a department returns, the centre's rulings, and disputes about a duty."""

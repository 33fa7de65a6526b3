"""Routing: which department gets a ticket, who there is on duty, paging, returns and rulings."""

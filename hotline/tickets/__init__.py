"""Tickets in the database: reading, locking, lists and search, and what departments may read of them."""

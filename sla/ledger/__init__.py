"""The responsibility ledger: every second of a ticket belongs to one party."""

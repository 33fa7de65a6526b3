"""The moves: what people do to a ticket, one file for each noun."""

"""The moves: one file a noun."""

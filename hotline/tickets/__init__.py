"""The rows of tickets: read, lock, list, search."""

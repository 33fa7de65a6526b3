"""Outgoing messages: stored with their cause, sent, settled."""

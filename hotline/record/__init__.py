"""The record looked after: chains checked, each day sealed by a root, what happened rebuilt from events."""

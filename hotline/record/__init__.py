"""Verification of the record: chains checked, a daily root over all heads, and tickets rebuilt from their events."""

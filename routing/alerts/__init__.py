"""Paging: whoever is on duty is paged step by step until somebody acknowledges."""

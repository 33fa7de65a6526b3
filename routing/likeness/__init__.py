"""Tickets that are alike: probable duplicates, and hot topics reported by many."""

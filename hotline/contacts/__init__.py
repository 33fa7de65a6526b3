"""Intake: incoming contacts become answers, additions or tickets; the words of an SMS; opening tickets in batches."""

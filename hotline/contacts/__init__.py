"""Contacts come in: persons, the words of an SMS, opening tickets in batches."""

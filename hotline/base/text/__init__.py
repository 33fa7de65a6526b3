"""Text: telephone numbers, identities and their masking, search keys, spoken times, unfilled blanks."""

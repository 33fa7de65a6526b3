"""Text as people write it: telephone numbers, identities and their masking, search keys, spoken times, blanks."""

"""People who work here: users, roles, sessions, tokens, shifts; and the persons who call."""

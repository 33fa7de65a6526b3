"""Who works here: users, roles, sessions, tokens, shifts."""

"""/track: how one's own matter stands, with number and code, without an account (rulebook §8)."""

"""The grammar of short messages: a vocabulary by kinds, as data, and the reading of a message as words of it."""

"""What short messages are made of: words in kinds, as data, and the reading of a message as such words."""

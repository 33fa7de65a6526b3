"""Tipoffs: what is treated as one, and from which units it is hidden because it names them (rulebook §8)."""

"""Figures: what was done in a month, each with numerator, denominator and the tickets behind it (rulebook §9)."""

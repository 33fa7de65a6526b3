"""Commands for those who work on the project: counts over its tree."""

"""Numbered SQL steps from the first schema to schema.sql; see README.md beside this."""

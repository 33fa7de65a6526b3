"""Imports: past tickets of another system, slips of the opinion boxes (docs/imports.md)."""

"""Exclusions (剔除): tickets that a department asks to leave out of its figures, decided by somebody not involved (rulebook §9)."""

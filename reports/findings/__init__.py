"""Findings: suspected faults, found by rules, heard, then confirmed by somebody not involved (rulebook §7)."""

"""Demo data: a county's last three months, lived through by the real use cases on a moving clock (docs/adr/0007)."""

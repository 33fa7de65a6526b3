"""Who is on duty: rosters entered by hand or taken from tables, swaps, leave and gaps."""

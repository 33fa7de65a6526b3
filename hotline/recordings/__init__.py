"""Recordings of calls: kept encrypted and hashed, played by those who may, read by programs, looked at for quality (docs/recordings.md)."""

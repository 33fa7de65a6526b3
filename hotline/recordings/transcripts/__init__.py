"""Transcripts: what was said in a recording as a program of the site heard it; off by default (docs/recordings.md)."""

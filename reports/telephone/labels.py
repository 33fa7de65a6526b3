"""What the figures of the telephone are called: English msgids, translated at the edge. Pure."""

from __future__ import annotations

LABELS = {
    "calls_offered": "Calls that came",
    "calls_asked": "Asked for a person",
    "calls_answered": "Reached a person",
    "calls_within_15_s": "Answered within 15 s",
    "calls_abandoned": "Gave up waiting",
    "calls_abandoned_short": "Hung up within 5 s",
    "calls_places_kept": "Kept their place to be called back",
    "calls_voicemail": "Led to the voicemail",
    "calls_known_outage": "Ended by a known outage",
    "calls_without_end": "Calls without an end",
}


def call_label(name: str) -> str:
    """What a figure of the telephone is called; its name where it has no words."""
    return LABELS.get(name, name)

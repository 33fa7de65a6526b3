"""Who hears whom in a call, as the browser of one party is told it, and whose voice is recorded. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.calls.call import Party, PartyMode, hears


@dataclass(frozen=True, slots=True)
class Voice:
    """Another party, from where one stands. `recorded`: the voice belongs into the recording now."""

    party: Party
    hears_me: bool
    i_hear: bool
    recorded: bool


def voices(parties: Sequence[Party], me: Party) -> list[Voice]:
    """Everybody else who is in the call now, in order."""
    return [
        Voice(other, hears(other, me), hears(me, other), is_recorded(parties, other))
        for other in parties
        if other.id != me.id and other.is_in
    ]


def is_recorded(parties: Sequence[Party], speaker: Party) -> bool:
    """Whether a voice belongs into the recording: it is part of the talk, and somebody of the talk hears it.

    So a whisper is in no recording, nor what an operator says to whoever listens while the caller is on hold (rulebook §8).
    """
    return speaker.mode is PartyMode.TALK and any(
        listener.mode is PartyMode.TALK and hears(listener, speaker) for listener in parties
    )


def may_signal(one: Party, other: Party) -> bool:
    """Whether the browsers of two parties have anything to say to each other: at least one of them hears the other."""
    return hears(one, other) or hears(other, one)

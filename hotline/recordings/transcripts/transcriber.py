"""The interface to a program that writes down what was said (Transcriber), and which one the site has set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class NotTranscribed(Exception):
    """The program failed, took too long, or is not there; the message says which, for the log."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words between two moments of a recording, in milliseconds; `track`: `both`, or whose side it was."""

    track: str
    from_ms: int
    until_ms: int
    text: str


class Transcriber(Protocol):
    """A program that hears a recording. It sends nothing out of the machine and keeps nothing of it."""

    name: str

    async def transcribe(self, tracks: Sequence[tuple[str, bytes]], ms: int) -> list[Utterance]:
        """What was said in the tracks (name and sound as it was recorded) of a recording of this length, in order of time.

        Raises NotTranscribed.
        """
        ...

"""A recording as its rows say it: tracks, pieces, the digest over all of them, which pieces a range of bytes needs. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: The longest piece that is taken at once, in bytes: five seconds of the best sound are a fifth of it.
MAX_CHUNK = 1024**2
#: Into pieces of this size a recording is sealed when its call is over.
SEALED_CHUNK = 256 * 1024
#: What browsers and carriers record.
MEDIA = ("audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav")


class Track(StrEnum):
    """Whom a track holds: everybody (in two channels the citizen is left, the operator right), or one side."""

    BOTH = "both"
    CITIZEN = "citizen"
    OPERATOR = "operator"


class RecordingKind(StrEnum):
    """A talk, or a message that somebody left."""

    TALK = "talk"
    VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """A piece of a track as it is listed: its place, the digest of its sound (SHA-256), its size in bytes."""

    track: Track
    seq: int
    digest: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of a piece: its bytes from `start` to before `stop`."""

    piece: SoundPiece
    start: int
    stop: int


def manifest_digest(digests: Iterable[tuple[Track, bytes]]) -> bytes:
    """One digest over a recording: the SHA-256 of each whole track, in the order of their names. Pure."""
    whole = hashlib.sha256()
    for track, digest in sorted(digests):
        whole.update(track.value.encode() + b"\n" + digest + b"\n")
    return whole.digest()


def blob_key(recording: int, edition: int, piece: SoundPiece) -> str:
    """Where a piece lies in the store; two uploads of one place that differ do not write over each other."""
    return f"{folder(recording, edition)}{piece.track.value}-{piece.seq:05d}-{piece.digest[:6].hex()}"


def folder(recording: int, edition: int | None = None) -> str:
    """The prefix of everything of a recording, or of one edition of it."""
    below = f"{recording // 1000:06d}/{recording}/"
    return below if edition is None else f"{below}{edition}/"


def wanted(pieces: Sequence[SoundPiece], start: int, stop: int) -> list[Wanted]:
    """The parts of pieces that make up the bytes from `start` to before `stop` of a track."""
    found, at = [], 0
    for piece in pieces:
        low, high = max(start - at, 0), min(stop - at, piece.size)
        if low < high:
            found.append(Wanted(piece, low, high))
        at += piece.size
    return found


def gaps(seqs: Sequence[int]) -> int:
    """How many pieces are missing between the first and the last that came; the first is number 0."""
    return max(seqs) + 1 - len(seqs) if seqs else 0

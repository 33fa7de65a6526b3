"""How loud each side of a call was: a byte for each tenth of a second, what silence and talking over each other come of it. Pure.

A byte is the loudness (RMS) in decibels below full scale: 0 is −60 dB or less, 255 is 0 dB.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

#: How long each byte is, in milliseconds.
STEP_MS = 100
#: A silence of both sides counts from so many steps on; talking at once from so many.
SILENT_STEPS, OVER_STEPS = 30, 5
_FLOOR_DB = 60.0
#: Who is louder than this speaks, whatever the noise of the line (−45 dB); and by how much they stand out of it (9 dB).
_LEAST, _ABOVE = 64, 38
#: The head of a WAV file ends within so many bytes.
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class TalkFigures:
    """How long nobody spoke (in stretches of three seconds or more), and how long both spoke at once; milliseconds."""

    silence_ms: int
    talk_over_ms: int


def level(samples: NDArray[np.floating]) -> int:
    """The byte of samples between −1 and 1. Pure."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    if power <= 0:
        return 0
    decibels = 10 * np.log10(power)
    return int(np.clip(round((decibels + _FLOOR_DB) / _FLOOR_DB * 255), 0, 255))


def talk_figures(citizen: bytes | None, operator: bytes | None) -> TalkFigures | None:
    """What two sides' levels say; None where one is not known. Pure."""
    if not citizen or not operator:
        return None
    size = max(len(citizen), len(operator))
    one, other = _speaks(citizen, size), _speaks(operator, size)
    return TalkFigures(
        _stretches(~(one | other), SILENT_STEPS) * STEP_MS, _stretches(one & other, OVER_STEPS) * STEP_MS
    )


def _speaks(levels: bytes, size: int) -> NDArray[np.bool_]:
    """At which steps somebody speaks: louder than the noise of their line, which is what the quietest tenth has."""
    found = np.frombuffer(levels, np.uint8).astype(np.int16)
    noise = int(np.percentile(found, 10))
    speaks = found >= max(_LEAST, min(noise + _ABOVE, 170))
    return np.pad(speaks, (0, size - found.size))


def _stretches(steps: NDArray[np.bool_], least: int) -> int:
    """How many steps lie in stretches of at least so many."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], steps, [False]))))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= least].sum())


@dataclass(slots=True)
class WavMeter:
    """Measures a WAV file as it comes, piece by piece: linear PCM of 16 bits or µ-law, one or two channels.

    In two channels the first is the citizen, the second the operator (Twilio's order: who called, who was called). What is no such
    file is not measured: `levels` is empty.
    """

    _head: bytearray = field(default_factory=bytearray)
    _rest: bytearray = field(default_factory=bytearray)
    _frame: int = 0
    _channels: int = 0
    _rate: int = 0
    _mulaw: bool = False
    _unknown: bool = False
    _levels: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))

    def add(self, content: bytes) -> None:
        """The next piece of the file."""
        if self._unknown:
            return
        if not self._channels:
            self._head += content
            self._begin()
        else:
            self._rest += content
        if self._channels:
            self._measure(self._rate // 10)

    def levels(self) -> tuple[bytes | None, bytes | None]:
        """The bytes of the citizen and of the operator, at the end of the file; None where there is no such channel."""
        if self._channels and len(self._rest) >= self._frame:
            self._measure(len(self._rest) // self._frame)
        one, other = (bytes(found) or None for found in self._levels)
        return one, other

    @property
    def ms(self) -> int:
        """How long the file is, in milliseconds, to the tenth of a second."""
        return len(self._levels[0]) * STEP_MS

    def _begin(self) -> None:
        head = bytes(self._head)
        if len(head) >= 12 and not (head[:4] == b"RIFF" and head[8:12] == b"WAVE"):
            self._unknown = True
            return
        at = 12
        while at + 8 <= len(head):
            name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
            if name == b"fmt " and at + 24 <= len(head):
                kind, channels, rate, _, frame, bits = struct.unpack_from("<HHIIHH", head, at + 8)
                known = (kind, bits) in {(1, 16), (7, 8)} and channels in {1, 2} and 4000 <= rate <= 192_000
                self._unknown = not (known and frame == channels * bits // 8)
                self._mulaw, self._frame, self._rate = kind == 7, frame, rate
                found = channels
            elif name == b"data":
                if self._frame and not self._unknown:
                    self._channels, self._rest = found, bytearray(head[at + 8 :])
                else:
                    self._unknown = True
                return
            at += 8 + size + size % 2
        self._unknown = self._unknown or len(head) > _HEAD

    def _measure(self, frames: int) -> None:
        step = frames * self._frame
        while step and len(self._rest) >= step:
            raw = bytes(self._rest[:step])
            del self._rest[:step]
            samples = _MULAW[np.frombuffer(raw, np.uint8)] if self._mulaw else np.frombuffer(raw, "<i2") / 32768.0
            for place, channel in enumerate(samples.reshape(-1, self._channels).T):
                self._levels[place].append(level(channel))


def _mulaw_table() -> NDArray[np.float64]:
    """G.711 µ-law: each byte as a sample between −1 and 1."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = (((mantissa.astype(np.int32) << 3) + 132) << exponent.astype(np.int32)) - 132
    return np.where(code & 128, -size, size) / 32768.0


_MULAW = _mulaw_table()

"""The music of waiting and holding: a slow melody of our own on five tones, as the telephone carries it (WAV, 8 kHz, 16 bit, one channel). Pure."""

from __future__ import annotations

import io
import wave
from functools import cache

import numpy as np

RATE = 8_000
#: Steps on a pentatonic scale, one every `_BEAT` seconds; None is a rest.
_MELODY = (0, 2, 4, 5, 4, 2, 3, None, 1, 3, 5, 7, 5, 4, 2, None, 4, 2, 1, 0, 2, 3, 1, None, 0, 4, 3, 2, 1, 2, 0, None)
_SCALE = (0, 2, 4, 7, 9)
_BEAT, _RINGS, _LOUD = 0.5, 1.6, 0.22
_C4 = 261.63


@cache
def music() -> bytes:
    """The melody as a WAV file, 16 seconds; it may be played again without a seam."""
    size = int(RATE * _BEAT * len(_MELODY))
    mixed = np.zeros(size)
    length = np.arange(int(RATE * _RINGS)) / RATE
    for place, step in enumerate(_MELODY):
        if step is None:
            continue
        pitch = _C4 * 2 ** ((_SCALE[step % 5] + 12 * (step // 5)) / 12)
        tone = np.sin(2 * np.pi * pitch * length) + 0.3 * np.sin(4 * np.pi * pitch * length)
        tone *= np.exp(-3.2 * length) * np.minimum(1, length / 0.01)
        where = (int(RATE * _BEAT * place) + np.arange(len(tone))) % size
        mixed[where] += tone
    samples = (mixed / np.max(np.abs(mixed)) * _LOUD * 32_767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()

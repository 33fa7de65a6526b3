"""Locality-sensitive hashing of texts: minhashes of character bigrams in bands, so that similar texts are found by
index. Pure.

Two texts that share the part j of their pairs share one of 16 bands of 3 with the chance 1 − (1 − j³)¹⁶: 0.88 at one
half, 0.97 at 0.6, and one in a thousand at 0.04, which is what texts on different matters share.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from hotline.base.text.search_keys import folded

BANDS, _ROWS = 16, 3
_RUNS = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")
_MASK = np.uint64(0xFFFFFFFF)


def _constants(name: str) -> NDArray[np.uint64]:
    raw = hashlib.shake_256(name.encode()).digest(8 * BANDS * _ROWS)
    return (np.frombuffer(raw, dtype="<u8") & _MASK) | np.uint64(1)


_TIMES, _PLUS = _constants("times")[:, None], _constants("plus")[:, None]


def pairs(text: str) -> frozenset[str]:
    """The distinct pairs of neighbouring characters within runs of letters."""
    return frozenset(run[i : i + 2] for run in _RUNS.findall(folded(text)) for i in range(len(run) - 1))


def bands(text: str) -> list[int]:
    """The bands of a text (32 bits, signed); none where it has fewer than four pairs."""
    found = pairs(text)
    if len(found) < 4:
        return []
    hashes = np.array([zlib.crc32(p.encode()) for p in found], dtype=np.uint64)
    least = ((hashes[None, :] * _TIMES + _PLUS) & _MASK).min(axis=1).astype("<u4").reshape(BANDS, _ROWS)
    made = [zlib.crc32(row.tobytes() + bytes([i])) for i, row in enumerate(least)]
    return [m - 2**32 if m >= 2**31 else m for m in made]


def shared(a: Set[str], b: Set[str]) -> float:
    """The part of the pairs of both texts that they share (Jaccard), 0 … 1."""
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0


def common_words(text: str, other: Set[str], limit: int = 3) -> list[str]:
    """The longest pieces of a text that are made of pairs of another."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        piece = ""
        for i in range(len(run) - 1):
            if run[i : i + 2] in other:
                piece = piece + run[i + 1] if piece else run[i : i + 2]
            elif piece:
                found.append(piece)
                piece = ""
        if piece:
            found.append(piece)
    return sorted(dict.fromkeys(found), key=lambda p: (-len(p), p))[:limit]

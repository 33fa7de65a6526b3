"""Search keys for words: character bigrams, so that 路灯 is found by index. Pure."""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
_RUNS = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")


def folded(text: str) -> str:
    """Text as it is compared: full width made half, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def grams(text: str) -> list[str]:
    """The distinct keys under which a text is stored: every pair of neighbours and every single character."""
    found: set[str] = set()
    for run in _RUNS.findall(folded(text)):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
        found.update(run)
    return sorted(found)


def wanted(word: str) -> list[str]:
    """The keys that a text must hold if it holds `word`; a LIKE recheck follows, for order."""
    found: set[str] = set()
    for run in _RUNS.findall(folded(word)):
        found.update([run] if len(run) == 1 else (run[i : i + 2] for i in range(len(run) - 1)))
    return sorted(found)


def pattern_of(word: str) -> str:
    """The LIKE pattern that finds a word inside a folded text."""
    return f"%{folded(word).translate(_ESCAPES)}%"

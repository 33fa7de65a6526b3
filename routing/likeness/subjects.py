"""The subject of a contact, narrowly: 停水, not the water works; 不交房, not the housing bureau. Pure.

Words that say the same thing stand on one line of subjects.txt, and the first names it. What stands at the start of a text counts most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from hotline.base.text.search_keys import folded

#: The opening says what it is about; so many characters later a word counts half.
_OPENING, _HALF = 40, 150
#: So many are kept, those of the greatest weight; none that weighs less than this part of the first.
_KEPT, _PART = 3, 0.35


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """Words, each with the subjects that it names."""
    lines = resources.files("routing.likeness").joinpath("subjects.txt").read_text("utf-8").splitlines()
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line and not line.startswith("#"):
            first, *others = folded(line).split()
            for word in (first, *others):
                found[word].append(first)
    return {word: tuple(dict.fromkeys(names)) for word, names in found.items()}


@cache
def _starts() -> Mapping[str, tuple[str, ...]]:
    """Words by their first two characters (or their only one), longest first."""
    starts: dict[str, list[str]] = defaultdict(list)
    for word in sorted(_words(), key=len, reverse=True):
        starts[word[:2]].append(word)
    return {start: tuple(words) for start, words in starts.items()}


def weighed_subjects(gist: str) -> dict[str, float]:
    """The subjects of a folded text without its places, with their weights."""
    starts, at = _starts(), 0
    found: dict[str, float] = defaultdict(float)
    while at < len(gist):
        word = next(
            (w for w in (*starts.get(gist[at : at + 2], ()), *starts.get(gist[at], ())) if gist.startswith(w, at)),
            "",
        )
        if not word:
            at += 1
            continue
        names = _words()[word]
        worth = (2.0 if at < _OPENING else 1 / (1 + at / _HALF)) * (1.0 if len(word) > 1 else 0.3)
        for name in names:
            found[name] += worth / len(names) ** 0.5
        at += len(word)
    return dict(found)


def subjects_of(gist: str) -> tuple[str, ...]:
    """Up to three subjects of a folded text without its places, the weightiest first."""
    found = weighed_subjects(gist)
    most = max(found.values(), default=0.0)
    ranked = sorted(found, key=lambda name: (-found[name], name))
    return tuple(name for name in ranked if found[name] >= _PART * most)[:_KEPT]


def same_subject(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two texts are about one thing: the first subject of each is among the first two of the other."""
    return bool(a) and bool(b) and a[0] in b[:2] and b[0] in a[:2]

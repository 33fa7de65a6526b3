"""What bodies of government usually handle, by the words in their names: general knowledge, shipped as functions.txt.

It lets a unit with few past tickets, or none, be found by the words of its matters; tickets outweigh it as they come.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from hotline.grams import folded

#: Said of every matter.
_ANYWHERE = frozenset({"小区", "社区", "村民", "居民", "补助", "申请", "费用", "县政府", "镇政府"})
#: So many words make one lesson.
_WORDS = 4


@cache
def table() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Parts of names, and the words of what bodies with these names handle."""
    lines = resources.files("routing.model").joinpath("functions.txt").read_text("utf-8").splitlines()
    rows = [line.split(" = ", 1) for line in lines if line and not line.startswith("#")]
    return tuple((tuple(folded(names).split()), tuple(folded(words).split())) for names, words in rows)


def words_of(name: str) -> list[str]:
    """The words of the matters that a body of this name usually handles, each once."""
    read = folded(name)
    found = [
        word for names, words in table() if any(re.search(part, read) for part in names) for word in words
    ]
    return list(dict.fromkeys(found))


def lessons(units: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Short texts that describe units, with their labels. `units`: label to name and duties."""
    texts: list[str] = []
    labels: list[str] = []
    for label, (name, *duties) in units.items():
        words = [folded(duty) for duty in duties] + words_of(name)
        made = [folded(name)] + [" ".join(words[i : i + _WORDS]) for i in range(0, len(words), _WORDS)]
        texts += made
        labels += [label] * len(made)
    return texts, labels


@cache
def _worth() -> dict[str, float]:
    """How much a word says of its matter: its length, shared among the matters that have it."""
    times = Counter(word for _, words in table() for word in words)
    return {word: len(word) / n for word, n in times.items()}


def matter_of(text: str) -> tuple[str, tuple[str, ...]]:
    """What a text is about: the matter (供热) whose words say most, and those words; nothing where none stands in it."""
    read = folded(text)
    best: tuple[float, int, str, tuple[str, ...]] = (0.0, 0, "", ())
    for names, words in table():
        said = tuple(word for word in (*words, *names[:1]) if word in read and word not in _ANYWHERE)
        worth = sum(_worth().get(word, len(word)) for word in said)
        if (worth, -len(words)) > best[:2] and said:  # of two the narrower
            best = (worth, -len(words), names[0].rstrip("$"), said)
    return best[2], best[3]

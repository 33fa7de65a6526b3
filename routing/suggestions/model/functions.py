"""What bodies of government usually handle, by the words in their names (functions.txt), and what words are worth before
the matter of a text (general.txt): general knowledge, written by hand.

It lets a unit with few past tickets, or none, be found by the words of its matters; tickets outweigh it as they come.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log

import numpy as np
from numpy.typing import NDArray

from hotline.base.text.search_keys import folded

#: So many words make one lesson.
_WORDS = 3

_Rows = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def _read(file: str) -> list[list[str]]:
    lines = resources.files("routing.suggestions.model").joinpath(file).read_text("utf-8").splitlines()
    return [line.split(" = ", 1) for line in lines if line and not line.startswith("#")]


@cache
def table() -> _Rows:
    """Parts of names, and the words of what bodies with these names handle."""
    rows = _read("functions.txt")
    return tuple((tuple(folded(names).split()), tuple(folded(words).split())) for names, words in rows)


@cache
def general() -> Mapping[str, float]:
    """What general words are worth, 0 … 1; a word that is not among them is worth 1."""
    return {word: float(worth) for worth, words in _read("general.txt") for word in folded(words).split()}


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of the matters that a body of this name usually handles, each once."""
    read = folded(name)
    found = [word for names, words in table() if any(re.search(part, read) for part in names) for word in words]
    return tuple(dict.fromkeys(found))


def _known(name: str, duties: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(folded(duty) for duty in duties), *words_of(name)]))


def lessons(units: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Short texts that describe units, with their labels. `units`: label to name and duties."""
    texts: list[str] = []
    labels: list[str] = []
    for label, (name, *duties) in units.items():
        words = _known(name, duties)
        made = [folded(name)] + [" ".join(words[i : i + _WORDS]) for i in range(0, len(words), _WORDS)]
        texts += made
        labels += [label] * len(made)
    return texts, labels


def spoken(units: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The words of all units, and how much each speaks for each unit (words × units), 0 … 1.

    A longer word says more, a word of many units less, and each word of a unit with many words a little less.
    """
    known = [[w for w in _known(name, duties) if len(w) > 1] for name, *duties in units.values()]
    times = Counter(word for words in known for word in words)
    index = {word: place for place, word in enumerate(sorted(times))}
    worth = np.zeros((len(index), len(known)), dtype=np.float32)
    for unit, words in enumerate(known):
        for word in words:
            rare = log(1 + len(known) / times[word])
            worth[index[word], unit] = (len(word) - 0.5) ** 0.7 * rare / len(words) ** 0.3
    return tuple(index), worth / max(float(worth.max(initial=0)), 1e-9)


@cache
def _worth() -> dict[str, float]:
    """How much a word says of its matter: its length, shared among the matters that have it."""
    times = Counter(word for _, words in table() for word in words)
    return {word: len(word) / n * general().get(word, 1.0) for word, n in times.items()}


@dataclass(frozen=True, slots=True)
class _Matter:
    """A row of the table, ready to be looked for: its name, how wide it is, its words with what each says."""

    name: str
    width: int
    words: tuple[tuple[str, float], ...]


@cache
def _by_start() -> dict[str, tuple[tuple[str, tuple[int, ...]], ...]]:
    """Words by their first two characters, or their only one, each with the rows that have it: a text is read once."""
    rows: dict[str, list[int]] = defaultdict(list)
    for place, matter in enumerate(_matters()):
        for word, _ in matter.words:
            rows[word].append(place)
    starts: dict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for word, places in rows.items():
        starts[word[:2]].append((word, tuple(places)))
    return {start: tuple(words) for start, words in starts.items()}


def _shown(part: str) -> str:
    """A part of a name as a matter is called: without what it must not be followed by."""
    return re.sub(r"\(.*\)|\$", "", part)


@cache
def _matters() -> tuple[_Matter, ...]:
    return tuple(
        _Matter(
            _shown(names[0]),
            len(words),
            tuple(
                (word, _worth().get(word, len(word)))
                for word in dict.fromkeys((*words, _shown(names[0])))
                if general().get(word, 1.0)
            ),
        )
        for names, words in table()
    )


def matter_of(text: str) -> tuple[str, tuple[str, ...]]:
    """What a text is about: the matter (供热) whose words say most, and those words; nothing where none stands in it."""
    read, starts = folded(text), _by_start()
    found: dict[int, set[str]] = defaultdict(set)
    for at, character in enumerate(read):
        for word, places in (*starts.get(read[at : at + 2], ()), *starts.get(character, ())):
            if read.startswith(word, at):
                for place in places:
                    found[place].add(word)
    best: tuple[float, int, str, tuple[str, ...]] = (0.0, 0, "", ())
    for place in sorted(found):
        matter = _matters()[place]
        said = [(word, worth) for word, worth in matter.words if word in found[place]]
        weight = sum(worth for _, worth in said)
        if (weight, -matter.width) > best[:2]:  # of two the narrower
            best = (weight, -matter.width, matter.name, tuple(word for word, _ in said))
    return best[2], best[3]

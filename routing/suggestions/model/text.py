"""Features of a text: character n-grams weighted by rarity, and the names of units in it. Pure.

Everything that a model needs is in arrays, so that it is kept without pickling code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hotline.base.text.search_keys import folded

_SPACE = re.compile(r"\s+")
#: Full-width letters and digits to half width.
_HALF = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide - 0xFEE0).isalnum()}
#: Stands before and after a text, so that its first and last characters tell something of their own.
_EDGE = "\n"
_END = re.compile(r"[。！？!?\n]")
#: What kind of body a name ends in says nothing of whose matter it is.
_KINDS = re.compile(
    r"(人民政府|政府|管理局|事业局|委员会|办公室|有限公司|股份有限公司|管理处|局|委|处|科|公所|组|所|中心|公司|馆|院|会)$"
)
#: How much the name of a unit in the text weighs beside the whole of its words.
NAMES = 0.15
#: A name's features: it stands there, in the title, how often, at the start, before all other names.
_TRAITS = 5
#: Longer words of what a unit handles are not looked for.
_LONGEST = 7


def flat(text: str) -> str:
    """A text as the model reads it: letters and digits of one width and case, signs as they were written."""
    return _SPACE.sub(" ", text.translate(_HALF).lower()).strip()


def stem(label: str) -> str:
    """A unit's name without what kind of body it is."""
    name = folded(label)
    for _ in range(2):
        shorter = _KINDS.sub("", name)
        if len(shorter) >= 2:
            name = shorter
    return name


def call_names(names: Sequence[str]) -> tuple[str, ...]:
    """What people call units in a letter: the first two characters of each name after what most names begin with."""
    begin = 0
    while True:
        starts = Counter(name[: begin + 1] for name in names if len(name) > begin)
        common, times = starts.most_common(1)[0] if starts else ("", 0)
        if len(names) < 4 or times <= len(names) * 0.6:
            break
        begin = len(common)
    shared = Counter(name[:begin] for name in names).most_common(1)[0][0] if names else ""
    return tuple(sorted({stem(name.removeprefix(shared))[:2] for name in names}))


def counted(text: str) -> Counter[str]:
    """How often each character and each pair of neighbours stands in a flat text, its two edges among them."""
    text = f"{_EDGE}{text}{_EDGE}"
    found = Counter(text)
    found.update(text[i : i + 2] for i in range(len(text) - 1))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The vocabulary of pieces with their rarity (idf), the names that are looked for, and the words of what units handle."""

    terms: tuple[str, ...]
    idf: NDArray[np.float32]
    names: tuple[str, ...]
    words: tuple[str, ...]
    index: Mapping[str, int]
    places: Mapping[str, int]
    rarest: float

    @classmethod
    def of(
        cls, terms: Sequence[str], idf: NDArray[np.float32], names: Sequence[str], words: Sequence[str] = ()
    ) -> Features:
        """With the place of each piece and word looked up fast."""
        index = {term: place for place, term in enumerate(terms)}
        after = len(terms) + _TRAITS * len(names)
        places = {word: after + i for i, word in enumerate(words)}
        return cls(tuple(terms), idf, tuple(names), tuple(words), index, places, float(idf.max(initial=0)))

    @property
    def learnt(self) -> int:
        """How many features a machine learns from; the words come after them."""
        return len(self.terms) + _TRAITS * len(self.names)

    @property
    def width(self) -> int:
        """How many features there are."""
        return self.learnt + len(self.words)

    def piece(self, place: int) -> str:
        """What stands in a text where a feature is there; nothing for what is told by a name."""
        if place >= self.learnt:
            return self.words[place - self.learnt]
        return self.terms[place].strip() if place < len(self.terms) else ""

    def row(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The features of one flat text: places and values; the words have length 1: (1 + log count) × idf.

        Pieces that training never saw count among the length, as rare as the rarest: a strange text is less sure.
        """
        pieces = counted(text)
        known = [(self.index[t], n) for t, n in pieces.items() if t in self.index]
        places = [place for place, _ in known]
        values = np.array([1 + log(n) for _, n in known], dtype=np.float32) * self.idf[places]
        strange = (len(pieces) - len(known)) * self.rarest**2
        values /= max(float(np.sqrt(values @ values + strange)), 1e-9)
        said = self._said(text)
        heard = self._heard(text)
        return (
            np.array(places + [len(self.terms) + place for place in said] + heard, dtype=np.int32),
            np.concatenate(
                [
                    values,
                    NAMES * np.array(list(said.values()), dtype=np.float32),
                    np.full(len(heard), max(len(heard), 1) ** -0.7, dtype=np.float32),
                ]
            ),
        )

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """The features of flat texts, a row each."""
        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = np.concatenate([p for p, _ in rows]) if rows else np.zeros(0, np.int32)
        values = np.concatenate([v for _, v in rows]) if rows else np.zeros(0, np.float32)
        return sparse.csr_matrix((values, places, ends), shape=(len(rows), self.width))

    def _heard(self, text: str) -> list[int]:
        found = {
            place
            for n in range(2, _LONGEST + 1)
            for i in range(len(text) - n + 1)
            if (place := self.places.get(text[i : i + n])) is not None
        }
        return sorted(found)

    def _said(self, text: str) -> dict[int, float]:
        title = _END.split(text, maxsplit=1)[0]
        found: dict[int, float] = {}
        first: tuple[int, int] | None = None
        for place, name in enumerate(self.names):
            at = text.find(name)
            if at < 0:
                continue
            base = place * _TRAITS
            found[base] = 1.0
            found[base + 2] = min(text.count(name), 4) / 4
            if name in title:
                found[base + 1] = 1.0
            if at == 0:
                found[base + 3] = 1.0
            first = min(first or (at, base), (at, base))
        if first is not None:
            found[first[1] + 4] = 1.0
        return found


def learn(texts: Sequence[str], names: Sequence[str], most: int, words: Sequence[str] = ()) -> Features:
    """The features of flat training texts: their `most` commonest pieces, the names of the units, and their words."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(counted(text).keys())
    terms = sorted(term for term, _ in seen.most_common(most))
    idf = np.array([log((1 + len(texts)) / (1 + seen[term])) + 1 for term in terms], dtype=np.float32)
    return Features.of(terms, idf, call_names(names), words)

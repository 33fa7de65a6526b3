"""The drawing of a sample: by a seed on record, from candidates on record, the same each time (rulebook §9). Pure.

Of each operator (or department) so many, twice as many of who is new. They are taken in turn from what wants looking at (tipoffs, low ratings, long
silences) and from the rest, within each in the order of a hash of the seed and the candidate. Every fifth of the sample is inspected twice.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Each so many items one is inspected by two.
EVERY = 5


class Stratum(StrEnum):
    """Why something is looked at, the first that fits."""

    TIPOFF = "tipoff"
    LOW_RATING = "low_rating"
    SILENCE = "silence"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call or a reply that may be drawn: its id, the id of the operator or department, whether they are new."""

    id: int
    subject: int
    stratum: Stratum
    new: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something that was drawn, and by how many it is inspected."""

    candidate: Candidate
    inspectors: int


def draw(candidates: Iterable[Candidate], seed: str, per_subject: int) -> list[Drawn]:
    """The sample. The order of the candidates does not matter. Pure."""
    by_subject: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_subject[candidate.subject].append(candidate)
    found = [
        candidate for subject in sorted(by_subject) for candidate in _of_one(by_subject[subject], seed, per_subject)
    ]
    twice = set(sorted(found, key=lambda c: _rank(f"{seed}/twice", c))[: -(-len(found) // EVERY)])
    return [Drawn(candidate, 2 if candidate in twice else 1) for candidate in found]


def _of_one(candidates: Sequence[Candidate], seed: str, per_subject: int) -> list[Candidate]:
    count = per_subject * (2 if any(candidate.new for candidate in candidates) else 1)
    strata = [
        sorted((c for c in candidates if c.stratum is stratum), key=lambda c: _rank(seed, c)) for stratum in Stratum
    ]
    return [candidate for candidate, _ in zip(_in_turn(strata), range(count), strict=False)]


def _in_turn(strata: Sequence[Sequence[Candidate]]) -> Iterator[Candidate]:
    for place in range(max(map(len, strata))):
        for stratum in strata:
            if place < len(stratum):
                yield stratum[place]


def _rank(seed: str, candidate: Candidate) -> bytes:
    return hashlib.sha256(f"{seed}/{candidate.subject}/{candidate.id}".encode()).digest()

"""A trained model: probabilities of units for a text, with the words that decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from routing.model.text import Pieces, flat, name_hits


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores to probabilities, row by row."""
    lifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    shared: NDArray[np.float64] = lifted / lifted.sum(axis=1, keepdims=True)
    return shared


@dataclass(frozen=True, slots=True)
class Guess:
    """A unit with its calibrated probability and the pieces of the text that spoke for it most."""

    label: str
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Weights (units × features), kept as arrays. `version` names the texts it learned from."""

    pieces: Pieces
    stems: tuple[str, ...]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    labels: tuple[str, ...]
    sharpness: float
    version: str
    names: float

    def rows(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Texts as features."""
        read = [flat(text) for text in texts]
        return sparse.hstack([self.pieces.matrix(read), self.names * name_hits(read, self.stems)]).tocsr()

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """For each text the probability of each unit, in the order of `labels`."""
        return softmax(self.sharpness * (self.rows(texts) @ self.weights.T + self.offsets))

    def suggest(self, text: str, place: str = "", limit: int = 3) -> list[Guess]:
        """The likeliest units, best first."""
        row = self.rows([f"{place} {text}" if place else text])
        shares = softmax(self.sharpness * (row @ self.weights.T + self.offsets))[0]
        best = np.argsort(-shares)[:limit]
        return [Guess(str(self.labels[k]), float(shares[k]), self._words(row, int(k))) for k in best]

    def _words(self, row: sparse.csr_matrix, label: int) -> tuple[str, ...]:
        spoke = row.data * self.weights[label, row.indices]
        found: list[str] = []
        for at in np.argsort(-spoke)[:40]:
            place = int(row.indices[at])
            term = self.pieces.terms[place].strip() if place < len(self.pieces.terms) else ""
            if spoke[at] > 0 and len(term) >= 2 and not any(term in f or f in term for f in found):
                found.append(term)
            if len(found) == 3:
                break
        return tuple(found)

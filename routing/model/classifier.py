"""A trained model: probabilities of units for a text, with the words that decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, softmax

from routing.model.text import Features, flat


@dataclass(frozen=True, slots=True)
class Curve:
    """How scores become chances: each unit's own chance is a logistic curve of its score (Platt), and all together are one."""

    slope: float = 2.0
    level: float = 0.0

    def chances(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """Scores to chances, row by row."""
        alone = log_expit(self.slope * scores.astype(np.float64) + self.level)
        shared: NDArray[np.float64] = softmax(alone, axis=1)
        return shared


@dataclass(frozen=True, slots=True)
class Guess:
    """A unit with its calibrated probability and the pieces of the text that spoke for it most."""

    label: str
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Weights (features × units), kept as arrays. `version` names the texts it learned from."""

    features: Features
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    labels: tuple[str, ...]
    curve: Curve
    version: str

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """For each text the probability of each unit, in the order of `labels`."""
        rows = self.features.matrix([flat(text) for text in texts])
        return self.curve.chances(rows @ self.weights + self.offsets)

    def suggest(self, text: str, place: str = "", limit: int = 3) -> list[Guess]:
        """The likeliest units, best first."""
        places, values = self.features.row(flat(f"{place} {text}" if place else text))
        scores = values @ self.weights[places] + self.offsets
        shares = self.curve.chances(scores[None, :])[0]
        best = np.argsort(-shares)[:limit]
        return [
            Guess(self.labels[k], float(shares[k]), self._words(places, values, int(k)))
            for k in best.tolist()
        ]

    def _words(self, places: NDArray[np.int32], values: NDArray[np.float32], label: int) -> tuple[str, ...]:
        spoke = values * self.weights[places, label]
        found: list[str] = []
        for at in np.argsort(-spoke)[:40]:
            place = int(places[at])
            term = self.features.piece(place)
            if spoke[at] > 0 and len(term) >= 2 and not any(term in f or f in term for f in found):
                found.append(term)
            if len(found) == 3:
                break
        return tuple(found)

"""A trained model: probabilities of units for a text, with the words that decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, softmax

from routing.suggestions.model.territory import both, is_territory
from routing.suggestions.model.text import Features, flat

#: A unit is possible from this chance on.
_POSSIBLE = 0.03
#: So many pieces of a text are shown as what decided.
_SHOWN = 6


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

    def ranked(self, shares: NDArray[np.float64], limit: int = 3) -> list[int]:
        """The columns of the likeliest units of a text, best first; among several at least one territory and one bureau."""
        order: list[int] = np.argsort(-shares).tolist()
        return both(order, limit, lambda k: is_territory(self.labels[k]), lambda k: shares[k] >= _POSSIBLE)

    def suggest(self, text: str, place: str = "", limit: int = 3) -> list[Guess]:
        """The likeliest units, best first."""
        read = flat(f"{place} {text}" if place else text)
        places, values = self.features.row(read)
        scores = values @ self.weights[places] + self.offsets
        shares = self.curve.chances(scores[None, :])[0]
        return [
            Guess(self.labels[k], float(shares[k]), self._words(read, places, values, k))
            for k in self.ranked(shares, limit)
        ]

    def _words(self, read: str, places: NDArray[np.int32], values: NDArray[np.float32], label: int) -> tuple[str, ...]:
        """The stretches of the text that spoke most: pieces that touch are one, so that people read words."""
        spoke = values * self.weights[places, label]
        told = np.zeros(len(read))
        shown = 0
        for at in np.argsort(-spoke):
            term = self.features.piece(int(places[at]))
            if shown == _SHOWN or spoke[at] <= 0:
                break
            if len(term) < 2 or not term.isalnum() or term not in read:
                continue
            shown += 1
            start = read.find(term)
            while start >= 0:
                told[start : start + len(term)] += spoke[at]
                start = read.find(term, start + 1)
        runs: dict[str, float] = {}
        for spoken, run in groupby(range(len(read)), key=lambda i: bool(told[i] > 0)):
            stretch = list(run)
            if spoken:
                word = read[stretch[0] : stretch[-1] + 1]
                runs[word] = max(runs.get(word, 0.0), float(told[stretch].sum()))
        return tuple(sorted(runs, key=lambda word: -runs[word])[:3])

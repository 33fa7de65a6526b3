"""Learning which unit handles what: linear classifiers on character pieces and unit names, with honest probabilities."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import brentq
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from routing.model.classifier import Model, softmax
from routing.model.functions import lessons
from routing.model.text import flat, learn

#: With few texts the weights are held smaller; with many the machine stops earlier (docs/routing.md).
_FEW, _MANY = 1_000, 20_000
_PIECES = 150_000
#: A lesson on what a unit usually handles counts as so much of a ticket.
_LESSON = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """Rows of features with their labels and how much each counts; lessons come after the `tickets` first rows."""

    rows: sparse.csr_matrix
    labels: NDArray[np.str_]
    counts: NDArray[np.float64]
    tickets: int

    def part(self, tickets: NDArray[np.intp]) -> Taught:
        """These tickets only, with all lessons."""
        kept = np.concatenate([tickets, np.arange(self.tickets, self.rows.shape[0])])
        return Taught(self.rows[kept], self.labels[kept], self.counts[kept], len(tickets))


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Weights (features × units) and offsets."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    labels: NDArray[np.str_]


def fit(taught: Taught) -> Fitted:
    """The weights of each unit; rare units weigh as much as common ones."""
    few, many = taught.tickets < _FEW, taught.tickets > _MANY
    machine = LinearSVC(
        C=1.0 if few else 4.0,
        class_weight="balanced",
        max_iter=12 if many else 3000,
        tol=0.05 if many else 1e-4,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(taught.rows, taught.labels, sample_weight=taught.counts)
    weights, offsets = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # the machine keeps one row for two classes
        weights, offsets = np.vstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
    return Fitted(
        np.ascontiguousarray(weights.T, dtype=np.float32), offsets.astype(np.float32), machine.classes_
    )


def train(
    texts: Sequence[str], labels: Sequence[str], units: Mapping[str, Sequence[str]] | None = None
) -> Model:
    """A model of these texts. `units`: of each label the name and duties; a label left out is its own name.

    Probabilities are calibrated on texts held back in turn.
    """
    known = {label: (units or {}).get(label) or (label,) for label in sorted({*labels, *(units or {})})}
    extra, extra_labels = lessons(known)
    read = [flat(text) for text in [*texts, *extra]]
    features = learn(read, [name for name, *_ in known.values()], _PIECES)
    taught = Taught(
        features.matrix(read),
        np.array([*labels, *extra_labels]),
        np.concatenate([np.ones(len(texts)), np.full(len(extra), _LESSON)]),
        len(texts),
    )
    fitted = fit(taught)
    version = hashlib.sha256("\n".join([*texts, *labels]).encode()).hexdigest()[:8]
    return Model(
        features,
        fitted.weights,
        fitted.offsets,
        tuple(str(label) for label in fitted.labels),
        calibrate(taught),
        version,
    )


def calibrate(taught: Taught) -> float:
    """How sharp scores become probabilities: so that the mean chance of the first unit is how often it is right.

    Measured on texts held back in turn; the machine never saw them.
    """
    names = taught.labels[: taught.tickets]
    places = np.random.default_rng(0).permutation(taught.tickets)[:_MANY]  # so many show how sharp
    counts = Counter(names[places].tolist())
    places = np.sort(places[[counts[name] >= 3 for name in names[places]]])
    if len(places) < 30 or len(set(names[places])) < 2:
        return 2.0
    folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(places, names[places]))
    held: list[tuple[NDArray[np.float64], NDArray[np.intp]]] = []
    for seen, away in folds if taught.tickets <= _MANY else folds[:1]:
        fitted = fit(taught.part(places[seen]))
        order = {name: i for i, name in enumerate(fitted.labels)}
        truth = np.array([order[name] for name in names[places[away]]])
        held.append((taught.rows[places[away]] @ fitted.weights + fitted.offsets, truth))

    right = np.concatenate([scores.argmax(axis=1) == truth for scores, truth in held]).mean()

    def boast(sharpness: float) -> float:
        sure = np.concatenate([softmax(sharpness * scores).max(axis=1) for scores, _ in held])
        return float(sure.mean() - right)

    low, high = 0.3, 30.0
    if boast(low) >= 0:
        return low
    return high if boast(high) <= 0 else float(brentq(boast, low, high, xtol=0.01))

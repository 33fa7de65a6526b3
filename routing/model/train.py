"""Learning which unit handles what: linear classifiers on character pieces and unit names, with honest probabilities."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from routing.model.classifier import Model, softmax
from routing.model.text import Pieces, flat, learn_pieces, name_hits, stem

#: With fewer texts than this, triples of characters are too rare to learn from.
_FEW = 2_000
_MANY = 20_000
_FEATURES = 200_000
_NAMES = 0.15


def features(texts: Sequence[str], labels: Sequence[str]) -> tuple[Pieces, sparse.csr_matrix]:
    """The vocabulary and the rows of training texts: pairs where there are few texts, triples where there are many."""
    pieces, rows = learn_pieces(texts, 2 if len(texts) < _FEW else 3, 2, _FEATURES)
    stems = sorted({stem(label) for label in labels})
    return pieces, sparse.hstack([rows, _NAMES * name_hits(texts, stems)]).tocsr()


def fit(
    rows: sparse.csr_matrix, labels: NDArray[np.str_]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.str_]]:
    """Weights and offsets of each unit; rare units weigh as much as common ones."""
    machine = LinearSVC(C=0.5, class_weight="balanced", max_iter=2000).fit(rows, labels)
    weights, offsets = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # the machine keeps one row for two classes
        weights, offsets = np.vstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
    return weights.astype(np.float32), offsets.astype(np.float32), machine.classes_


def train(texts: Sequence[str], labels: Sequence[str]) -> Model:
    """A model of these texts. Probabilities are calibrated on texts held back in turn."""
    read = [flat(text) for text in texts]
    names = np.array(labels)
    pieces, rows = features(read, labels)
    weights, offsets, classes = fit(rows, names)
    version = hashlib.sha256("\n".join([*texts, *labels]).encode()).hexdigest()[:8]
    sharpness = _calibrate(rows, names)
    return Model(
        pieces,
        tuple(sorted({stem(label) for label in labels})),
        weights,
        offsets,
        tuple(classes),
        sharpness,
        version,
        _NAMES,
    )


def _calibrate(rows: sparse.csr_matrix, names: NDArray[np.str_]) -> float:
    """How sharp scores become probabilities: the one that makes the held-back texts likeliest."""
    counts = Counter(names.tolist())
    often = np.array([counts[n] >= 3 for n in names])
    if often.sum() < 30 or len(set(names[often])) < 2:
        return 2.0
    places = np.flatnonzero(often)
    folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(places, names[places]))
    scores, truth = [], []
    for seen, held in folds[: 1 if len(names) > _MANY else 3]:
        weights, offsets, classes = fit(rows[places[seen]], names[places[seen]])
        scores.append(rows[places[held]] @ weights.T + offsets)
        order = {name: i for i, name in enumerate(classes)}
        truth.append(np.array([order[n] for n in names[places[held]]]))

    def loss(sharpness: float) -> float:
        total = 0.0
        for score, right in zip(scores, truth, strict=True):
            total -= float(np.log(softmax(sharpness * score)[np.arange(len(right)), right] + 1e-12).sum())
        return total

    return float(minimize_scalar(loss, bounds=(0.3, 15), method="bounded").x)

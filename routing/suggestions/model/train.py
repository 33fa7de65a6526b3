"""Training of the model: linear classifiers on character n-grams and unit names, with calibrated probabilities."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from routing.suggestions.model.classifier import Curve, Model
from routing.suggestions.model.functions import lessons, spoken
from routing.suggestions.model.text import flat, learn

#: With few texts, and with many, the weights are held smaller; with many the machine stops earlier (docs/routing.md).
_FEW, _MANY = 1_000, 20_000
_PIECES = 150_000
#: A lesson on what a unit usually handles counts as so much of a ticket.
_LESSON = 0.35
#: A tenth of the texts is held back in each turn of calibrating; with fewer texts there is none.
_TURNS, _ENOUGH = 10, 30
#: What general knowledge says of a word counts as so many tickets that had it.
_KNOWN = 3
#: How much the words of what units handle count beside scores, before texts held back have shown it.
_STRENGTH = 0.5


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


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutTexts:
    """Texts held back: their scores, how much their words speak for each unit, and which column is true."""

    scores: NDArray[np.float64]
    heard: NDArray[np.float32]
    truth: NDArray[np.intp]


def fit(taught: Taught) -> Fitted:
    """The weights of each unit; rare units weigh as much as common ones."""
    few, many = taught.tickets < _FEW, taught.tickets > _MANY * (1 - 1 / _TURNS)
    machine = LinearSVC(
        C=1.0 if few or many else 4.0,
        class_weight="balanced",
        max_iter=6 if many else 3000,
        tol=0.05 if many else 1e-4,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(taught.rows, taught.labels, sample_weight=taught.counts)
    weights, offsets = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # the machine keeps one row for two classes
        weights, offsets = np.vstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
    return Fitted(np.ascontiguousarray(weights.T, dtype=np.float32), offsets.astype(np.float32), machine.classes_)


def train(texts: Sequence[str], labels: Sequence[str], units: Mapping[str, Sequence[str]] | None = None) -> Model:
    """A model of these texts. `units`: of each label the name and duties; a label left out is its own name.

    Probabilities are calibrated on texts held back in turn.
    """
    known = {label: (units or {}).get(label) or (label,) for label in sorted({*labels, *(units or {})})}
    extra, extra_labels = lessons(known)
    words, worth = spoken(known)
    read = [flat(text) for text in [*texts, *extra]]
    features = learn(read, [name for name, *_ in known.values()], _PIECES, words)
    whole = features.matrix(read)
    taught = Taught(
        whole[:, : features.learnt],
        np.array([*labels, *extra_labels]),
        np.concatenate([np.ones(len(texts)), np.full(len(extra), _LESSON)]),
        len(texts),
    )
    said = whole[: len(texts), features.learnt :]
    fitted, curve, strength = calibrated(taught, said, worth)
    owners = np.searchsorted(fitted.labels, taught.labels[: len(texts)])
    version = hashlib.sha256("\n".join([*texts, *labels]).encode()).hexdigest()[:8]
    return Model(
        features,
        np.vstack([fitted.weights, np.float32(strength) * weighed_rows(worth, said, owners)]),
        fitted.offsets,
        tuple(str(label) for label in fitted.labels),
        curve,
        version,
    )


def weighed_rows(worth: NDArray[np.float32], said: sparse.csr_matrix, units: NDArray[np.intp]) -> NDArray[np.float32]:
    """How much each word speaks for each unit (words × units), as tickets have shown it.

    `said`: the words that stand in each ticket; `units`: its column. General knowledge shares a word alike among its units,
    tickets shift the shares; a word that no ticket had stays as it was.
    """
    listed = worth > 0
    many = np.maximum(listed.sum(axis=1, keepdims=True), 1)
    whose = sparse.csr_matrix((np.ones(len(units)), (np.arange(len(units)), units)), (len(units), worth.shape[1]))
    had = (said.astype(bool).astype(np.float64).T @ whose).toarray()
    shares = (had + _KNOWN * listed / many) / (had.sum(axis=1, keepdims=True) + _KNOWN)
    spoken_for: NDArray[np.float32] = (worth * np.sqrt(shares * many)).astype(np.float32)
    return spoken_for


def calibrated(taught: Taught, said: sparse.csr_matrix, worth: NDArray[np.float32]) -> tuple[Fitted, Curve, float]:
    """The weights, and how they become chances by texts held back in turn; too few show nothing.

    `said`: the words of what units handle that stand in each ticket, `worth`: how much each speaks for each unit; the last
    result is how much that counts. Of many texts a tenth is held back once and for good, so that one learning is enough.
    """
    names = taught.labels[: taught.tickets]
    if len(names) < _ENOUGH or len(set(names)) < 2:
        return fit(taught), Curve(), _STRENGTH
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        turns = list(StratifiedKFold(_TURNS, shuffle=True, random_state=0).split(names, names))
    held: list[HeldOutTexts] = []
    many = taught.tickets > _MANY
    for seen, away in turns[:1] if many else turns:
        fitted = fit(taught.part(seen))
        units = np.searchsorted(fitted.labels, names)
        scores = taught.rows[away] @ fitted.weights + fitted.offsets
        held.append(HeldOutTexts(scores, said[away] @ weighed_rows(worth, said[seen], units[seen]), units[away]))
    return fitted if many else fit(taught), *likeliest(held)


def likeliest(held: Sequence[HeldOutTexts]) -> tuple[Curve, float]:
    """The curve, and how much words count beside scores, under which the truths are likeliest (least log loss)."""

    def shaped(shape: NDArray[np.float64]) -> tuple[Curve, float]:
        return Curve(float(np.exp(shape[0])), float(shape[1])), max(0.0, float(shape[2]))

    def loss(shape: NDArray[np.float64]) -> float:
        curve, strength = shaped(shape)
        chances = [
            curve.chances(part.scores + strength * part.heard)[np.arange(len(part.truth)), part.truth] for part in held
        ]
        return float(-np.log(np.maximum(np.concatenate(chances), 1e-9)).mean())

    return shaped(minimize(loss, [1.0, 1.0, _STRENGTH], method="Nelder-Mead").x)

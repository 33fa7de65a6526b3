"""Saving and loading of a model (arrays only, no code), with its measurements."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from routing.suggestions.model.classifier import Curve, Model
from routing.suggestions.model.text import Features

log = logging.getLogger(__name__)
#: The arrays of a model.
_KEPT = frozenset({"terms", "idf", "names", "words", "weights", "offsets", "labels", "version", "curve"})


def path_of(data: Path) -> Path:
    """Where an installation keeps its model."""
    return data / "routing" / "model.npz"


def save(model: Model, data: Path) -> Path:
    """Keep the model; readers see the old one or the new one, never a part."""
    path = path_of(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".npz")
    with os.fdopen(handle, "wb") as file:
        np.savez(
            file,
            terms=np.array(model.features.terms),
            idf=model.features.idf,
            names=np.array(model.features.names),
            words=np.array(model.features.words),
            weights=model.weights,
            offsets=model.offsets,
            labels=np.array(model.labels),
            version=np.array(model.version),
            curve=np.array([model.curve.slope, model.curve.level]),
        )
    Path(draft).replace(path)
    return path


def load(data: Path) -> Model | None:
    """The stored model, or None; one in the format of an earlier version counts as none, and is trained again."""
    path = path_of(data)
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as held:
        if not set(held.files) >= _KEPT:
            log.warning("the kept model is of an earlier program: run `routing train`")
            return None
        return Model(
            Features.of(held["terms"].tolist(), held["idf"], held["names"].tolist(), held["words"].tolist()),
            held["weights"],
            held["offsets"],
            tuple(held["labels"].tolist()),
            Curve(*held["curve"].tolist()),
            str(held["version"]),
        )


def current(data: Path) -> Model | None:
    """The kept model, read again only when the file changed."""
    path = path_of(data)
    return _kept(data, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=2)
def _kept(data: Path, stamp: int) -> Model | None:
    return load(data)


def evaluate_rows(model: Model, texts: Sequence[str], labels: Sequence[str]) -> tuple[float, float, float]:
    """Accuracy, macro-F1 and the share of texts whose unit is among the three that are suggested."""
    from sklearn.metrics import f1_score  # heavy, and only wanted here

    shares = model.probabilities(texts)
    names = np.array(model.labels)
    guessed = names[shares.argmax(axis=1)]
    truth = np.array(labels)
    top = float(np.mean([unit in names[model.ranked(row)] for unit, row in zip(truth, shares, strict=True)]))
    return (
        float((guessed == truth).mean()),
        float(f1_score(truth, guessed, average="macro", zero_division=0)),
        top,
    )

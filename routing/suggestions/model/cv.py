"""Repeated stratified cross-validation of the model. `python -m routing.suggestions.model.cv FILE [--repeats N]`.

Each fold's model sees its training texts only: vocabulary, weights and calibration are learned anew each time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from routing.suggestions.model.train import train
from routing.tables.bounds import COMMAND
from routing.tables.by_column import read_table
from routing.tables.reader import read_sheet


@dataclass(frozen=True, slots=True)
class ModelScore:
    """Over all texts, each judged by a model that had not seen it; `top3`: among the three that are suggested.

    `confidence`: the mean chance of the first unit; `ece`: how far chance and truth of the first unit lie apart, in ten
    parts of like size by chance, on average (expected calibration error).
    """

    accuracy: float
    macro_f1: float
    top3: float
    confidence: float
    ece: float


def once(texts: Sequence[str], labels: Sequence[str], seed: int, folds: int = 10) -> ModelScore:
    """One round of `folds`-fold cross-validation."""
    truth = np.array(labels)
    first: np.ndarray[tuple[int], np.dtype[np.object_]] = np.empty(len(truth), dtype=object)
    among = np.zeros(len(truth), dtype=bool)
    chance = np.zeros(len(truth))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        parts = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(truth, truth))
    for seen, held in parts:
        model = train([texts[i] for i in seen], [labels[i] for i in seen])
        shares = model.probabilities([texts[i] for i in held])
        names = np.array(model.labels, dtype=object)
        first[held] = names[shares.argmax(axis=1)]
        among[held] = [truth[i] in names[model.ranked(row)] for i, row in zip(held, shares, strict=True)]
        chance[held] = shares.max(axis=1)
    guessed = first.astype(str)
    return ModelScore(
        float((guessed == truth).mean()),
        float(f1_score(truth, guessed, average="macro", zero_division=0)),
        float(among.mean()),
        float(chance.mean()),
        calibration_error(chance, guessed == truth),
    )


def calibration_error(chance: NDArray[np.float64], right: NDArray[np.bool_], parts: int = 10) -> float:
    """How far the mean chance and the share that was right lie apart, on average over parts of like size by chance."""
    order = np.array_split(np.argsort(chance, kind="stable"), parts)
    return sum(len(part) * abs(float(chance[part].mean() - right[part].mean())) for part in order) / len(chance)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each round, then mean and spread."""
    parser = argparse.ArgumentParser(prog="routing-cv", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--folds", type=int, default=10)
    args = parser.parse_args(arguments)
    rows = [row for _, row in read_table(asyncio.run(read_sheet(args.file, COMMAND)))]
    texts, labels = [row["text"] for row in rows], [row["department"] for row in rows]
    scores = []
    for seed in range(args.repeats):
        score = once(texts, labels, seed, args.folds)
        scores.append((score.accuracy, score.macro_f1, score.top3, score.confidence, score.ece))
        sys.stdout.write(f"round {seed}: " + _line(*scores[-1]))
    mean, spread = np.mean(scores, axis=0), np.std(scores, axis=0)
    sys.stdout.write("mean     " + _line(*mean) + "spread   " + _line(*spread))
    return 0


def _line(accuracy: float, macro: float, top: float, confidence: float, ece: float) -> str:
    return (
        f"accuracy {accuracy:.3f}  macro-F1 {macro:.3f}  top-3 {top:.3f}"
        f"  mean confidence {confidence:.3f}  calibration error {ece:.3f}\n"
    )


if __name__ == "__main__":
    sys.exit(main())

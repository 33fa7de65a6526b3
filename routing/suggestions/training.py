"""Retraining on the centre's own dispatches as they ended: nightly, and on demand.

Every tenth ticket (by its id) is held back for good: no model ever learns from it, so that a new and the kept one are
judged alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import numpy as np

from hotline.base.db.connection import Conn
from hotline.base.jobs.timers import daily, last_of
from hotline.base.services import Services
from routing.likeness import duplicates_sql
from routing.returns import returns_sql
from routing.suggestions.model.classifier import Model
from routing.suggestions.model.keep import load, save

#: One training makes up for all that were missed.
NIGHTS = last_of(daily(time(3)))
#: Fewer dispatches teach less than the duties say.
ENOUGH = 50


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training: how many tickets, how right on those held back (the kept model too), and whether it was kept."""

    tickets: int
    held_back: int
    accuracy: float | None
    before: float | None
    kept: bool
    version: str
    path: Path | None = None


async def retrain(conn: Conn, services: Services, now: datetime) -> Trained | None:
    """Train again; the new model replaces the stored one only if it is no worse on the tickets held back.

    None where there are too few dispatches. The training runs beside the event loop.
    """
    rows = await duplicates_sql.ended_dispatches(conn)
    directory = await returns_sql.directory(conn)
    units = {r.code: (r.name, *r.duties) for r in directory}
    learnt = [r for r in rows if r.id % 10 != 7]
    held = [r for r in rows if r.id % 10 == 7][:5000]
    if len(learnt) < ENOUGH or len({r.code for r in learnt}) < 2:
        return None
    from routing.suggestions.model.train import train  # heavy, and only wanted here

    made = await asyncio.to_thread(train, _texts(learnt), [r.code for r in learnt], units)
    before = await asyncio.to_thread(load, services.settings.data)
    accuracy = _right(made, held)
    earlier = _right(before, held) if before is not None else None
    kept = earlier is None or accuracy is None or accuracy >= earlier
    path = await asyncio.to_thread(save, made, services.settings.data) if kept else None
    await duplicates_sql.put_model(conn, made.version, now, len(learnt), len(held), accuracy, earlier, kept)
    return Trained(len(learnt), len(held), accuracy, earlier, kept, made.version, path)


def _texts(rows: Sequence[duplicates_sql.EndedDispatchesRow]) -> list[str]:
    return [f"{r.place} {r.text}" if r.place else r.text for r in rows]


def _right(model: Model | None, held: Sequence[duplicates_sql.EndedDispatchesRow]) -> float | None:
    if model is None or not held:
        return None
    first = np.array(model.labels)[model.probabilities(_texts(held)).argmax(axis=1)]
    return float((first == np.array([r.code for r in held])).mean())


async def nightly(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """The calendar job."""
    await retrain(conn, services, now)

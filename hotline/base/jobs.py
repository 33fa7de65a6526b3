"""Timers without a leader (architecture.md, rule 7): what a package asks the metronome to run.

Every process ticks; a sweep is idempotent and a calendar occurrence is taken by a unique key, so it does not matter how
many tick.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.base.db import Conn, Pool
from hotline.base.house import House


@dataclass(frozen=True, slots=True)
class Sweep:
    """Handles what is due, in limited batches in transactions of its own, and returns how many; 0 when nothing is left.

    `every` is how often the metronome calls it (5 s at most for what a user waits for). Costs what is due, not what is
    open; run twice it does nothing more.
    """

    name: str
    every: timedelta
    run: Callable[[Pool, House, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class CalendarJob:
    """Runs once per occurrence. `occurrences(after, until, zone)` lists the moments (UTC) with after < moment <= until.

    `run(conn, house, due_at, now)` works in the transaction that takes the occurrence. All misses are caught up.
    """

    name: str
    occurrences: Callable[[datetime, datetime, ZoneInfo], Sequence[datetime]]
    run: Callable[[Conn, House, datetime, datetime], Awaitable[None]]


Job = Sweep | CalendarJob

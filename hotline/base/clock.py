"""The one place where time is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, once per request or tick; below that `now` is passed on."""

    def now(self) -> datetime:
        """The present moment, aware, UTC, never earlier than an earlier answer's second."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, moved by `offset` for drills and tests (HOTLINE_CLOCK_OFFSET)."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass(slots=True)
class MovingClock:
    """A clock that stands where it was put: for replays, demo data and tests."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def move(self, step: timedelta) -> datetime:
        """Move on by `step` and return the new moment."""
        self.at += step
        return self.at

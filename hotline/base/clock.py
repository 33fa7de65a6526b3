"""The one place where time is read; and from when to when a local day goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """A source of the current time. It is read once per request or scheduler tick; everything below gets `now` as an
    argument.
    """

    def now(self) -> datetime:
        """The current time, aware, UTC; its second is never earlier than that of an answer before it."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, moved by `offset` for drills and tests (HOTLINE_CLOCK_OFFSET)."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass(slots=True)
class MovingClock:
    """A clock that moves only when it is told to: for replays, demo data and tests."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def move(self, step: timedelta) -> datetime:
        """Move on by `step` and return the new moment."""
        self.at += step
        return self.at


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a local day, and the first one after it. Pure."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)

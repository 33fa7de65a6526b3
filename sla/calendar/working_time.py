"""Arithmetic of working time, exact to the second, by prefix sums (rulebook §5). Pure.

Working days count as the law counts days (民法典 §§201, 203): the day it begins is not counted, and it ends at the close
of business.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo


class CalendarEnd(ValueError):
    """The calendar does not reach so far."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours of a part of the day, valid from … to (inclusive; None: open)."""

    valid_from: date
    valid_to: date | None
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Closure:
    """No working time from … to (UTC)."""

    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working intervals as timestamps with sums; days that have any, with the close of each. Build with `build`."""

    zone: ZoneInfo
    opens: tuple[float, ...]
    closes: tuple[float, ...]
    before: tuple[float, ...]
    days: tuple[date, ...]
    ends: tuple[float, ...]

    def worked(self, at: datetime) -> float:
        """Working seconds from the calendar's beginning to `at`."""
        stamp = at.timestamp()
        place = bisect_right(self.opens, stamp) - 1
        if place < 0:
            return 0.0
        return self.before[place] + min(stamp, self.closes[place]) - self.opens[place]

    def working_seconds(self, start: datetime, end: datetime) -> float:
        """Working seconds between two moments; negative where they are the other way round."""
        return self.worked(end) - self.worked(start)

    def add_seconds(self, start: datetime, seconds: float) -> datetime:
        """The moment at which `seconds` (> 0) of working time have passed since `start`. Raises CalendarEnd."""
        target = self.worked(start) + seconds
        place = bisect_left(self.before, target) - 1
        if place < 0 or place >= len(self.opens) - 1:
            raise CalendarEnd("the calendar ends before the time is up")
        return _moment(self.opens[place] + target - self.before[place])

    def add_days(self, start: datetime, days: int) -> datetime:
        """The close of the `days`-th working day after the day of `start`; 0 or less: that many before. Raises CalendarEnd."""
        today = start.astimezone(self.zone).date()
        here = bisect_right(self.days, today) - 1 if days > 0 else bisect_left(self.days, today)
        if not 0 <= here + days < len(self.days) or here == len(self.days):
            raise CalendarEnd("the calendar does not reach so far")
        place = here + days
        return _moment(self.ends[place])

    def days_between(self, start: datetime, end: datetime) -> int:
        """How many working days begin after the day of `start`, up to the day of `end`; never less than 0."""
        first, last = (bisect_right(self.days, at.astimezone(self.zone).date()) for at in (start, end))
        return max(0, last - first)

    def close_before(self, at: datetime) -> datetime:
        """The close of the working day before the day of `at`."""
        today = at.astimezone(self.zone).date()
        place = bisect_left(self.days, today) - 1
        if place < 0:
            raise CalendarEnd("the calendar begins later")
        return _moment(self.ends[place])

    def is_working_day(self, day: date) -> bool:
        """Whether there is any working time on this day."""
        place = bisect_left(self.days, day)
        return place < len(self.days) and self.days[place] == day


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def intervals(
    days: Iterable[date],
    hours: Sequence[Hours],
    special: Mapping[date, bool],
    closures: Sequence[Closure],
    zone: ZoneInfo,
) -> list[tuple[date, float, float]]:
    """The working intervals of some days, in order, closures taken out."""
    found = []
    for day in days:
        if not special.get(day, day.weekday() < 5):
            continue
        for part in hours:
            if part.valid_from <= day and (part.valid_to is None or day <= part.valid_to):
                start = datetime.combine(day, part.opens, zone).timestamp()
                end = datetime.combine(day, part.closes, zone).timestamp()
                found += [(day, a, b) for a, b in _without(start, end, closures)]
    return sorted(found, key=lambda x: x[1])


def closed_days(
    hours: Sequence[Hours], special: Mapping[date, bool], closures: Sequence[Closure], zone: ZoneInfo
) -> dict[date, bool]:
    """The working days that closures touch: true where no working time is left on that day, false where some is. Pure."""
    touched = {
        c.from_at.astimezone(zone).date() + timedelta(days=n)
        for c in closures
        for n in range((c.to_at.astimezone(zone).date() - c.from_at.astimezone(zone).date()).days + 1)
    }
    whole, left = (intervals(sorted(touched), hours, special, some, zone) for some in ((), closures))
    time, rest = (Counter[date]() for _ in range(2))
    for found, sums in ((whole, time), (left, rest)):
        for day, start, end in found:
            sums[day] += int(end - start)
    return {day: not rest[day] for day in time if rest[day] != time[day]}


def _without(start: float, end: float, closures: Sequence[Closure]) -> list[tuple[float, float]]:
    left = [(start, end)]
    for closure in closures:
        a, b = closure.from_at.timestamp(), closure.to_at.timestamp()
        left = [
            piece for low, high in left for piece in ((low, min(high, a)), (max(low, b), high)) if piece[0] < piece[1]
        ]
    return left


@lru_cache(maxsize=8)
def build(
    first: date,
    last: date,
    hours: tuple[Hours, ...],
    special: tuple[tuple[date, bool], ...],
    closures: tuple[Closure, ...],
    zone: ZoneInfo,
) -> Calendar:
    """The calendar of the days from `first` to `last`, both included; the same rows give the same object."""
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = intervals(span, hours, dict(special), closures, zone)
    opens = tuple(a for _, a, _ in found)
    closes = tuple(b for _, _, b in found)
    sums = tuple(accumulate((b - a for _, a, b in found), initial=0.0))
    ends: dict[date, float] = {}
    for day, _, close in found:
        ends[day] = max(ends.get(day, close), close)
    return Calendar(zone, (*opens, float("inf")), (*closes, float("inf")), sums, tuple(ends), tuple(ends.values()))

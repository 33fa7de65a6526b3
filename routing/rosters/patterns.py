"""Recurring shifts: which days a weekly pattern falls on (rulebook §6). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Pattern:
    """A shift on some weekdays (1 Monday … 7 Sunday) of every n-th week, counted from the week of `from_on`."""

    weekdays: frozenset[int]
    every_weeks: int
    starts: time
    minutes: int
    from_on: date
    until_on: date | None


def days_of(pattern: Pattern, first: date, last: date) -> list[date]:
    """The days of the pattern with first <= day <= last."""
    start = max(first, pattern.from_on)
    end = min(last, pattern.until_on) if pattern.until_on is not None else last
    monday = pattern.from_on - timedelta(days=pattern.from_on.weekday())
    return [
        day
        for n in range((end - start).days + 1)
        if (day := start + timedelta(days=n)).isoweekday() in pattern.weekdays
        and (day - monday).days // 7 % pattern.every_weeks == 0
    ]


def shifts_of(pattern: Pattern, first: date, last: date, zone: tzinfo) -> Sequence[tuple[datetime, datetime]]:
    """The shifts of the pattern that begin on these days, as spans of time."""
    found = []
    for day in days_of(pattern, first, last):
        start = datetime.combine(day, pattern.starts, zone)
        found.append((start, start + timedelta(minutes=pattern.minutes)))
    return found

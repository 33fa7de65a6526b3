"""When the consultation meets: anchored to a date, every 14 days, moved to the next working day. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from reports.notice.rules import Rules

IsWorking = Callable[[date], bool]
#: A meeting is never moved so far that it meets the next one.
_FARTHEST = 13


def meeting(nominal: date, is_working: IsWorking) -> date:
    """The day on which a consultation that falls on `nominal` is held."""
    for n in range(_FARTHEST + 1):
        day = nominal + timedelta(days=n)
        if is_working(day):
            return day
    return nominal


def on_or_after(day: date, rules: Rules, is_working: IsWorking) -> date:
    """The first consultation on this day or later."""
    n = (day - rules.anchor).days // rules.every_days - 1
    while True:
        found = meeting(rules.anchor + timedelta(days=n * rules.every_days), is_working)
        if found >= day:
            return found
        n += 1


def days(first: date, count: int, rules: Rules, is_working: IsWorking) -> list[date]:
    """So many consultations, from the first on or after a day."""
    found: list[date] = []
    while len(found) < count:
        found.append(on_or_after(found[-1] + timedelta(days=1) if found else first, rules, is_working))
    return found

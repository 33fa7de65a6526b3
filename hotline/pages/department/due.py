"""The next due time of a department's part in a ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hotline.base.hooks import ShownClock

#: The right to return runs out; nobody has to return (rulebook §5).
_RIGHTS = frozenset({"return"})
_SOON = timedelta(hours=1)


def own_clocks(clocks: Iterable[ShownClock], assignment: int) -> list[ShownClock]:
    """The department's own clocks: those of its assignment that it has to keep."""
    return [
        clock
        for clock in clocks
        if clock.assignment == assignment and clock.whose == "department" and clock.clock not in _RIGHTS
    ]


def next_due(clocks: Iterable[ShownClock], assignment: int) -> ShownClock | None:
    """The running clock that is due first; None where nothing of the department runs."""
    running = [clock for clock in own_clocks(clocks, assignment) if clock.runs()]
    return min(running, key=lambda clock: clock.due_at, default=None)


def last_moment_to_return(clocks: Iterable[ShownClock], assignment: int, now: datetime) -> datetime | None:
    """Until when the ticket may be returned without a finding (UTC); None where that has passed or never was."""
    for clock in clocks:
        if clock.runs("return") and clock.assignment == assignment:
            return clock.due_at if clock.due_at >= now else None
    return None


def mood(clocks: Iterable[ShownClock], assignment: int, now: datetime) -> str:
    """How a card looks: `late`, `soon` (within the hour), `paused` (its time stands still), or nothing special."""
    own = own_clocks(clocks, assignment)
    clock = next_due(own, assignment)
    if clock is None:
        return "paused" if any(c.state == "paused" for c in own) else ""
    if clock.due_at < now:
        return "late"
    return "soon" if clock.due_at - now < _SOON else ""


def sort_key(clock: ShownClock | None, assignment: int) -> tuple[bool, float, int]:
    """Cards stand by what is due first; those that wait for others come last."""
    return (clock is None, clock.due_at.timestamp() if clock is not None else 0.0, assignment)

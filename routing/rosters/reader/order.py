"""Days by the order in which they stand: of several that each cell may mean, those that make one row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from routing.rosters.reader.days import Frame

_STEPS = (timedelta(0), timedelta(days=1))
_MANY = 3


def in_order(items: Sequence[Sequence[date]], frame: Frame | None) -> list[date | None]:
    """One day for each cell, in the order of the table; None where a cell stays open or fits nowhere.

    1. The days within the title's month, if they are in order. 2. The days that follow each other one by one, at least one of
    them in the month (a week over the turn of the year). 3. The days within the month, each of which only one is possible.
    """
    if not items:
        return []
    home = [[d for d in item if frame is None or frame.holds(d)] for item in items]
    if all(home):
        path = _only(home, steps=True) or _only(home, steps=False)
        if path is not None:
            return list(path)
    follow = _only(items, steps=True, frame=frame)
    single = [item[0] if len(item) == 1 else None for item in home]
    if follow is not None and (len(items) >= _MANY or not all(single)):
        return list(follow)
    if follow is not None and all(single) and len(items) > 1:
        said = all(len({(d.month, d.day) for d in item}) == 1 for item in items)
        return list(follow) if said else [None] * len(items)
    if _several(items, frame):
        return [None] * len(items)
    return list(single)


def _several(items: Sequence[Sequence[date]], frame: Frame | None) -> bool:
    """Whether the cells could be several rows of consecutive days."""
    return len(items) >= _MANY and len(_paths(items, True, frame)) > 1


def _only(items: Sequence[Sequence[date]], *, steps: bool, frame: Frame | None = None) -> list[date] | None:
    """The one way through the items; None where there is none, or more than one."""
    found = _paths(items, steps, frame)
    return found[0] if len(found) == 1 else None


def _paths(items: Sequence[Sequence[date]], steps: bool, frame: Frame | None) -> list[list[date]]:
    """The ways to take one day of each item, at most two of them. `steps`: each is the same day as the one
    before or the next day; otherwise days never go backwards. At least one day lies in the frame.
    """
    ways: list[dict[date, list[list[date]]]] = []
    reached: dict[date, list[list[date]]] = {d: [[d]] for d in items[0]}
    for item in items[1:]:
        ways.append(reached)
        then: dict[date, list[list[date]]] = {}
        for day in item:
            before = [
                p for last, paths in reached.items() if (day - last in _STEPS if steps else day >= last) for p in paths
            ]
            if before:
                then[day] = [[*p, day] for p in before[:2]]
        reached = then
    found = [p for paths in reached.values() for p in paths]
    if frame is not None:
        found = [p for p in found if any(frame.holds(d) for d in p)]
    return found[:2]

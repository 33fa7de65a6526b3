"""The working calendar as it was known at a past moment, so that due times can be recomputed as they were. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sla.calendar.working_time import Calendar, Closure, Hours, build

#: How far a calendar reaches back and ahead of the moment that it is for.
REACH = timedelta(days=800)


def calendar_span(at: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """The days of a calendar for a moment: in whole quarters, so that it is built once. Pure."""
    today = at.astimezone(zone).date()
    anchor = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return anchor - REACH, anchor + REACH


@dataclass(frozen=True, slots=True)
class Edit:
    """What was before an edit: a day (`working` None: as its weekday says), or all office hours."""

    at: datetime
    day: date | None
    working: bool | None
    hours: tuple[Hours, ...] | None


@dataclass(frozen=True, slots=True)
class Declared:
    """A closure, when it was declared, and when taken back."""

    closure: Closure
    at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class Edits:
    """The calendar of today, and its edits in the order of time."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    special: dict[date, bool]
    closures: Sequence[Declared]
    edits: Sequence[Edit]

    @cached_property
    def moments(self) -> list[datetime]:
        """When it changed."""
        ends = [c.revoked_at for c in self.closures if c.revoked_at is not None]
        return sorted({e.at for e in self.edits} | {c.at for c in self.closures} | set(ends))

    @cached_property
    def _built(self) -> dict[tuple[date, int], Calendar]:
        return {}

    def known_at(self, at: datetime, since: datetime | None = None) -> Calendar:
        """The calendar around a moment as it was known then, or at `since` where that is later (what was imported).

        An edit is known from its moment on.
        """
        first, last = calendar_span(at, self.zone)
        known = max(at, since) if since is not None else at
        key = (first, bisect_right(self.moments, known))
        if key not in self._built:
            self._built[key] = self._build(first, last, known)
        return self._built[key]

    def _build(self, first: date, last: date, at: datetime) -> Calendar:
        hours, special = self.hours, dict(self.special)
        for edit in reversed([e for e in self.edits if e.at > at]):
            if edit.hours is not None:
                hours = edit.hours
            elif edit.day is not None and edit.working is None:
                special.pop(edit.day, None)
            elif edit.day is not None and edit.working is not None:
                special[edit.day] = edit.working
        closures = [c.closure for c in self.closures if c.at <= at and (c.revoked_at is None or c.revoked_at > at)]
        days = tuple(sorted((d, w) for d, w in special.items() if first <= d <= last))
        return build(first, last, hours, days, tuple(closures), self.zone)

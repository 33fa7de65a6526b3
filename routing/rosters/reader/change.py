"""What a plan changes on a roster: day by day what is new, changed, removed, and what stays though the plan lacks it. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

Key = tuple[int, int, datetime]


@dataclass(frozen=True, slots=True)
class RosterShift:
    """Somebody on duty for a department; `ident` and the swap only where it stands already. `swapped`: a swap of it is open or
    agreed; `from_user`: who stood there before the agreed swap."""

    department: int
    user: int
    rank: str
    from_at: datetime
    to_at: datetime
    ident: int = 0
    name: str = ""
    swapped: bool = False
    from_user: int = 0

    @property
    def key(self) -> Key:
        return self.department, self.user, self.from_at


@dataclass(slots=True)
class DayChange:
    """One department on one day. `ended`: shifts under way that end now; `stays`: under a swap, or longer than the day;
    `past`: what the plan says of hours that are over, and is not done."""

    new: list[RosterShift] = field(default_factory=list)
    changed: list[tuple[RosterShift, RosterShift]] = field(default_factory=list)
    same: list[RosterShift] = field(default_factory=list)
    removed: list[RosterShift] = field(default_factory=list)
    ended: list[RosterShift] = field(default_factory=list)
    stays: list[RosterShift] = field(default_factory=list)
    past: list[RosterShift] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RosterChange:
    """All days that a plan names, by department and day."""

    days: Mapping[tuple[int, date], DayChange]

    def all(self, what: str) -> list[RosterShift]:
        """The shifts of one kind (`new`, `removed` …), of `changed` as they will be."""
        found = [s for day in self.days.values() for s in getattr(day, what)]
        return [s[1] if isinstance(s, tuple) else s for s in found]

    def counts(self) -> dict[str, int]:
        """How many of each kind; what ends now counts as removed."""
        names = ("new", "changed", "same", "removed", "stays", "past")
        return {n: len(self.all(n)) + (len(self.all("ended")) if n == "removed" else 0) for n in names}

    def digest(self) -> str:
        """A fingerprint of the change: equal changes have equal ones, so that exactly what was shown is done."""
        said = [
            (n, s.department, s.user, s.rank, s.from_at.timestamp(), s.to_at.timestamp())
            for n in ("new", "changed", "removed", "ended")
            for s in sorted(self.all(n), key=lambda s: s.key)
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def change_of(
    standing: Sequence[RosterShift],
    wanted: Sequence[RosterShift],
    named: Collection[tuple[int, date]],
    now: datetime,
    zone: tzinfo,
) -> RosterChange:
    """What becomes of the shifts that stand if the plan is taken: exactly the named days of the named departments, never the past.

    A shift of hours that are over is written only where the department had nobody then.
    """
    days: dict[tuple[int, date], DayChange] = defaultdict(DayChange)
    for department, on in sorted(named):
        days[department, on] = DayChange()
    there = {s.key: s for s in standing}
    given = {(s.department, s.from_user, s.from_at): s for s in standing if s.from_user}
    kept: set[int] = set()
    for shift in wanted:
        day = days[shift.department, shift.from_at.astimezone(zone).date()]
        mine = there.get(shift.key)
        if mine is None and shift.key in given:
            kept.add(given[shift.key].ident)
            day.stays.append(given[shift.key])
        elif mine is not None and (mine.rank, mine.to_at) == (shift.rank, shift.to_at):
            kept.add(mine.ident)
            day.same.append(mine)
        elif shift.to_at <= now or (mine is not None and mine.to_at <= now):
            free = mine is None and not any(
                s.department == shift.department and s.from_at < shift.to_at and s.to_at > shift.from_at
                for s in standing
            )
            (day.new if free else day.past).append(shift)
        elif mine is not None:
            kept.add(mine.ident)
            day.changed.append((mine, shift))
        else:
            day.new.append(shift)
    _leave(days, standing, kept, now, zone)
    return RosterChange(days)


def _leave(
    days: Mapping[tuple[int, date], DayChange],
    standing: Sequence[RosterShift],
    kept: Collection[int],
    now: datetime,
    zone: tzinfo,
) -> None:
    """Record what becomes of each shift that stands on a planned day and is not in the plan: removed, ended now, or
    kept, with its reason.
    """
    for shift in standing:
        first = shift.from_at.astimezone(zone).date()
        day = days.get((shift.department, first))
        if shift.ident in kept or shift.to_at <= now:
            continue
        if day is None:
            long = -((shift.from_at - shift.to_at) // timedelta(days=1))
            touched = next(
                (
                    d
                    for n in range(1, long)
                    if (d := days.get((shift.department, first + timedelta(days=n)))) is not None
                ),
                None,
            )
            if touched is not None:
                touched.stays.append(shift)
        elif shift.swapped:
            day.stays.append(shift)
        elif shift.from_at < now:
            day.ended.append(shift)
        else:
            day.removed.append(shift)

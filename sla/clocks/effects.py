"""What an event does to the clocks of its ticket, by the table of clocks (rulebook §5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sla.calendar.working_time import Calendar
from sla.clocks.table import END_PAUSES, GOES_ON, ROW, TABLE, ClockRow, Moment, moment_of

#: A co-handler is due so many working days before the lead.
_BEFORE_LEAD = 2

#: (clock, assignment or None for any)
Stop = tuple[str, int | None]
#: (clock, assignment, department)
Begin = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the clocks of a ticket depend on."""

    category: str
    urgency: str
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to clocks, in this order.

    `end_pause`: a pause ends here. `stop`. `hold` and `release`: the lead's clocks stand still, go on as if they had not.
    `reopen`: what the latest reply stopped never stopped. `supersede`: (clock, part of the assignment or None for any).
    `start`.
    """

    end_pause: bool = False
    stop: tuple[Stop, ...] = ()
    hold: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    reopen: bool = False
    supersede: tuple[tuple[str, str | None], ...] = ()
    start: tuple[Begin, ...] = ()


def effect(kind: str, detail: Mapping[str, Any], subject: Subject) -> Effect:
    """What an event does to the clocks of its ticket, by the rows of TABLE. Raises UnknownKind for a kind that none names."""
    moment = moment_of(kind, detail)
    assignment, department = detail.get("assignment"), detail.get("department")
    rows = _rows_at(moment)
    return Effect(
        end_pause=moment in END_PAUSES,
        stop=tuple((row.name, assignment if row.part else None) for row in rows.stop),
        hold=rows.hold,
        release=rows.release,
        reopen=moment == "sent_back",
        supersede=rows.supersede,
        start=tuple(
            (row.name, assignment, department) if row.part else (row.name, None, None)
            for row in rows.start
            if may_run(row.name, subject)
        ),
    )


@dataclass(frozen=True, slots=True)
class _MomentRows:
    """The rows of TABLE to which a moment does something; what they give, where no ticket makes a difference."""

    stop: tuple[ClockRow, ...]
    hold: tuple[str, ...]
    release: tuple[str, ...]
    supersede: tuple[tuple[str, str | None], ...]
    start: tuple[ClockRow, ...]


@cache
def _rows_at(moment: Moment) -> _MomentRows:
    """Read from the table once for each moment: an audit asks this for every event on record."""
    ended = ((row.name, row.ended_by(moment)) for row in TABLE)
    return _MomentRows(
        stop=tuple(row for row in TABLE if moment in row.stops),
        hold=tuple(row.name for row in TABLE if moment in row.held),
        release=tuple(row.name for row in TABLE if GOES_ON.get(moment) in row.held),
        supersede=tuple((name, None if part == "any" else part) for name, part in ended if part is not None),
        start=tuple(
            row
            for row in sorted(TABLE, key=lambda row: not row.part)  # the departments' clocks first
            if moment in row.starts
        ),
    )


def may_run(clock: str, subject: Subject) -> bool:
    """Whether a clock has a point in a matter: nobody is spoken to who is anonymous or told of a wrong."""
    return not ROW[clock].spoken or not (subject.anonymous or subject.category == "tipoff")


def team_clocks(subject: Subject) -> tuple[str, ...]:
    """The clocks that a dispatch starts for the lead."""
    return tuple(r.name for r in TABLE if r.part and "dispatched" in r.starts and may_run(r.name, subject))


def before_lead(calendar: Calendar, lead_due: datetime, asked_at: datetime) -> datetime:
    """When a co-handler is due: two working days before the lead, yet never before one working day was given."""
    least = calendar.add_days(asked_at, 1)
    if lead_due > asked_at:
        least = min(least, lead_due)
    return max(calendar.add_days(lead_due, -_BEFORE_LEAD), least)


@dataclass(frozen=True, slots=True)
class Start:
    """A clock about to run; `due_at`: where its time was promised otherwise than by policy."""

    ticket: int
    clock: str
    assignment: int | None
    department: int | None
    at: datetime
    seq: int
    due_at: datetime | None = None

"""Edits of the working calendar: days, office hours, closures, failures of the platform; each is audited and followed
by a recomputation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.people.store import audit
from hotline.people.user import User
from sla.calendar import calendar_sql

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Office hours of a part of the day with their validity (inclusive; None: open)."""

    valid_from: date
    valid_to: date | None
    opens: time
    closes: time


async def set_day(conn: Conn, user: User, day: date, working: bool, name: str, now: datetime) -> int:
    """Say that a day is worked, or free, whatever its weekday. Returns the recomputation that was asked for."""
    before = await calendar_sql.day(conn, day)
    await calendar_sql.keep_day(conn, now, day, before)
    await calendar_sql.set_day(conn, day, working, name)
    await audit(conn, user.actor, "calendar_day", now, day=day.isoformat(), working=working, before=before, name=name)
    return await _ask(conn, user, "worked" if working else "free", day.isoformat(), None, now)


def _text(value: date | time | None) -> str | None:
    return value.isoformat() if value is not None else None


def splice_hours(periods: list[OfficeHours], new: list[OfficeHours]) -> list[OfficeHours]:
    """The office hours with new ones put in: overlapped parts are cut, later ones stay. Pure."""
    start, end = new[0].valid_from, new[0].valid_to
    found = []
    for p in periods:
        if (end is not None and p.valid_from > end) or (p.valid_to is not None and p.valid_to < start):
            found.append(p)
            continue
        if p.valid_from < start:
            found.append(OfficeHours(p.valid_from, start - _DAY, p.opens, p.closes))
        if end is not None and (p.valid_to is None or p.valid_to > end):
            found.append(OfficeHours(end + _DAY, p.valid_to, p.opens, p.closes))
    return sorted([*found, *new], key=lambda p: (p.valid_from, p.opens))


async def set_hours(conn: Conn, user: User, new: list[OfficeHours], now: datetime, today: date) -> int:
    """Other office hours from a day on, or between two days. Raises BadField; the past keeps its hours."""
    ordered = sorted(new, key=lambda p: p.opens)
    if not ordered:
        raise BadField("At least one part of the day is needed.", field="opens")
    if ordered[0].valid_from < today:
        raise BadField("Office hours change from today on, not in the past.", field="valid_from")
    if ordered[0].valid_to is not None and ordered[0].valid_to < ordered[0].valid_from:
        raise BadField("The last day lies before the first.", field="valid_to")
    ends = [time(0), *(p.closes for p in ordered)]
    if any(p.opens >= p.closes or p.opens < ends[i] for i, p in enumerate(ordered)):
        raise BadField("The parts of a day overlap, or end before they begin.", field="opens")
    known = [OfficeHours(*row.as_tuple()) for row in await calendar_sql.periods(conn)]
    await calendar_sql.keep_hours(
        conn, now, [[*map(_text, row.as_tuple())] for row in await calendar_sql.periods(conn)]
    )
    await calendar_sql.forget_periods(conn)
    rows = splice_hours(known, ordered)
    await calendar_sql.insert_periods(
        conn,
        [p.valid_from for p in rows],
        [p.valid_to for p in rows],
        [p.opens for p in rows],
        [p.closes for p in rows],
    )
    said = "，".join(f"{p.opens:%H:%M}–{p.closes:%H:%M}" for p in ordered)
    await audit(
        conn,
        user.actor,
        "office_hours",
        now,
        valid_from=ordered[0].valid_from.isoformat(),
        valid_to=ordered[0].valid_to.isoformat() if ordered[0].valid_to else None,
        hours=said,
    )
    return await _ask(conn, user, "hours", f"{ordered[0].valid_from.isoformat()} {said}", None, now)


async def declare(
    conn: Conn, user: User, kind: str, from_at: datetime, to_at: datetime, reason: str, now: datetime
) -> int:
    """A county-wide closure (a blizzard), or a failure of the platform. Raises BadField.

    A closure takes working time away; declared late it excuses what was breached by then. A failure only excuses.
    """
    if to_at <= from_at:
        raise BadField("It ends before it begins.", field="to_at")
    if kind == "failure" and from_at > now:
        raise BadField("A failure lies in the past.", field="from_at")
    made = await calendar_sql.insert_closure(conn, kind, from_at, to_at, reason, now, user.actor)
    await audit(
        conn, user.actor, kind, now, closure=made, from_at=from_at.isoformat(), to_at=to_at.isoformat(), reason=reason
    )
    return await _ask(conn, user, kind, reason, made, now, since=from_at)


async def revoke(conn: Conn, user: User, closure: int, now: datetime) -> int:
    """A closure that has not begun is taken back. Raises BadField."""
    row = await calendar_sql.revoke_closure(conn, closure, now)
    if row is None:
        raise BadField("Only a closure that has not begun is taken back.", field="closure")
    await audit(conn, user.actor, "closure_revoked", now, closure=closure, reason=row.reason)
    return await _ask(conn, user, "revoked", row.reason, None, now)


async def _ask(
    conn: Conn,
    user: User,
    kind: str,
    reason: str,
    closure: int | None,
    now: datetime,
    since: datetime | None = None,
) -> int:
    return int(await calendar_sql.ask_recompute(conn, kind, reason, closure, since or now, user.actor, now))

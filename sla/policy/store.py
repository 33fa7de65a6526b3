"""Calendar and policy in the database."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from sla.calendar import calendar_sql
from sla.calendar.history import Declared, Edit, Edits, calendar_span
from sla.calendar.working_time import Calendar, Closure, Hours, build
from sla.policy import policy_sql
from sla.policy.rules import Policy, as_policy


async def load_calendar(conn: Conn, zone: ZoneInfo, now: datetime) -> Calendar:
    """The working calendar around `now`: about two years back and ahead, in whole quarters so that it is built once."""
    first, last = calendar_span(now, zone)
    hours = tuple(Hours(r.valid_from, r.valid_to, r.opens, r.closes) for r in await calendar_sql.hours(conn))
    special = tuple((r.day, r.working) for r in await calendar_sql.special_days(conn, first, last))
    closures = tuple(Closure(r.from_at, r.to_at) for r in await calendar_sql.closed_days(conn))
    return build(first, last, hours, special, closures, zone)


async def load_edits(conn: Conn, zone: ZoneInfo) -> Edits:
    """The working calendar with what it was before each edit."""
    hours = tuple(Hours(*r.as_tuple()) for r in await calendar_sql.hours(conn))
    special = {r.day: r.working for r in await calendar_sql.special_days(conn, date.min, date.max)}
    closures = [
        Declared(Closure(r.from_at, r.to_at), r.declared_at, r.revoked_at)
        for r in await calendar_sql.all_closures(conn)
    ]
    edits = [
        Edit(r.at, r.day, r.working, tuple(map(_hours, r.hours)) if r.hours else None)
        for r in await calendar_sql.edits(conn)
    ]
    return Edits(zone, hours, special, closures, edits)


def _hours(row: list[str | None]) -> Hours:
    first, last, opens, closes = row
    ends = date.fromisoformat(last) if last else None
    return Hours(date.fromisoformat(str(first)), ends, time.fromisoformat(str(opens)), time.fromisoformat(str(closes)))


async def policy_at(conn: Conn, version: int) -> Policy:
    """A policy by its version."""
    rows = await policy_sql.rules(conn, version)
    return _policy(version, tuple(row.as_tuple() for row in rows))


@lru_cache(maxsize=64)
def _policy(version: int, rows: tuple[tuple[object, ...], ...]) -> Policy:
    return as_policy(version, rows)


def published() -> tuple[tuple[date, bool, str], ...]:
    """The days of all published years that are not what their weekday says: day, working, name."""
    found = []
    for day, name in chinese_calendar.holidays.items():
        if day.weekday() < 5:
            found.append((day, False, str(name)))
    for day, name in chinese_calendar.workdays.items():
        if day.weekday() >= 5:
            found.append((day, True, str(name)))
    return tuple(sorted(found))


async def unpublished(conn: Conn, first: int, last: int) -> list[int]:
    """The years from first to last whose holidays are not known yet: they are computed from weekends, and say so."""
    known = set(await calendar_sql.published_years(conn))
    return [year for year in range(first, last + 1) if year not in known]


async def seed(conn: Conn, now: datetime) -> None:
    """Put the published days in; days that were edited stay as they are.

    Where a year is published that was not known before, it is an edit like any other: open clocks are counted again.
    """
    days = published()
    begun = await calendar_sql.has_days(conn)
    new = await calendar_sql.seed_day(conn, [d for d, _, _ in days], [w for _, w, _ in days], [n for _, _, n in days])
    if begun and new:
        await calendar_sql.keep_days(conn, now, new)
        years = ", ".join(sorted({str(day.year) for day in new}))
        await calendar_sql.ask_recompute(conn, "published", years, None, now, "system", now)


async def working_days(conn: Conn, services: Services, at: datetime, days: int) -> datetime:
    """The close of the `days`-th working day after `at`, by the calendar: the hook of the packages below."""
    return (await load_calendar(conn, services.settings.zone, at)).add_days(at, days)


async def calendar_check(conn: Conn, settings: Settings, now: datetime) -> tuple[bool, str]:
    """What the doctor says of the calendar: the next year may be unpublished still, this one may not."""
    year = now.astimezone(settings.zone).year
    missing = await unpublished(conn, year, year + 1)
    if not missing:
        return True, f"calendar: the holidays of {year} and {year + 1} are known"
    years = " and ".join(map(str, missing))
    return year not in missing, (
        f"calendar: the holidays of {years} are not published here, weekends alone are counted; once they are, bring the "
        "package chinesecalendar up to date and run migrate, or enter the days on /admin/calendar"
    )

"""`/rosters`: a month at a glance, gaps of the coming week in red and by word; swaps, leave, shifts, import (rulebook §6)."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import BadField
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.people.actions import action_routes
from hotline.people.departments import Department, departments_by_id, find_department
from hotline.people.roles import ADMINS, LIAISONS, MANAGERS, OVERSIGHT
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from routing.alerts import surprise_pages
from routing.returns import returns_sql
from routing.rosters import recurring, shifts_sql, table_import_sql
from routing.rosters import shifts as rosters
from routing.rosters.actions import ACTIONS
from routing.rosters.reader.words import DEFAULTS
from routing.tables.uploads import UploadOutcome

READERS = OVERSIGHT | LIAISONS | ADMINS
MENU = (
    Entry(
        path="/rosters",
        title="Rosters",
        roles=LIAISONS | MANAGERS | ADMINS,
        rare=MANAGERS,
    ),
)
_MONTH = re.compile(r"2[01]\d{2}-(0[1-9]|1[0-2])", re.ASCII)
_KINDS = {DEFAULTS[word][0]: kind for word, kind in (("全天", "whole day"), ("白", "day shift"), ("夜", "night shift"))}


class RosterQuery(BaseModel):
    """Which month (YYYY-MM), of which department (code or name; a liaison: the own)."""

    model_config = ConfigDict(extra="ignore")
    month: Annotated[str, StringConstraints(max_length=7)] = ""
    department: Annotated[str, StringConstraints(max_length=200)] = ""
    done: Annotated[str, StringConstraints(max_length=20)] = ""


def month_of(text: str, now: datetime, zone: ZoneInfo) -> date:
    """The first day of a month; left out: the current one. Raises BadField."""
    if not text:
        return now.astimezone(zone).date().replace(day=1)
    if not _MONTH.fullmatch(text):
        raise BadField("%(text)s is not a month (2026-12).", field="month", text=text)
    return date.fromisoformat(f"{text}-01")


def kind_of(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """A shift in a word, or its hours. Pure."""
    local, whole = start.astimezone(zone), timedelta(days=1)
    first = local.hour * 60 + local.minute
    long = whole if not (end - start) % whole else end - start
    found = _KINDS.get((first, first + int(long / timedelta(minutes=1)))) if not local.second else None
    return found or f"{local:%H:%M}–{end.astimezone(zone):%H:%M}"


@dataclass(frozen=True, slots=True)
class MonthShift:
    """A shift as the month shows it. `kind`: in a word; `mine`: of whoever looks; `away`: that person is on leave all the while."""

    id: int
    user_id: int
    rank: str
    from_at: datetime
    to_at: datetime
    shown_name: str
    swap_id: int | None
    kind: str
    over: bool
    mine: bool
    away: bool


class ShiftSpan(Protocol):
    """From when to when somebody is on duty."""

    @property
    def from_at(self) -> datetime: ...
    @property
    def to_at(self) -> datetime: ...


def shown_on(shift: ShiftSpan, zone: ZoneInfo) -> Iterator[date]:
    """The days on which a shift stands in the month: where it begins, and each day on which more than 24 hours go on. Pure."""
    day = shift.from_at.astimezone(zone).date()
    for n in range(max(1, ceil((shift.to_at - shift.from_at) / timedelta(days=1)))):
        yield day + timedelta(days=n)


def by_day(
    first: date, shifts: Sequence[ShiftSpan], gaps: Sequence[rosters.Span], zone: ZoneInfo
) -> list[dict[str, Any]]:
    """The days of a month: the shifts that stand on each, and the gaps that touch it. Pure."""
    starts: dict[date, list[ShiftSpan]] = defaultdict(list)
    for shift in shifts:
        for day in shown_on(shift, zone):
            starts[day].append(shift)
    found = []
    for n in range(calendar.monthrange(first.year, first.month)[1]):
        day = first + timedelta(days=n)
        begin = datetime.combine(day, time(), zone)
        end = begin + timedelta(days=1)
        open_ones = [g for g in gaps if g.start < end and g.end > begin]
        found.append({"day": day, "shifts": starts[day], "gaps": open_ones})
    return found


async def department_of(conn: Conn, user: User, named: str) -> Department | None:
    """The department that is shown; none: the overview of all."""
    if user.role is Role.LIAISON:
        assert user.department_id is not None
        return (await departments_by_id(conn, [user.department_id]))[user.department_id]
    return await find_department(conn, named) if named else None


async def show(request: web.Request) -> web.StreamResponse:
    """One department's month, or the gaps of all departments."""
    return await months(request, read_query(request, RosterQuery))


async def months(
    request: web.Request, query: RosterQuery, outcome: UploadOutcome | None = None, status: int = 200
) -> web.StreamResponse:
    """The same, with what became of a table above it."""
    services, user, now = services_of(request), user_of(request), now_of(request)
    zone = services.settings.zone
    first = month_of(query.month, now, zone)
    async with pool_of(request).acquire() as conn:
        department = await department_of(conn, user, query.department)
        directory = await returns_sql.directory(conn) if user.role is not Role.LIAISON else []
        if department is None:
            found = await rosters.gaps(conn, now, now + rosters.WEEK)
            tests = await surprise_pages.results(conn, first, now)
            return page(
                request,
                "rosters/all.html",
                status=status,
                gaps=found,
                directory=directory,
                outcome=outcome,
                tests=tests,
                first=first,
            )
        values = await _month(conn, user, department, first, now, zone)
    return page(
        request,
        "rosters/month.html",
        status=status,
        directory=directory,
        outcome=outcome,
        done=query.done,
        may_plan=user.role in MANAGERS | ADMINS or (user.role is Role.LIAISON and user.leads),
        **values,
    )


def _shown_shift(
    row: shifts_sql.ShiftsOfRow, user: User, away: Sequence[rosters.Span], now: datetime, zone: ZoneInfo
) -> MonthShift:
    """A shift as the month shows it; `away`: when its person is on leave."""
    return MonthShift(
        row.id,
        row.user_id,
        row.rank,
        row.from_at,
        row.to_at,
        row.shown_name,
        row.swap_id,
        kind=kind_of(row.from_at, row.to_at, zone),
        over=row.to_at <= now,
        mine=row.user_id == user.id,
        away=not rosters.without(rosters.Span(row.from_at, row.to_at), away),
    )


async def _month(
    conn: Conn, user: User, department: Department, first: date, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """What the page of a department's month shows."""
    after = (first + timedelta(days=32)).replace(day=1)
    begin, end = (datetime.combine(d, time(), zone) for d in (first, after))
    rows = await shifts_sql.shifts_of(conn, department.id, begin, end)
    leaves = await shifts_sql.leaves_within(conn, min(begin, now), max(end, now + rosters.WEEK), department.id)
    away: dict[int, list[rosters.Span]] = defaultdict(list)
    for row in leaves:
        away[row.user_id].append(rosters.Span(row.from_at, row.to_at))
    shifts = [_shown_shift(row, user, away.get(row.user_id, ()), now, zone) for row in rows]
    found = await rosters.gaps(conn, now, now + rosters.WEEK, department.id)
    spans = found[0].spans if found else ()
    return {
        "tests": await surprise_pages.results(conn, first, now, department.id),
        "department": department,
        "shifts": shifts,
        "first": first,
        "before": first - timedelta(days=1),
        "after": after,
        "spans": spans,
        "days": by_day(first, shifts, spans, zone),
        "people": await table_import_sql.people_of_month(conn, department.id),
        "leaves": leaves,
        "asked": await shifts_sql.swaps_asked(conn, user.id) if user.role is Role.LIAISON else [],
        "today": now.astimezone(zone).date(),
        "cells": _cells(shifts, zone),
        "patterns": await table_import_sql.patterns_of(conn, department.id),
        "coming": [s for s in shifts if s.mine and not s.over],
    }


def _cells(shifts: Sequence[MonthShift], zone: ZoneInfo) -> dict[tuple[int, date], list[MonthShift]]:
    """The shifts of each person on each day, for the table of the month. Pure."""
    found: dict[tuple[int, date], list[MonthShift]] = defaultdict(list)
    for shift in shifts:
        for day in shown_on(shift, zone):
            found[shift.user_id, day].append(shift)
    return dict(found)


async def get_month(request: web.Request) -> web.StreamResponse:
    """A department's shifts of a month, for programs."""
    query, user, services, now = (
        read_query(request, RosterQuery),
        user_of(request),
        services_of(request),
        now_of(request),
    )
    first = month_of(query.month, now, services.settings.zone)
    after = (first + timedelta(days=32)).replace(day=1)
    begin, end = (datetime.combine(d, time(), services.settings.zone) for d in (first, after))
    async with pool_of(request).acquire() as conn:
        department = await department_of(conn, user, query.department)
        if department is None:
            raise BadField("Name the department.", field="department")
        rows = await shifts_sql.shifts_of(conn, department.id, begin, end)
    items = [
        {
            "shift": r.id,
            "department": department.code,
            "person": r.shown_name,
            "rank": r.rank,
            "from": r.from_at,
            "to": r.to_at,
        }
        for r in rows
    ]
    return answer(request, {"items": items, "next_cursor": None})


_OWN = "a liaison: the own department"
ROUTES = (
    Route(method="GET", path="/rosters", handler=show, summary="Rosters", roles=READERS, rule=_OWN),
    Route(
        method="GET",
        path="/api/v1/rosters",
        handler=get_month,
        summary="A month of a department",
        roles=READERS,
        rule=_OWN,
        query=RosterQuery,
        answer=ItemList,
        tag="rosters",
    ),
    *action_routes([*ACTIONS, *recurring.ACTIONS]),
)

"""The working calendar as a page: a year at a glance, days, office hours, closures, failures of the platform."""

from __future__ import annotations

from calendar import Calendar as Months
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, read_int, read_moment, services_of
from hotline.base.http.route import Entry, Route
from hotline.people.actions import Action, ActionContext, NoFields, action_routes
from hotline.people.roles import ADMINS, INSIDE, MANAGERS
from sla.calendar import calendar_sql
from sla.calendar.edits import OfficeHours, declare, revoke, set_day, set_hours
from sla.calendar.working_time import Closure, Hours, closed_days
from sla.policy.store import unpublished

READERS = INSIDE | ADMINS
DECLARERS = MANAGERS | ADMINS
_FIRST, _LAST = 2004, 2199
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DayForm(BaseModel):
    """A day that is worked or free."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    day: date
    working: bool
    name: Annotated[str, StringConstraints(max_length=60)] = ""


class HoursForm(BaseModel):
    """Office hours of morning and afternoon from a day on; the last day may be left out."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    valid_from: date
    valid_to: date | None = None
    opens: time
    closes: time
    opens_again: time | None = None
    closes_again: time | None = None


class ClosureForm(BaseModel):
    """From when to when nobody works, or the platform failed, and why."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    kind: Literal["closure", "failure"]
    from_at: Words
    to_at: Words
    reason: Words


async def calendar_page(request: web.Request) -> web.StreamResponse:
    """A year: what is free, what is worked; then hours, closures and how far the latest change was worked through."""
    today = now_of(request).astimezone(services_of(request).settings.zone).date()
    year = min(max(read_int(request.query.get("year", ""), 4) or today.year, _FIRST), _LAST)
    async with pool_of(request).acquire() as conn:
        special = {r.day: r for r in await calendar_sql.days_of_year(conn, date(year, 1, 1), date(year, 12, 31))}
        periods = await calendar_sql.periods(conn)
        closures = await calendar_sql.closures(conn)
        zone = services_of(request).settings.zone
        ends = [datetime.combine(day, time(), zone) for day in (date(year, 1, 1), date(year + 1, 1, 1))]
        shut = await calendar_sql.closures_in(conn, *ends)
        changes = await calendar_sql.recomputes(conn)
        missing = await unpublished(conn, year, year)
        ahead = await unpublished(conn, today.year, today.year + 1)
    closed = closed_days(
        [Hours(*p.as_tuple()) for p in periods],
        {d: r.working for d, r in special.items()},
        [Closure(*c.as_tuple()) for c in shut],
        zone,
    )
    months = [Months().monthdatescalendar(year, month) for month in range(1, 13)]
    return page(
        request,
        "calendar/page.html",
        year=year,
        today=today,
        special=special,
        periods=periods,
        closures=closures,
        changes=changes,
        months=months,
        closed=closed,
        missing=missing,
        ahead=ahead,
    )


async def _set_day(context: ActionContext, body: DayForm) -> Mapping[str, object]:
    """A day is worked, or free."""
    await set_day(context.conn, context.user, body.day, body.working, body.name, context.now)
    return {"year": body.day.year}


async def _set_hours(context: ActionContext, body: HoursForm) -> Mapping[str, object]:
    """Other office hours."""
    parts = [OfficeHours(body.valid_from, body.valid_to, body.opens, body.closes)]
    if body.opens_again is not None and body.closes_again is not None:
        parts.append(OfficeHours(body.valid_from, body.valid_to, body.opens_again, body.closes_again))
    today = context.now.astimezone(context.services.settings.zone).date()
    await set_hours(context.conn, context.user, parts, context.now, today)
    return {}


async def _declare(context: ActionContext, body: ClosureForm) -> Mapping[str, object]:
    """A closure, or a failure of the platform, is declared."""
    zone = context.services.settings.zone
    start, end = read_moment(zone, body.from_at, field="from_at"), read_moment(zone, body.to_at, field="to_at")
    await declare(context.conn, context.user, body.kind, start, end, body.reason, context.now)
    return {}


async def _revoke(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A closure that has not begun is taken back."""
    await revoke(context.conn, context.user, context.named(), context.now)
    return {}


ACTIONS = (
    Action(
        page="/admin/calendar/days",
        back="/admin/calendar?year={year}",
        form_on="/admin/calendar",
        summary="A day is worked or free",
        roles=ADMINS,
        body=DayForm,
        perform=_set_day,
    ),
    Action(
        page="/admin/calendar/hours",
        back="/admin/calendar#hours",
        form_on="/admin/calendar",
        summary="Other office hours",
        roles=ADMINS,
        body=HoursForm,
        perform=_set_hours,
    ),
    Action(
        page="/admin/calendar/closures",
        back="/admin/calendar#closures",
        form_on="/admin/calendar",
        summary="Declare a closure or a failure of the platform",
        roles=DECLARERS,
        body=ClosureForm,
        perform=_declare,
    ),
    Action(
        page="/admin/calendar/closures/{closure}/revocation",
        back="/admin/calendar#closures",
        form_on="/admin/calendar",
        summary="Take a closure back",
        roles=DECLARERS,
        perform=_revoke,
    ),
)
ROUTES = (
    Route(method="GET", path="/admin/calendar", handler=calendar_page, summary="Working calendar", roles=READERS),
    *action_routes(ACTIONS),
)
MENU = (
    Entry(
        path="/admin/calendar",
        title="Working calendar",
        roles=MANAGERS | ADMINS,
        rare=MANAGERS,
    ),
)

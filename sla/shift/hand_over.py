"""The hand-over sheet of 07:50: what is left from the night, as ticket numbers, without words or names."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import CalendarJob, daily
from hotline.base.services import Services
from hotline.people.roles import CENTRE, LEADERS, MANAGERS
from sla.shift import views_sql

MORNINGS = daily(time(7, 50))
ROLES = CENTRE | LEADERS
_NIGHT = timedelta(hours=15)


async def make_sheet(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """Write the sheet of a morning: from 16:50 of the day before, or since the last one. One missed by a day is not made up."""
    if now - due_at >= timedelta(days=1):
        return
    start = due_at - _NIGHT
    content = {
        "received": {r.urgency: r.n for r in await views_sql.night_received(conn, start, now)},
        "grave": [r.as_dict() for r in await views_sql.night_grave(conn, start, now)],
        "desk": [r.as_dict() for r in await views_sql.night_desk(conn)],
        "waiting": [r.as_dict() for r in await views_sql.night_waiting(conn, now)],
        "unsigned": [r.as_dict() for r in await views_sql.night_unsigned(conn, now)],
        "breached": [r.as_dict() for r in await views_sql.night_breached(conn, start, now)],
        "call_backs": [
            {"id": r.id, "reason": r.reason, "asked_at": r.asked_at.isoformat()}
            for r in await views_sql.night_call_backs(conn, now)
        ],
        "calls": [
            {
                "at": r.arrived_at.astimezone(services.settings.zone).strftime("%H:%M"),
                "answered": r.answered_at is not None,
                "ended": r.ended_why or r.state,
                "outcome": r.outcome,
                "number": r.number,
            }
            for r in await views_sql.night_calls(conn, start, now)
        ],
        "due": await views_sql.night_due(conn, now, now + timedelta(hours=24)),
    }
    day = due_at.astimezone(services.settings.zone).date()
    await views_sql.keep_sheet(conn, day, start, now, content, now)


async def sheet_page(request: web.Request) -> web.StreamResponse:
    """The sheet of a day, today's by default."""
    today = now_of(request).astimezone(services_of(request).settings.zone).date()
    try:
        day = date.fromisoformat(request.query["day"]) if request.query.get("day") else None
    except ValueError as error:
        raise BadField("%(text)s is not a day.", field="day", text=request.query["day"]) from error
    async with pool_of(request).acquire() as conn:
        days = await views_sql.sheets(conn)
        row = await views_sql.sheet(conn, day or (days[0] if days else today))
    asked = [datetime.fromisoformat(c["asked_at"]) for c in (row.content["call_backs"] if row is not None else [])]
    return page(request, "handover/page.html", sheet=row, days=days, day=day or today, asked=asked)


ROUTES = (
    Route(
        method="GET",
        path="/centre/hand-over",
        handler=sheet_page,
        summary="What the night left",
        roles=ROLES,
    ),
)


JOBS = (CalendarJob("hand-over sheet", MORNINGS, make_sheet),)
MENU = (Entry(path="/centre/hand-over", title="Hand-over sheet", roles=ROLES, rare=MANAGERS),)

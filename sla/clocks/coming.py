"""Clocks that fall due in the next 24 hours: one's own, the department's, the centre's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.rendering import fragment, page
from hotline.base.http.requests import now_of, pool_of
from hotline.base.http.route import Entry, Route
from hotline.people.roles import WORKERS
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from sla.shift import views_sql

AHEAD = timedelta(hours=24)
_MOST = 60


@dataclass(frozen=True, slots=True)
class Coming:
    """Clocks that fall due by `until`, the soonest first, and how many are overdue already."""

    rows: list[views_sql.ComingOfAllRow]
    more: bool
    late: int
    until: datetime


async def coming(conn: Conn, user: User, now: datetime) -> Coming:
    """An operator: the centre's clocks on the own tickets. A liaison: the department's. A manager: all."""
    until = now + AHEAD
    if user.role is Role.OPERATOR:
        rows = await views_sql.coming_of_owner(conn, now, until, _MOST + 1, user.id)
        late = await views_sql.late_of_owner(conn, now, user.id)
    elif user.department_id:
        rows = await views_sql.coming_of_department(conn, now, until, _MOST + 1, user.department_id)
        late = await views_sql.late_of_department(conn, now, user.department_id)
    else:
        rows = await views_sql.coming_of_all(conn, now, until, _MOST + 1)
        late = await views_sql.late_of_all(conn, now)
    return Coming(list(rows[:_MOST]), len(rows) > _MOST, late, until)


async def coming_page(request: web.Request) -> web.StreamResponse:
    """The list as a page of its own."""
    user, now = user_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        found = await coming(conn, user, now)
    return page(request, "coming/page.html", coming=found)


async def coming_part(request: web.Request) -> web.StreamResponse:
    """The list as a part of another page, for htmx."""
    user, now = user_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        found = await coming(conn, user, now)
    return fragment(request, "coming/list.html", coming=found)


_RULE = "an operator: own tickets; a liaison: the own department; a manager: all"
ROUTES = (
    Route(method="GET", path="/coming", handler=coming_page, summary="What is coming", roles=WORKERS, rule=_RULE),
    Route(
        method="GET",
        path="/coming/part",
        handler=coming_part,
        summary="What is coming, as a part of a page",
        roles=WORKERS,
        rule=_RULE,
    ),
)
MENU = (Entry(path="/coming", title="What is coming", roles=WORKERS),)

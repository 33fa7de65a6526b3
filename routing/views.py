"""Routing over HTTP: suggestions, the directory, who is on duty."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import StringConstraints

from hotline.base.http.pagination import ItemList, PageQuery, paginate
from hotline.base.http.requests import answer, now_of, pool_of, read_moment, read_query, services_of
from hotline.base.http.route import Route
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import user_of
from routing.alerts import surprise_pages
from routing.returns import returns_sql
from routing.rosters import shifts, shifts_sql
from routing.rosters.views import month_of


class AtQuery(PageQuery):
    """A moment (ISO 8601; without an offset it is local)."""

    at: str = ""


async def get_departments(request: web.Request) -> web.StreamResponse:
    """The directory in force."""
    query = read_query(request, PageQuery)
    async with pool_of(request).acquire() as conn:
        rows = await returns_sql.directory(conn)
    items = [
        {
            "code": r.code,
            "name": r.name,
            "name_en": r.name_en,
            "group": r.kind,
            "duties": list(r.duties),
            "territory": r.territory,
            "superior": r.superior,
        }
        for r in rows
    ]
    return answer(request, paginate(items, query))


async def get_on_duty(request: web.Request) -> web.StreamResponse:
    """Who is on duty at a moment, without their numbers."""
    query = read_query(request, AtQuery)
    at = read_moment(services_of(request).settings.zone, query.at, field="at") if query.at else now_of(request)
    user = request["user"]
    async with pool_of(request).acquire() as conn:
        rows = await shifts_sql.everyone_on_duty(conn, at, user.department_id)
    items = [
        {
            "department": r.code,
            "department_name": r.department,
            "person": r.person,
            "rank": r.rank,
            "from": r.from_at,
            "to": r.to_at,
        }
        for r in rows
    ]
    return answer(request, paginate(items, query))


async def get_gaps(request: web.Request) -> web.StreamResponse:
    """When nobody is on duty in the coming week."""
    query, now = read_query(request, PageQuery), now_of(request)
    async with pool_of(request).acquire() as conn:
        found = await shifts.gaps(conn, now, now + shifts.WEEK, user_of(request).department_id)
    items = [
        {"department": gap.code, "department_name": gap.name, "from": span.start, "to": span.end}
        for gap in found
        for span in gap.spans
    ]
    return answer(request, paginate(items, query))


class SurpriseQuery(PageQuery):
    """Which month (YYYY-MM); left out: the current one."""

    month: Annotated[str, StringConstraints(max_length=7)] = ""


async def get_tests(request: web.Request) -> web.StreamResponse:
    """The surprise pages of a month, published: who answered, how fast, who did not."""
    query, now = read_query(request, SurpriseQuery), now_of(request)
    month = month_of(query.month, now, services_of(request).settings.zone)
    async with pool_of(request).acquire() as conn:
        found = await surprise_pages.results(conn, month, now, user_of(request).department_id)
    items = [{k: v for k, v in r.items() if k != "department_name_en"} for r in found]
    return answer(request, paginate(items, query))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/departments",
        handler=get_departments,
        summary="The directory",
        roles=EVERYBODY,
        query=PageQuery,
        answer=ItemList,
        tag="directory",
    ),
    Route(
        method="GET",
        path="/api/v1/rosters/on-duty",
        handler=get_on_duty,
        summary="Who is on duty",
        roles=EVERYBODY,
        rule="a liaison: the own department",
        query=AtQuery,
        answer=ItemList,
        tag="rosters",
    ),
    Route(
        method="GET",
        path="/api/v1/rosters/gaps",
        handler=get_gaps,
        summary="Gaps of the coming week",
        roles=EVERYBODY,
        rule="a liaison: the own department",
        query=PageQuery,
        answer=ItemList,
        tag="rosters",
    ),
    Route(
        method="GET",
        path="/api/v1/rosters/tests",
        handler=get_tests,
        summary="Surprise pages of a month",
        roles=EVERYBODY,
        rule="a liaison: the own department",
        query=SurpriseQuery,
        answer=ItemList,
        tag="rosters",
    ),
)

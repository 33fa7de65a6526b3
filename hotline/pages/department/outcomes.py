"""What became of a department's tickets: returned, ruled, told, rated; newest first."""

from __future__ import annotations

from aiohttp import web

from hotline.base.http.rendering import page
from hotline.base.http.requests import pool_of, read_cursor
from hotline.base.http.route import Route
from hotline.pages.department import inbox_sql
from hotline.pages.department.inbox import PAGE
from hotline.people.roles import LIAISONS
from hotline.people.sessions import user_of
from hotline.tickets.partings import partings


async def outcomes(request: web.Request) -> web.StreamResponse:
    """A page of ended or told parts."""
    user = user_of(request)
    cursor = read_cursor(request.query.get("cursor", ""))
    async with pool_of(request).acquire() as conn:
        rows = await inbox_sql.became(conn, user.department_id, cursor, PAGE + 1)
        left = await partings(conn, user, [row.ticket_id for row in rows])
    shown = [
        {
            **row.as_dict(),
            **(left[row.ticket_id].shown(secret=row.confidential) if row.ticket_id in left else {}),
        }
        for row in rows
    ]
    more = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return page(request, "department/outcomes.html", rows=shown[:PAGE], next_cursor=more)


ROUTES = (
    Route(
        method="GET",
        path="/department/outcomes",
        handler=outcomes,
        summary="What became of a department's tickets",
        roles=LIAISONS,
        rule="the own department",
    ),
)

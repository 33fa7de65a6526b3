"""What became of a department's tickets: returned, ruled, told, rated; newest first."""

from __future__ import annotations

from aiohttp import web

from hotline.base.pages import page
from hotline.base.problem import BadField
from hotline.base.requests import pool_of
from hotline.desk.department.inbox import PAGE, Q
from hotline.people.sessions import user_of


async def outcomes(request: web.Request) -> web.StreamResponse:
    """A page of ended or told parts."""
    cursor = request.query.get("cursor", "")
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 17):
        raise BadField("This cursor is not one of ours.", field="cursor")
    async with pool_of(request).acquire() as conn:
        rows = await conn.fetch(
            Q["became"], user_of(request).department_id, int(cursor) if cursor else None, PAGE + 1
        )
    more = str(rows[PAGE - 1]["id"]) if len(rows) > PAGE else ""
    return page(request, "department/outcomes.html", rows=rows[:PAGE], next_cursor=more)

"""Unanswered pages, as a part of the manager's page (rulebook §6)."""

from __future__ import annotations

from aiohttp import web

from hotline.base.http.rendering import fragment
from hotline.base.http.requests import now_of, pool_of
from hotline.base.http.route import Route
from hotline.people.roles import MANAGERS
from routing.alerts import unanswered_sql

_MOST = 30


async def unanswered(request: web.Request) -> web.StreamResponse:
    """Who was paged for what, since when, and how often; and for what nobody could be paged."""
    async with pool_of(request).acquire() as conn:
        rows = await unanswered_sql.unanswered(conn, _MOST, now_of(request))
    return fragment(request, "routing/unanswered.html", rows=rows)


ROUTES = (
    Route(
        method="GET",
        path="/routing/unanswered",
        handler=unanswered,
        summary="Unanswered pages, as a part of a page",
        roles=MANAGERS,
        rule="all",
    ),
)

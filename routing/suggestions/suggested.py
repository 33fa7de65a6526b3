"""Suggestions as a part of a page: on a ticket, one key dispatches; while words are typed, they fill the form."""

from __future__ import annotations

from aiohttp import web

from hotline.base.http.fields import checked
from hotline.base.http.rendering import fragment
from hotline.base.http.requests import form_of, now_of, pool_of, services_of
from hotline.base.http.route import Route
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of
from routing.suggestions.hints import HintQuery, hints_of


async def suggested(request: web.Request) -> web.StreamResponse:
    """Up to three departments with their reasons, probable duplicates, known outages; nothing for fewer than two characters."""
    form = await form_of(request)
    query = checked(HintQuery, {k: v for k, v in form.items() if v})
    async with pool_of(request).acquire() as conn:
        found = await hints_of(conn, services_of(request), user_of(request), query, now_of(request))
    return fragment(request, "routing/suggested.html", **found)


ROUTES = (
    Route(
        method="POST",
        path="/routing/suggested",
        handler=suggested,
        summary="Suggestions as a part of a page",
        roles=CENTRE,
        rule="tickets that one may see",
    ),
)

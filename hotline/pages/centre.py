"""The manager's page (`/centre`): what waits for a decision, the duty desk, who is on shift, what falls due in the next
24 hours.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.services import Services
from hotline.calls import restriction_views
from hotline.moves import contact_ends
from hotline.pages import desk_sql
from hotline.pages.operator import due_of
from hotline.people.roles import MANAGERS
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.tickets import listing

_MOST = 50


async def get_centre(request: web.Request) -> web.StreamResponse:
    """What the manager must see first, by what is due."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        found = {**await waits(conn, services, user, now), **await restriction_views.panel(conn, services, now)}
    return page(request, "pages/centre.html", once=secrets.token_hex(12), codes=contact_ends.CODES, **found)


async def waits(conn: Conn, services: Services, user: User, now: datetime) -> dict[str, Any]:
    """Tickets that wait for a ruling or a decision, the duty desk's, people on shift, contacts without an end, calls owed."""
    returned = (await listing.find(conn, user, listing.Wish(state="returned", limit=_MOST))).rows
    desk = (await listing.find(conn, user, listing.Wish(owner="duty-desk", open_only=True, limit=_MOST))).rows
    decisions = await desk_sql.co_requests_open(conn, _MOST)
    few = contact_ends.ContactsQuery(limit=20)
    rows = {row.id: row for row in (*returned, *desk)}
    return {
        "returned": returned,
        "duty_desk": desk,
        "due": await due_of(conn, services, list(rows), now),
        "decisions": decisions,
        "extensions": await services.hooks.extensions(conn, _MOST),
        "on_shift": await desk_sql.on_shift(conn),
        "counts": await desk_sql.open_counts(conn),
        "endless": await contact_ends.endless(conn, services, user, few),
        "call_backs": await contact_ends.call_backs(conn, services, few, now),
        "hand_overs": await desk_sql.hand_overs_open(conn, _MOST),
    }


ROUTES = (
    Route(method="GET", path="/centre", handler=get_centre, summary="The manager's page", roles=MANAGERS, rule="all"),
)
MENU = (Entry(path="/centre", title="Manager's desk", roles=MANAGERS),)

"""Who of the centre looks at a ticket now: two people at one ticket see each other; departments are told nothing of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from hotline.base.db.connection import Pool
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.rendering import fragment
from hotline.base.http.requests import now_of, pool_of, read_body
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.moves.move import visible
from hotline.pages import presence_sql
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of

#: A page says every 20 s that it is open (desk.js); after this it is taken for closed.
STALE = timedelta(seconds=45)


class PresenceBody(BaseModel):
    """Whether the page is being closed."""

    model_config = ConfigDict(extra="ignore")
    leaving: bool = False


async def look(request: web.Request) -> web.StreamResponse:
    """A ticket's page is open, or is being closed; who else has it open, as a part of the page."""
    body, user, now = await read_body(request, PresenceBody), user_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, request.match_info.get("number", ""))
        if body.leaving:
            await presence_sql.leave(conn, ticket.id, user.id)
            fresh = True
        else:
            fresh = bool(await presence_sql.arrive(conn, ticket.id, user.id, now, now - STALE))
        if fresh:
            await notify(conn, "centre", LiveKind.PRESENCE, number=ticket.number, user=user.id)
        names = await presence_sql.others(conn, ticket.id, user.id, now - STALE)
    return fragment(request, "pages/ticket/present.html", names=names)


async def sweep_presences(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: pages that closed without a word are forgotten."""
    async with pool.acquire() as conn:
        return len(await presence_sql.forget(conn, now - 10 * STALE))


ROUTES = (
    Route(
        method="POST",
        path="/tickets/{number}/presences",
        handler=look,
        summary="A ticket's page is open: who else looks at it",
        roles=CENTRE,
    ),
)

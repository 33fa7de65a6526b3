"""The live stream of staff pages (`/live`): each user gets the news of their own topics."""

from __future__ import annotations

from aiohttp import web

from hotline.base.http.live import stream
from hotline.base.http.requests import pool_of
from hotline.base.http.route import Route
from hotline.people.departments import line_of
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import still_signed_in, user_of
from hotline.people.user import User


def topics(user: User, line: frozenset[int]) -> list[str]:
    """The topics of a user's live news: the own one; for the centre's people the centre's; for a liaison those of the
    department and of those merged into it.
    """
    found = [f"user:{user.id}"]
    if user.in_centre:
        found.append("centre")
    return [*found, *(f"department:{department}" for department in sorted(line))]


async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events while the page is open and its user is signed in."""
    user = user_of(request)
    async with pool_of(request).acquire() as conn:
        line = await line_of(conn, user) or frozenset()
    return await stream(request, topics(user, line), may=lambda: still_signed_in(request))


ROUTES = (
    Route(
        method="GET",
        path="/live",
        handler=live,
        summary="News for an open page",
        roles=EVERYBODY,
        rule="what is one's own",
    ),
)

"""News for the pages of those who work here (`/live`): each hears what is theirs."""

from __future__ import annotations

from aiohttp import web

from hotline.base.live import stream
from hotline.base.web import Route
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role


def topics(user: User) -> list[str]:
    """What a user hears of: oneself; the centre's people the centre; a liaison the department."""
    found = [f"user:{user.id}"]
    if user.in_centre:
        found.append("centre")
    if user.department_id is not None:
        found.append(f"department:{user.department_id}")
    return found


async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events while the page is open."""
    return await stream(request, topics(user_of(request)))


def routes() -> list[Route]:
    return [
        Route(
            method="GET", path="/live", handler=live, summary="News for an open page",
            roles=frozenset(role.value for role in Role), rule="what is one's own",
        )
    ]  # fmt: skip

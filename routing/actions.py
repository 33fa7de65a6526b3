"""What is done apart from tickets (rosters, disputes, directory): one route for the API and one for the pages from each deed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.http.requests import answer, form_of, now_of, pool_of, read_body, see_other, services_of, whole
from hotline.base.http.route import Handler, Route
from hotline.base.services import Services
from hotline.people.actions import Fields as Form
from hotline.people.actions import NoFields
from hotline.people.sessions import user_of
from hotline.people.user import User

__all__ = ["Deed", "Doing", "Form", "NoFields", "deed_routes"]


@dataclass(frozen=True, slots=True)
class Doing:
    """One deed under way, in one transaction; `item` is the id in its path."""

    conn: Conn
    services: Services
    user: User
    now: datetime
    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`POST /api/v1/{path}` for programs and `POST {page}` for people, who go on to `next` or `back`."""

    path: str
    page: str
    back: str
    body: type[BaseModel]
    perform: Callable[[Doing, Any], Awaitable[Mapping[str, object]]]
    summary: str
    roles: frozenset[str]
    rule: str
    tag: str


def _item(request: web.Request) -> int | None:
    """The id in the path, if there is one. Raises Missing for what is no id."""
    given = next(iter(request.match_info.values()), None)
    if given is None:
        return None
    if (found := whole(given, 9)) is None:
        raise Missing("There is no %(item)s here.", item=given)
    return found


async def _do(request: web.Request, deed: Deed) -> Mapping[str, object]:
    body = await read_body(request, deed.body)
    async with pool_of(request).acquire() as conn, conn.transaction():
        doing = Doing(conn, services_of(request), user_of(request), now_of(request), _item(request))
        return await deed.perform(doing, body)


def _api(deed: Deed) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return answer(request, await _do(request, deed), 201)

    return handle


def _page(deed: Deed) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        await _do(request, deed)
        raise see_other(str((await form_of(request)).get("next") or deed.back))

    return handle


def deed_routes(deeds: Sequence[Deed]) -> list[Route]:
    """Both routes of each deed."""
    found = []
    for deed in deeds:
        found.append(
            Route(
                method="POST",
                path=f"/api/v1/{deed.path}",
                handler=_api(deed),
                summary=deed.summary,
                roles=deed.roles,
                rule=deed.rule,
                body=deed.body,
                status=201,
                tag=deed.tag,
            )
        )
        found.append(
            Route(
                method="POST",
                path=deed.page,
                handler=_page(deed),
                summary=deed.summary,
                roles=deed.roles,
                rule=deed.rule,
            )
        )
    return found

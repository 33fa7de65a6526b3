"""Finding tickets (`/tickets`): every word occurs in text, place or number; newest first, paged by key."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.pages import page, t
from hotline.base.problem import BadField
from hotline.base.requests import now_of, pool_of, read_query
from hotline.base.web import Entry, Route
from hotline.people.sessions import user_of
from hotline.ticket import Role, State
from hotline.tickets import listing, store, view

ALL = frozenset(role.value for role in Role)


class Wanted(BaseModel):
    """Words and narrowing; `open`: only what is not filed."""

    model_config = ConfigDict(extra="ignore")
    q: str = Field("", max_length=200)
    state: str = ""
    department: str = ""
    owner: str = ""
    open: bool = False
    cursor: str = ""


async def get_tickets(request: web.Request) -> web.StreamResponse:
    """The list. A number that is typed whole leads straight to its ticket."""
    query, user = read_query(request, Wanted), user_of(request)
    wish = listing.Wish(
        query.state,
        query.department,
        query.owner,
        query.q,
        open_only=query.open,
        cursor=query.cursor,
        limit=50,
    )
    said, rows, after = "", [], None
    async with pool_of(request).acquire() as conn:
        try:
            found = await listing.find(conn, user, wish)
            rows, after = found.rows, found.next_cursor
        except BadField as error:
            said = t(request, error.message, **error.params)
        departments = await conn.fetch(store.Q["departments"])
    if len(rows) == 1 and rows[0]["number"] == query.q.strip():
        raise web.HTTPSeeOther(f"/tickets/{rows[0]['number']}")
    shown: list[dict[str, Any]] = [view.brief(row, user) for row in rows]
    return page(
        request, "desk/search.html", status=422 if said else 200, rows=shown, next_cursor=after, asked=query, said=said,
        departments=departments, states=list(State), at=now_of(request),
        href="/tickets?" + "&".join(f"{k}={v}" for k, v in request.query.items() if k != "cursor" and v),
    )  # fmt: skip


def routes() -> list[Route]:
    rule = "a liaison: tickets in which the department has or had a part; others: all"
    return [
        Route(method="GET", path="/tickets", handler=get_tickets, summary="Find tickets", roles=ALL, rule=rule, query=Wanted)
    ]  # fmt: skip


def menu() -> list[Entry]:
    return [
        Entry(path="/tickets", title="Tickets", roles=frozenset({"operator", "manager", "leader", "auditor"}))
    ]

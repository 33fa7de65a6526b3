"""Finding tickets (`/tickets`): every word occurs in text, place or number; newest first, paged by key."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.keys import Keys, KeysError
from hotline.base.pages import page, t
from hotline.base.problem import BadField
from hotline.base.requests import house_of, now_of, pool_of, read_body, read_query, see_other
from hotline.base.web import Entry, Route
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role, State
from hotline.tickets import listing, store, view

ALL = frozenset(role.value for role in Role)


class Narrowing(BaseModel):
    """To which tickets; `open`: only what is not filed."""

    model_config = ConfigDict(extra="ignore")
    state: str = Field("", max_length=40)
    department: str = Field("", max_length=200)
    owner: str = Field("", max_length=200)
    open: bool = False
    cursor: str = ""


class Wanted(Narrowing):
    """What is looked for, as it is typed."""

    q: str = Field("", max_length=200)


class Asked(Wanted):
    """The address of a list: its words stand in it closed (`words`), for people's words are in no address and no log."""

    words: str = Field("", max_length=2000)


async def post_search(request: web.Request) -> web.StreamResponse:
    """What was typed becomes the address of a list, in which nobody else reads the words."""
    raise see_other(address_of(request, await read_body(request, Wanted)))


def address_of(request: web.Request, wanted: Wanted) -> str:
    """The list's address, without its place in the pages."""
    house, user = house_of(request), user_of(request)
    asked = wanted.model_dump(exclude={"cursor", "q", "words"}, exclude_defaults=True)
    if wanted.q:
        asked["words"] = urlsafe_b64encode(house.keys.encrypt(f"{user.id} {wanted.q}")).decode().rstrip("=")
    return "/tickets" + (
        "?" + urlencode({k: "true" if v is True else v for k, v in asked.items()}) if asked else ""
    )


def opened(keys: Keys, user: User, closed: str) -> str:
    """The words of an address. Raises BadField where they are not this user's."""
    try:
        whose, _, words = keys.decrypt(urlsafe_b64decode(closed + "=" * (-len(closed) % 4))).partition(" ")
    except (KeysError, ValueError) as error:
        raise BadField("This search is not known here: type it again.", field="words") from error
    if whose != str(user.id):
        raise BadField("This search is not known here: type it again.", field="words")
    return words


async def get_tickets(request: web.Request) -> web.StreamResponse:
    """The list. A number that is typed whole leads straight to its ticket."""
    query, user = read_query(request, Asked), user_of(request)
    if query.q and not query.words:  # typed into the address, or kept from before
        raise see_other(address_of(request, query))
    if query.words:
        query = query.model_copy(update={"q": opened(house_of(request).keys, user, query.words)})
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
        href=address_of(request, query),
    )  # fmt: skip


def routes() -> list[Route]:
    rule = "a liaison: tickets in which the department has or had a part; others: all"
    return [
        Route(method="GET", path="/tickets", handler=get_tickets, summary="Find tickets", roles=ALL, rule=rule, query=Asked),
        Route(method="POST", path="/tickets", handler=post_search, summary="Find tickets by words", roles=ALL, rule=rule),
    ]  # fmt: skip


def menu() -> list[Entry]:
    return [
        Entry(path="/tickets", title="Tickets", roles=frozenset({"operator", "manager", "leader", "auditor"}))
    ]

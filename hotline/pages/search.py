"""The list of tickets (`/tickets`): search by words and filters; newest first or what is due first, paged by key."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from pydantic import Field

from hotline.api import ticket_view
from hotline.base.http.problem import BadField
from hotline.base.http.rendering import page, t
from hotline.base.http.requests import now_of, pool_of, read_body, read_query, see_other, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.keys import Keys, KeysError
from hotline.pages.operator import due_of
from hotline.people.departments import in_force
from hotline.people.roles import EVERYBODY, INSIDE
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Category, Channel, Role, State, Urgency
from hotline.tickets import listing
from hotline.tickets.filters import NarrowingQuery, address, views, wish_of
from hotline.tickets.narrowing import ACTS, LATE, WITHIN

#: What opens “more filters”; the rest is told by the views.
_MORE = ("urgency", "category", "channel", "sort", "since", "until")


class SearchQuery(NarrowingQuery):
    """What is looked for, as it is typed."""

    q: str = Field("", max_length=200)


class ListAddress(SearchQuery):
    """The address of a list: its words stand in it closed (`words`), for people's words are in no address and no log."""

    words: str = Field("", max_length=2000)


async def post_search(request: web.Request) -> web.StreamResponse:
    """What was typed becomes the address of a list, in which nobody else reads the words."""
    raise see_other(address_of(request, await read_body(request, SearchQuery)))


def address_of(request: web.Request, wanted: SearchQuery) -> str:
    """The list's address, without its place in the pages."""
    services, user = services_of(request), user_of(request)
    if not wanted.q:
        return address(wanted)
    closed = urlsafe_b64encode(services.keys.encrypt(f"{user.id} {wanted.q}")).decode().rstrip("=")
    return address(wanted, words=closed)


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
    query = read_query(request, ListAddress)
    if query.q and not query.words:  # typed into the address, or kept from before
        raise see_other(address_of(request, query))
    if query.words:
        words = opened(services_of(request).keys, user_of(request), query.words)
        query = query.model_copy(update={"q": words})
    return await show(request, query)


#: What the filters of the list offer.
_CHOICES: Mapping[str, Sequence[str]] = {
    "states": list(State),
    "urgencies": list(Urgency),
    "categories": list(Category),
    "channels": list(Channel),
    "acts": list(ACTS),
    "within": [LATE, *WITHIN],
}


async def show(
    request: web.Request, query: SearchQuery, *, filed: Sequence[str] = (), refused: Sequence[tuple[str, str]] = ()
) -> web.StreamResponse:
    """A page of the list; `filed` and `refused`: what became of tickets that were filed together."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    said, rows, after = "", list[listing.ListedTicketRow](), None
    async with pool_of(request).acquire() as conn:
        try:
            found = await listing.find(conn, user, wish_of(query, services, user, now, q=query.q))
            rows, after = found.rows, found.next_cursor
        except BadField as error:
            said = t(request, error.message, **error.params)
        shown: list[dict[str, Any]] = await ticket_view.brief_views(conn, user, rows)
        departments = await in_force(conn)
        due = await due_of(conn, services, [row.id for row in rows], now)
        waiting = await views(conn, services, user, query, now)
    if len(rows) == 1 and rows[0].number == query.q.strip():
        raise web.HTTPSeeOther(f"/tickets/{rows[0].number}")
    return page(
        request,
        "pages/search.html",
        status=422 if said else 200,
        rows=shown,
        next_cursor=after,
        asked=query,
        said=said,
        departments=departments,
        **_CHOICES,
        views=waiting,
        at=now,
        href=address_of(request, query),
        once=secrets.token_hex(12),
        due={row.number: due[row.id] for row in rows if row.id in due},
        filed=filed,
        refused=refused,
        more=any(getattr(query, name) for name in _MORE),
        may_file=user.in_centre and query.act == "file",
        may_export=user.role is Role.MANAGER,
    )


_RULE = "a liaison: tickets in which the department has or had a part; others: all"
ROUTES = (
    Route(
        method="GET",
        path="/tickets",
        handler=get_tickets,
        summary="Find tickets",
        roles=EVERYBODY,
        rule=_RULE,
        query=ListAddress,
    ),
    Route(
        method="POST",
        path="/tickets",
        handler=post_search,
        summary="Find tickets by words",
        roles=EVERYBODY,
        rule=_RULE,
    ),
)
MENU = (Entry(path="/tickets", title="Tickets", roles=INSIDE),)

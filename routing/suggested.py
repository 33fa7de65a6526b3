"""Suggestions as a part of a page: for a ticket, one key dispatches; for words being typed, they fill the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.pages import fragment
from hotline.base.requests import house_of, now_of, pool_of, read_query
from hotline.base.web import Route
from hotline.people.sessions import user_of
from hotline.tickets import store
from hotline.work.move import visible
from routing.suggest import Suggestion, suggest

CENTRE = frozenset({"operator", "manager"})
#: From here on one winner is clear, where it leads the next by as much again.
CLEAR = 0.75


class Asked(BaseModel):
    """A ticket's number, or words and a place as they are being typed. `once`: the mark of the page's forms."""

    model_config = ConfigDict(extra="ignore")
    ticket: Annotated[str, StringConstraints(max_length=20)] = ""
    text: Annotated[str, StringConstraints(max_length=10_000)] = ""
    place: Annotated[str, StringConstraints(max_length=200)] = ""
    once: Annotated[str, StringConstraints(max_length=40)] = ""


def is_clear(found: Sequence[Suggestion]) -> bool:
    """Whether one department is the clear winner. Pure."""
    if not found or found[0].probability < CLEAR:
        return False
    return len(found) == 1 or found[0].probability - found[1].probability >= CLEAR / 2


async def suggested(request: web.Request) -> web.StreamResponse:
    """Up to three departments with their reasons; nothing for fewer than two characters."""
    query = read_query(request, Asked)
    async with pool_of(request).acquire() as conn:
        text, place = query.text, query.place
        if query.ticket:
            ticket = await visible(conn, user_of(request), query.ticket)
            words = (await store.words(conn, [ticket.id])).get(ticket.id)
            text, place = (words.text, words.place) if words else ("", "")
        found = []
        if len(text.strip()) > 1:
            found = await suggest(conn, house_of(request), text, place, now_of(request))
    return fragment(
        request, "routing/suggested.html", found=found, number=query.ticket, once=query.once, clear=is_clear(found),
        asked=len(text.strip()) > 1,
    )  # fmt: skip


def routes() -> list[Route]:
    return [
        Route(method="GET", path="/routing/suggested", handler=suggested, summary="Suggestions as a part of a page",
              roles=CENTRE, rule="tickets that one may see", query=Asked)
    ]  # fmt: skip

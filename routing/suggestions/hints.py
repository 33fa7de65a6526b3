"""Hints for dispatching: suggested departments, probable duplicates, known outages, and clear proposals."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList
from hotline.base.http.requests import answer, now_of, pool_of, read_body, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.base.text.phones import written
from hotline.moves.move import visible
from hotline.moves.table import is_legal
from hotline.people.roles import CENTRE, EVERYBODY
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import State, Ticket, Urgency
from hotline.tickets import store
from hotline.tickets.tipoffs.protection import protection
from routing.likeness import topics
from routing.likeness.duplicates import duplicates, past
from routing.outages import outages
from routing.suggestions.danger import danger_of
from routing.suggestions.suggestion import clear, suggest, suggest_for

Words = Annotated[str, StringConstraints(max_length=10_000)]


class SuggestQuery(BaseModel):
    """The words and the place."""

    model_config = ConfigDict(extra="ignore")
    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    place: Annotated[str, StringConstraints(max_length=200)] = ""


class DuplicatesQuery(BaseModel):
    """The words, the place and the phone of a new contact."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    text: Words = ""
    place: Annotated[str, StringConstraints(max_length=200)] = ""
    sender: Annotated[str, StringConstraints(max_length=60)] = Field("", validation_alias=AliasChoices("phone", "from"))


class HintQuery(DuplicatesQuery):
    """For a page: the words of a form, or a ticket; `once` marks the page, so that a press counts once."""

    ticket: Annotated[str, StringConstraints(max_length=20)] = ""
    once: Annotated[str, StringConstraints(max_length=80)] = ""


class Suggestions(BaseModel):
    """Up to three departments; `clear`: there is one clear winner; `alike`: past tickets with alike words (the centre's people);
    `danger`: words of danger, the urgency that they propose, and whom to call."""

    items: list[dict[str, Any]]
    next_cursor: str | None = None
    clear: bool
    alike: list[dict[str, Any]]
    danger: dict[str, Any] | None = None


async def post_suggestions(request: web.Request) -> web.StreamResponse:
    """Up to three departments for a text, which stands in no address. What was decided on other tickets only the centre reads."""
    query, services, now = await read_body(request, SuggestQuery), services_of(request), now_of(request)
    centre = user_of(request).in_centre
    async with pool_of(request).acquire() as conn:
        found = await suggest(conn, services, query.text, query.place, now, precedents=centre)
        near = await past(conn, query.text, query.place, now) if centre else []
    danger = danger_of(query.text)
    return answer(
        request,
        {
            "items": [s.shown() for s in found],
            "next_cursor": None,
            "clear": clear(found),
            "alike": [a.shown() for a in near],
            "danger": asdict(danger) if danger else None,
        },
    )


async def post_duplicates(request: web.Request) -> web.StreamResponse:
    """The probable duplicates of a contact, likeliest first."""
    query, services, now = await read_body(request, DuplicatesQuery), services_of(request), now_of(request)
    written(query.sender, services.settings.area_code)  # what is no number finds nobody, and is refused aloud
    async with pool_of(request).acquire() as conn:
        found = await duplicates(conn, services, query.text, query.place, query.sender, now)
    return answer(request, {"items": [a.shown() for a in found], "next_cursor": None})


async def hints_of(conn: Conn, services: Services, user: User, query: HintQuery, now: datetime) -> dict[str, Any]:
    """What a page shows beside a ticket or a form."""
    ticket: Ticket | None = None
    text, place = query.text.strip(), query.place.strip()
    if query.ticket:
        ticket = await visible(conn, user, query.ticket)
        words = (await store.words(conn, [ticket.id])).get(ticket.id)
        text, place = (words.text, words.place) if words else ("", "")
    fresh = ticket is None or ticket.state is State.RECEIVED
    secret = ticket is not None and await protection(conn, ticket.id) is not None
    known: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    if len(text) < 2:
        found, near, hot = [], [], []
    else:
        found = await (
            suggest_for(conn, services, ticket, now) if ticket else suggest(conn, services, text, place, now)
        )
        but = ticket.id if ticket else None
        near = [] if secret or not fresh else await duplicates(conn, services, text, place, query.sender, now, but=but)
        hot = [] if secret else await topics.at(conn, text, place, but)
        if not secret:
            known, others = await outages.matching(conn, text, place, now)
    takes = ticket is None or (is_legal("outages", ticket) and not await outages.section(conn, [ticket.id], now))
    quiet = ticket is not None and (ticket.urgency is Urgency.CRITICAL or not is_legal("corrections", ticket))
    return {
        "danger": None if quiet else danger_of(text),
        "number": ticket.number if ticket else "",
        "once": query.once,
        "found": found if fresh else [],
        "asked": len(text) > 1 and fresh,
        "clear": clear(found),
        "near": [a.shown() for a in near],
        "hot": hot,
        "known": known if takes else [],
        "others": others if takes else [],
    }


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/routing/suggestions",
        handler=post_suggestions,
        summary="Which department?",
        roles=EVERYBODY,
        rule="precedents and alike tickets: the centre's people",
        body=SuggestQuery,
        answer=Suggestions,
        tag="routing",
    ),
    Route(
        method="POST",
        path="/api/v1/routing/duplicates",
        handler=post_duplicates,
        summary="Probable duplicates",
        roles=CENTRE,
        body=DuplicatesQuery,
        answer=ItemList,
        tag="routing",
    ),
)

"""Tickets in the API: opening one from a contact, lists, one ticket, its timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.api import ticket_view, timeline_view
from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import BadField
from hotline.base.http.requests import answer, now_of, pool_of, read_body, read_query, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.base.text.phones import written
from hotline.contacts.first_answers import answer_first
from hotline.contacts.opening import NewTicket, Opened, open_tickets
from hotline.ids import ContactId, PersonId
from hotline.moves.move import visible
from hotline.people.persons import ensure_persons, language_of, make_named_persons
from hotline.people.roles import CENTRE, EVERYBODY
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import BY_HAND, Category, Channel, Urgency
from hotline.tickets import listing, tickets_sql
from hotline.tickets.filters import NarrowingQuery, wish_of


class Contact(BaseModel):
    """One call, SMS, form, letter, slip or visit, and the matter in it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=True)
    channel: Channel
    sender: Annotated[str, StringConstraints(max_length=60)] = Field("", alias="from")
    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    place: Annotated[str, StringConstraints(max_length=200)] = ""
    category: Category = Category.HELP
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    concerned: Annotated[str, StringConstraints(max_length=80)] = Field("", alias="for")


class Opening(BaseModel):
    """What was opened."""

    number: str
    code: str
    state: str
    owner: str
    promise: str


class ContactAnswer(BaseModel):
    """The ticket of a contact."""

    ticket: Opening


class TicketsQuery(NarrowingQuery):
    """Narrowing, words and paging."""

    q: str = ""
    limit: int = Field(100, ge=1, le=500)


class TimelineQuery(BaseModel):
    """Paging by the number of the event."""

    model_config = ConfigDict(extra="ignore")
    cursor: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(100, ge=1, le=500)


async def open_by_hand(
    conn: Conn,
    services: Services,
    user: User,
    body: Contact,
    now: datetime,
    *,
    contact: ContactId | None = None,
    person: PersonId | None = None,
) -> tuple[Opened, str]:
    """Open a ticket for a contact entered at the desk; returns it with the promise as a sentence.

    `contact`: a call that exists already and ends with the ticket; `person`: who is known to speak.
    """
    phone = written(body.sender, services.settings.area_code, field="from")
    if body.sender and not phone.number and phone.line == "none":
        raise BadField("This is not a phone number.", field="from")
    language = language_of(body.text)
    if person is None and phone.number:
        person = (await ensure_persons(conn, services.keys, {phone: language}, now)).get(phone)
    concerned = (await make_named_persons(conn, services.keys, [body.concerned], now))[0] if body.concerned else None
    new_ticket = NewTicket(
        body.channel,
        body.text,
        person,
        now,
        body.place,
        body.category,
        body.urgency,
        body.confidential or body.category is Category.TIPOFF,
        concerned,
        operator=user.id if body.channel in BY_HAND else None,
        contact=contact,
    )
    (opened,) = await open_tickets(conn, services, [new_ticket], now)
    promises = await answer_first(conn, services, [(new_ticket, opened)], now)
    await notify(conn, ["centre", f"user:{opened.owner}"], LiveKind.TICKET, number=opened.number)
    return opened, promises[int(opened.ticket)]


async def post_contact(request: web.Request) -> web.StreamResponse:
    """Open a ticket with an owner for a contact; the person is sent an acknowledgement at once."""
    body, services, user = await read_body(request, Contact), services_of(request), user_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        opened, promise = await open_by_hand(conn, services, user, body, now_of(request))
        (owner,) = await tickets_sql.user_names(conn, [opened.owner])
    made = {
        "number": opened.number,
        "code": opened.code,
        "state": "received",
        "owner": owner.name,
        "promise": promise,
    }
    return answer(request, {"ticket": made}, 201)


async def get_tickets(request: web.Request) -> web.StreamResponse:
    query, user = read_query(request, TicketsQuery), user_of(request)
    wish = wish_of(query, services_of(request), user, now_of(request), q=query.q, limit=query.limit)
    async with pool_of(request).acquire() as conn:
        found = await listing.find(conn, user, wish)
        items = await ticket_view.brief_views(conn, user, found.rows)
    return answer(request, {"items": items, "next_cursor": found.next_cursor})


async def get_ticket(request: web.Request) -> web.StreamResponse:
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, request.match_info["number"])
        await ticket_view.record_showing(conn, services, user, ticket, now)
        found = await ticket_view.full_view(conn, services, user, ticket, now)
    return answer(request, found)


async def get_timeline(request: web.Request) -> web.StreamResponse:
    user, query = user_of(request), read_query(request, TimelineQuery)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, request.match_info["number"])
        await ticket_view.record_showing(conn, services_of(request), user, ticket, now_of(request))
        items = await timeline_view.timeline(conn, user, ticket, query.cursor, query.limit)
    more = len(items) == query.limit
    return answer(request, {"items": items, "next_cursor": str(items[-1]["seq"]) if more else None})


class TicketAnswer(BaseModel):
    """A ticket as it is shown; sections of packages above come beside these."""

    model_config = ConfigDict(extra="allow")
    number: str
    state: str
    category: str
    urgency: str
    owner: str
    department: str | None
    text: str
    place: str
    duties: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    assignments: list[dict[str, Any]]


_ROWS = "a liaison: tickets in which the department has or had a part; others: all"


_BASE = "/api/v1/tickets"
ROUTES = (
    Route(
        method="POST",
        path="/api/v1/contacts",
        handler=post_contact,
        summary="A contact becomes a ticket",
        roles=CENTRE,
        body=Contact,
        answer=ContactAnswer,
        status=201,
        tag="contacts",
    ),
    Route(
        method="GET",
        path=_BASE,
        handler=get_tickets,
        summary="Tickets, newest first",
        roles=EVERYBODY,
        rule=_ROWS,
        query=TicketsQuery,
        answer=ItemList,
        tag="tickets",
    ),
    Route(
        method="GET",
        path=_BASE + "/{number}",
        handler=get_ticket,
        summary="One ticket",
        roles=EVERYBODY,
        rule=_ROWS,
        answer=TicketAnswer,
        tag="tickets",
    ),
    Route(
        method="GET",
        path=_BASE + "/{number}/timeline",
        handler=get_timeline,
        summary="The record of a ticket",
        roles=EVERYBODY,
        rule=_ROWS,
        query=TimelineQuery,
        answer=ItemList,
        tag="tickets",
    ),
)

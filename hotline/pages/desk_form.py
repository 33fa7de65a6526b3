"""What the form of the operator's page asks while it is typed: the promise before it is made, its draft, what was opened so far."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import TooLarge
from hotline.base.http.rendering import fragment, language_of
from hotline.base.http.requests import answer, now_of, pool_of, read_body, see_other, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.contacts import contact_ends_sql, desk_drafts
from hotline.contacts.promises import current_sentence, latest_promise, proposed_sentence
from hotline.ids import PersonId, TicketId
from hotline.pages import desk_sql
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import AT_WORK, Category, Urgency
from hotline.tickets import store

#: The longest form that is kept, in characters: the words of a call, an answer, and what is beside them.
_LONGEST = 40_000
_Value = Annotated[str, StringConstraints(max_length=10_000)]


class ProposedQuery(BaseModel):
    """What the matter is, as far as it is chosen, and whether there is a number to call."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    category: Category = Category.HELP
    urgency: Urgency = Urgency.NORMAL
    sender: Annotated[str, StringConstraints(max_length=60)] = Field("", alias="from")
    contact: int | None = Field(None, ge=1, le=2**53)
    call_back: int | None = Field(None, ge=1, le=2**53)


class DraftBody(BaseModel):
    """A form as it stands. `base`: the version that it knew; `again`: it is kept though its draft was sent or thrown away elsewhere."""

    model_config = ConfigDict(extra="forbid")
    place: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    base: int = Field(0, ge=0, lt=2**31)
    again: bool = False
    words: dict[Annotated[str, StringConstraints(max_length=40)], _Value | list[_Value]] = Field(max_length=40)


class DraftPlace(BaseModel):
    """Which form."""

    model_config = ConfigDict(extra="forbid")
    place: Annotated[str, StringConstraints(min_length=1, max_length=40)]


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """A ticket of the call that is being taken, with what is read to its person."""

    number: str
    code: str
    state: str
    department: str | None
    promise: str


async def opened_since(
    conn: Conn, services: Services, user: User, since: OpenedSince, language: str, now: datetime
) -> list[OpenedTicket]:
    """The tickets that a user opened for a person since a call began, in order."""
    rows = await desk_sql.opened_since(conn, since.person, user.id, since.at, since.ticket)
    found = []
    for row in rows:
        ticket = await store.by_id(conn, TicketId(row.id))
        said = ""
        if ticket.state in AT_WORK:
            promise = await latest_promise(conn, ticket.id)
            said = await current_sentence(conn, services, promise, ticket, language, now)
        code = services.keys.query_code(row.number)
        found.append(OpenedTicket(row.number, code, ticket.state, row.department_name, said))
    return found


@dataclass(frozen=True, slots=True)
class OpenedSince:
    """A call: who speaks, since when, and the ticket of its contact where it has one."""

    person: PersonId | None
    at: datetime
    ticket: TicketId | None


async def since_of(conn: Conn, contact: int | None, call_back: int | None, now: datetime) -> OpenedSince:
    """The call that is being taken, as far as it is known."""
    if contact is not None and (row := await contact_ends_sql.contact(conn, contact)) is not None:
        return OpenedSince(_person(row.person_id), row.at, _ticket(row.ticket_id))
    if call_back is not None and (made := await contact_ends_sql.call_back(conn, call_back)) is not None:
        return OpenedSince(_person(made.person_id), made.done_at or now, _ticket(made.ticket_id))
    return OpenedSince(None, now, None)


def _person(ident: int | None) -> PersonId | None:
    return PersonId(ident) if ident is not None else None


def _ticket(ident: int | None) -> TicketId | None:
    return TicketId(ident) if ident is not None else None


async def shown_opened(request: web.Request, made: Mapping[str, object]) -> web.StreamResponse:
    """After a ticket was opened, or a contact ended about one: beside a caller the form stays and this is put above it;
    without one, to the page that `made` names.
    """
    contact, call_back = _number(made.get("contact")), _number(made.get("call_back"))
    if not request.headers.get("HX-Request") or (contact is None and call_back is None):
        raise see_other(str(made.get("to", "/operator")))
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        since = await since_of(conn, contact, call_back, now)
        opened = await opened_since(conn, services, user, since, language_of(request), now)
    return fragment(
        request,
        "pages/operator/opened.html",
        opened=opened,
        about=made.get("about", ""),
        once=secrets.token_hex(12),
        fresh=True,
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


async def proposed(request: web.Request) -> web.StreamResponse:
    """The promise before it is made, as a part of the page."""
    query, services, now = await read_body(request, ProposedQuery), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        row = await contact_ends_sql.contact(conn, query.contact) if query.contact is not None else None
        known = query.call_back is not None or (row is not None and row.person_id is not None)
        sentence = await proposed_sentence(
            conn,
            services,
            query.category,
            query.urgency,
            now,
            reachable=known or bool(query.sender),
            language=language_of(request),
        )
    return fragment(request, "pages/operator/promised.html", sentence=sentence)


def _shown(draft: desk_drafts.DeskDraft) -> dict[str, Any]:
    return {
        "version": draft.version,
        "words": draft.words,
        "at": draft.at,
        "replaced": draft.replaced,
        "gone": draft.gone,
    }


async def get_draft(request: web.Request) -> web.StreamResponse:
    """What the user typed at a place."""
    async with pool_of(request).acquire() as conn:
        found = await desk_drafts.draft_of(
            conn, services_of(request).keys, user_of(request).id, request.match_info.get("place", "")
        )
    return answer(request, _shown(found))


async def save_draft(request: web.Request) -> web.StreamResponse:
    """Keep the form as it stands; what newer words replaced is given back."""
    body = await read_body(request, DraftBody)
    if sum(len(one) for value in body.words.values() for one in _texts(value)) > _LONGEST:
        raise TooLarge("The body is too long.", field="words")
    keys = services_of(request).keys
    async with pool_of(request).acquire() as conn, conn.transaction():
        found = await desk_drafts.save(
            conn, keys, user_of(request).id, body.place, body.base, body.words, now_of(request), again=body.again
        )
    return answer(request, _shown(found))


def _texts(value: str | list[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


async def drop_draft(request: web.Request) -> web.StreamResponse:
    """A form that was begun is thrown away."""
    body = await read_body(request, DraftPlace)
    async with pool_of(request).acquire() as conn:
        await desk_drafts.drop(conn, user_of(request).id, body.place)
    raise see_other("/operator")


_OWN = "one's own"
ROUTES = (
    Route(
        method="POST",
        path="/operator/promises",
        handler=proposed,
        summary="The promise before it is made",
        roles=CENTRE,
    ),
    Route(
        method="GET",
        path="/operator/drafts/{place}",
        handler=get_draft,
        summary="The form as it was typed",
        roles=CENTRE,
        rule=_OWN,
    ),
    Route(
        method="POST",
        path="/operator/drafts",
        handler=save_draft,
        summary="Keep the form as it is typed",
        roles=CENTRE,
        rule=_OWN,
    ),
    Route(
        method="POST",
        path="/operator/drafts/drops",
        handler=drop_draft,
        summary="Throw a form away that was begun",
        roles=CENTRE,
        rule=_OWN,
    ),
)

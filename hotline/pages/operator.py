"""The operator's page (`/operator`): the form for a new ticket, and everything that waits, by what is due."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.base.http.fields import checked
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import fragment, language_of, page
from hotline.base.http.requests import fields, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.services import Services
from hotline.base.text.phones import masked, read_phone
from hotline.contacts import contact_ends_sql, desk_drafts
from hotline.contacts.promises import current_sentence, latest_promise
from hotline.ids import ContactId, TicketId
from hotline.moves import absent_owners, contact_ends
from hotline.pages import desk_sql
from hotline.pages.desk_form import OpenedTicket, opened_since, shown_opened, since_of
from hotline.pages.opening import FLAGS, NewTicketForm, open_at_desk
from hotline.pages.ticket_page import next_due
from hotline.people import absences_sql, shifts_sql
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.departments import in_force
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.recordings.shown import recordings_of_contacts
from hotline.ticket import AT_WORK, BY_HAND
from hotline.tickets import listing, store

_MINE = 100
#: The page of the form for a contact: who is speaking stands in its address.
FORM_ON = "/operator?contact={contact}&call_back={call_back}"


class OperatorQuery(BaseModel):
    """The call that is being taken, or the call that is owed; or what was opened just now."""

    model_config = ConfigDict(extra="ignore")
    contact: int | None = None
    call_back: int | None = None
    draft: Annotated[str, StringConstraints(max_length=40)] = ""


class CallerQuery(BaseModel):
    """Who is speaking: a number as it is being typed, or the contact."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    sender: str = ""
    contact: int | None = None
    call_back: int | None = None


async def show(request: web.Request) -> web.StreamResponse:
    """The desk, with the form for the call that is being taken."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    asked = read_query(request, OperatorQuery)
    async with pool_of(request).acquire() as conn:
        caller = await _caller(conn, services, user, asked, now)
        opened = await _opened(conn, services, user, asked, language_of(request), now)
        found = await waiting_at_desk(conn, services, user, now)
        departments = await in_force(conn)
        shift = await shifts_sql.own_shift(conn, user.id)
        away = await absences_sql.absent_until(conn, user.id, now)
    return page(
        request,
        "pages/operator.html",
        caller=caller,
        opened=opened,
        draft=_draft_place(asked),
        about="",
        fresh=False,
        departments=departments,
        shift=shift,
        away=away,
        once=secrets.token_hex(12),
        codes=contact_ends.CODES,
        flags=FLAGS,
        channels=BY_HAND,
        **found,
    )


async def waiting_at_desk(conn: Conn, services: Services, user: User, now: datetime) -> dict[str, Any]:
    """What waits at this desk: own tickets by what is due next, the duty desk, call-backs, contacts without an end."""
    mine = (await listing.find(conn, user, listing.Wish(owner=user.name, open_only=True, limit=_MINE))).rows
    desk = (await listing.find(conn, user, listing.Wish(owner="duty-desk", open_only=True, limit=50))).rows
    offered = [row for row in await absent_owners.offered(conn, now) if row.owner_id != user.id]
    ids = [*(row.id for row in (*mine, *desk)), *(TicketId(row.id) for row in offered)]
    due = await due_of(conn, services, ids, now)
    far = datetime.max.replace(tzinfo=now.tzinfo)

    def soonest(row: listing.ListedTicketRow) -> datetime:
        clock = due.get(row.id)
        return clock.due_at if clock else far

    few = contact_ends.ContactsQuery(limit=20)
    owed = await contact_ends.call_backs(conn, services, few, now)
    return {
        "mine": sorted(mine, key=soonest),
        "duty_desk": sorted(desk, key=soonest),
        "due": due,
        "call_backs": owed,
        "voicemails": await recordings_of_contacts(
            conn, [ContactId(c) for o in owed if isinstance(c := o.get("contact"), int)]
        ),
        "endless": await contact_ends.endless(conn, services, user, few),
        "offered": offered,
        "taken": await absent_owners.taken_from(conn, user, now),
        "asked_of_me": await desk_sql.asked_of(conn, user.id),
        "unfinished": await desk_drafts.unfinished(conn, services.keys, user.id),
    }


async def due_of(conn: Conn, services: Services, ids: Sequence[TicketId], now: datetime) -> dict[TicketId, ShownClock]:
    """The clock of each ticket that is due first; those without one are left out."""
    clocks = await services.hooks.clocks(conn, ids, now) if ids else {}
    first = {ticket: next_due(several) for ticket, several in clocks.items()}
    return {ticket: clock for ticket, clock in first.items() if clock is not None}


async def _opened(
    conn: Conn, services: Services, user: User, asked: OperatorQuery, language: str, now: datetime
) -> list[OpenedTicket]:
    """What was opened in this call so far."""
    if asked.contact is None and asked.call_back is None:
        return []
    since = await since_of(conn, asked.contact, asked.call_back, now)
    return await opened_since(conn, services, user, since, language, now)


def _draft_place(asked: OperatorQuery) -> str:
    """Where the form is kept while it is typed; empty: the browser's tab says it. Pure."""
    if asked.contact is not None:
        return f"contact-{asked.contact}"
    return f"call-back-{asked.call_back}" if asked.call_back is not None else asked.draft


async def _caller(
    conn: Conn, services: Services, user: User, asked: OperatorQuery, now: datetime
) -> dict[str, Any] | None:
    """Who is on the line: masked number, flags, the contact or call-back that the form carries.

    `further`: it has its end, and another matter may come up in it.
    """
    contact, further = asked.contact, False
    if asked.call_back is not None:
        owed = await contact_ends_sql.call_back(conn, asked.call_back)
        further = owed is not None and owed.done_at is not None and now - owed.done_at < contact_ends.FURTHER_FOR
        if not further:
            owed = await contact_ends.held_call_back(conn, asked.call_back)
        contact = owed.contact_id if owed is not None else None
    if contact is None:
        return None
    row = await contact_ends_sql.contact(conn, contact)
    if row is None:
        raise Missing("There is no contact %(item)s.", item=contact)
    return {
        "contact": asked.contact,
        "call_back": asked.call_back,
        "person": row.person_id,
        "at": row.at,
        "phone": masked(services.keys.decrypt(row.phone_enc)) if row.phone_enc else "",
        "line": row.line,
        "flags": list(row.flags or []),
        "further": further or (asked.contact is not None and contact_ends.may_go_on(row.outcome, row.at, now)),
        "ended": row.outcome is not None and asked.contact,
    }


async def _open(context: ActionContext, values: Mapping[str, object]) -> Mapping[str, object]:
    """Open a ticket from the form; to its page, with the words to read aloud."""
    body = checked(NewTicketForm, {k: v for k, v in values.items() if k != "ticket"})
    opened = await open_at_desk(context.conn, context.services, context.user, body, context.now)
    to = f"/tickets/{opened.number}?opened=1"
    return {"number": opened.number, "to": to, "contact": body.contact, "call_back": body.call_back}


async def hints(request: web.Request) -> web.StreamResponse:
    """Earlier tickets of who is speaking, as a part of the page."""
    query = checked(CallerQuery, {("sender" if k == "from" else k): v for k, v in (await fields(request)).items()})
    user, services = user_of(request), services_of(request)
    rows: list[listing.ListedTicketRow] = []
    async with pool_of(request).acquire() as conn:
        caller = await _caller(
            conn, services, user, OperatorQuery(contact=query.contact, call_back=query.call_back), now_of(request)
        )
        person = caller["person"] if caller else None
        if person is None and query.sender:
            person = await contact_ends.person_of_phone(
                conn, services, read_phone(query.sender, services.settings.area_code).number
            )
        if person is not None:
            rows = (await listing.find(conn, user, listing.Wish(person=person, limit=6))).rows
        told = await promises_of(conn, services, rows, language_of(request), now_of(request))
    return fragment(request, "pages/operator/earlier.html", rows=rows, known=person is not None, promises=told)


async def promises_of(
    conn: Conn, services: Services, rows: Sequence[listing.ListedTicketRow], language: str, now: datetime
) -> dict[str, str]:
    """By number, what the person of each ticket that is worked on was promised, to be read aloud."""
    open_ = [store.as_ticket(row) for row in rows if row.state in AT_WORK]
    return {
        one.number: await current_sentence(conn, services, await latest_promise(conn, one.id), one, language, now)
        for one in open_
    }


async def queues(request: web.Request) -> web.StreamResponse:
    """What waits, as a part of the page, for htmx."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        found = await waiting_at_desk(conn, services, user, now)
    return fragment(
        request, "pages/operator/queues.html", once=secrets.token_hex(12), codes=contact_ends.CODES, **found
    )


ROUTES = (
    Route(method="GET", path="/operator", handler=show, summary="The operator's desk", roles=CENTRE),
    Route(
        method="GET",
        path="/operator/queues",
        handler=queues,
        summary="What waits at the desk",
        roles=CENTRE,
        rule="own tickets, the duty desk's, own contacts",
    ),
    Route(method="POST", path="/operator/earlier", handler=hints, summary="Earlier tickets of a caller", roles=CENTRE),
    *action_routes(
        [
            Action(
                page="/operator/tickets",
                form_on=FORM_ON,
                back="/tickets/{number}?opened=1",
                summary="Open a ticket at the desk",
                roles=CENTRE,
                perform=_open,
                shown=shown_opened,
                checks=False,
            )
        ]
    ),
)
MENU = (Entry(path="/operator", title="Desk", roles=CENTRE),)

"""Every contact ends somewhere (rulebook §3): those without an end, how they end, and the calls that are owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.services import Services
from hotline.base.text.phones import masked
from hotline.contacts import contact_ends_sql, desk_drafts
from hotline.contacts.promises import mark_heard
from hotline.ids import PersonId, TicketId
from hotline.moves import enquiries
from hotline.people.persons import with_phone
from hotline.people.store import audit
from hotline.people.user import User
from hotline.ticket import Role
from hotline.tickets import store

#: So long after a call came, or an owed call was made, another matter of it is opened for the same person.
FURTHER_FOR = timedelta(hours=3)
#: So often somebody is called who is not reached (rulebook §8).
MOST_TRIES = 3
#: Why nothing was done (rulebook §3).
CODES = ("silent", "misdialled", "dropped", "abusive", "test")


class End(BaseModel):
    """How a contact ended: no action with a code, words for a ticket, a call that is owed, or an answer.

    `ticket`: what it was about; `text`: what the person added, or was told.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    outcome: Literal["no_action", "addition", "call_back", "answer"] = "no_action"
    code: Literal["silent", "misdialled", "dropped", "abusive", "test"] | None = None
    ticket: Annotated[str, StringConstraints(max_length=20)] = ""
    text: Annotated[str, StringConstraints(max_length=4000)] = ""


class CallBackDoneBody(BaseModel):
    """What came of the call; `reached`: whether somebody was spoken with. The third call that reached nobody
    ends what was owed; what was said to whoever was reached has a word.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reached: bool = True
    note: Annotated[str, StringConstraints(max_length=1000)] = ""


class CallBackRevealBody(BaseModel):
    """Why the number is shown; it stays on record."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ContactsQuery(BaseModel):
    """Paging by id."""

    model_config = ConfigDict(extra="ignore")
    cursor: int = Field(0, ge=0, le=2**53)
    limit: int = Field(100, ge=1, le=500)


async def endless(conn: Conn, services: Services, user: User, asked: ContactsQuery) -> list[dict[str, object]]:
    """Contacts without an end: an operator's own and nobody's; a manager sees all. Numbers are masked."""
    whose = user.id if user.role is Role.OPERATOR else None
    return [
        {
            "id": row.id,
            "channel": row.channel,
            "at": row.at,
            "operator": row.shown_name,
            "phone": _shown(services, row.phone_enc),
        }
        for row in await contact_ends_sql.endless(conn, whose, asked.cursor, asked.limit)
    ]


async def call_backs(conn: Conn, services: Services, asked: ContactsQuery, now: datetime) -> list[dict[str, object]]:
    """Calls that are owed, the oldest first, with the clock that runs on each. Numbers are masked."""
    rows = await contact_ends_sql.call_backs(conn, asked.cursor, asked.limit)
    clocks = await services.hooks.call_back_clocks(conn, [row.id for row in rows], now)
    return [
        {
            "id": row.id,
            "contact": row.contact_id,
            "reason": row.reason,
            "asked_at": row.asked_at,
            "recording": row.recording_sid,
            "ticket": row.number,
            "parent": row.parent,
            "phone": _shown(services, row.phone_enc),
            "tries": row.tries,
            "clock": clocks.get(row.id),
        }
        for row in rows
    ]


def _shown(services: Services, enc: bytes | None) -> str:
    return masked(services.keys.decrypt(enc)) if enc else ""


async def end(
    conn: Conn, services: Services, user: User, contact: int, body: End, now: datetime
) -> Mapping[str, object]:
    """End a contact. Raises Missing, Illegal where it has ended, BadField for an end that does not fit."""
    row = await open_contact(conn, user, contact)
    if (body.outcome == "no_action") != (body.code is not None):
        raise BadField("No action is taken for a reason: give its code, and only then.", field="code")
    if body.ticket and body.outcome == "no_action":
        raise BadField("Where nothing was done there is no ticket.", field="ticket")
    if body.outcome == "addition" and not body.ticket:
        raise BadField("Name the ticket that it belongs to.", field="ticket")
    about = await enquiries.record_enquiry(conn, services, user, body.outcome, body.ticket, body.text, row.id, now)
    await contact_ends_sql.end_contact(conn, row.id, body.outcome, body.code, about.ticket, now, about.seq, body.text)
    await desk_drafts.drop_of_contact(conn, row.id)
    owed = await _owed(conn, services, user, row, body, about.ticket, now)
    await notify(conn, "centre", LiveKind.CALL, ended=contact)
    return {"contact": contact, "outcome": body.outcome, "code": body.code, "call_back": owed}


async def _owed(
    conn: Conn,
    services: Services,
    user: User,
    row: contact_ends_sql.ContactLockedRow,
    body: End,
    ticket: TicketId | None,
    now: datetime,
) -> int | None:
    """The call that this end owes, if any. One that was owed because the end was missing is this one, or is owed no more."""
    again = body.outcome == "call_back" or (body.code == "silent" and row.person_id is not None)
    why = body.code or ("missed" if ticket is None else "asked")
    kept = await contact_ends_sql.keep_unended(conn, row.id, why, now, ticket) if again else None
    if kept is not None:
        return int(kept)
    await end_unended(conn, services, user, row.id, now)
    if not again:
        return None
    owed: int | None = (
        await contact_ends_sql.owe(conn, row.id, now, ticket)
        if body.code is None
        else await contact_ends_sql.owe_silent(conn, row.id, now)
    )
    if owed is not None:
        await services.hooks.on_call_back(conn, services, [owed], False, now)
    return owed


async def end_unended(conn: Conn, services: Services, user: User, contact: int, now: datetime) -> None:
    """The contact has its end: the call that was owed because it had none is owed no more."""
    call_backs = await contact_ends_sql.end_unended(conn, contact, now, user.id)
    if call_backs:
        await services.hooks.on_call_back(conn, services, call_backs, True, now)


async def open_contact(conn: Conn, user: User, contact: int) -> contact_ends_sql.ContactLockedRow:
    """A contact that waits for its end, held. Raises Missing, and Illegal where it has ended."""
    row = await contact_ends_sql.contact_locked(conn, contact)
    theirs = row is not None and row.operator_id not in {None, user.id} and user.role is Role.OPERATOR
    if row is None or theirs:
        raise Missing("There is no contact %(item)s.", item=contact)
    if row.outcome is not None:
        raise Illegal("This contact has ended already.")
    return row


async def further_of_contact(conn: Conn, user: User, contact: int, now: datetime) -> PersonId | None:
    """Who speaks, where a contact has its end and another matter comes up in it. Raises Missing; Illegal where it is long over,
    or ended without a matter.
    """
    row = await contact_ends_sql.contact(conn, contact)
    if row is None or (row.operator_id not in {None, user.id} and user.role is Role.OPERATOR):
        raise Missing("There is no contact %(item)s.", item=contact)
    if not may_go_on(row.outcome, row.at, now):
        raise Illegal("This contact has ended already.")
    return PersonId(row.person_id) if row.person_id is not None else None


def may_go_on(outcome: str | None, at: datetime, now: datetime) -> bool:
    """Whether another matter may come up in a contact that has its end. Pure."""
    return outcome in {"ticket", "addition", "answer"} and now - at < FURTHER_FOR


async def further_of_call_back(conn: Conn, call_back: int, now: datetime) -> PersonId | None:
    """The same of an owed call that was made. Raises Missing; Illegal where that is long ago."""
    row = await contact_ends_sql.call_back(conn, call_back)
    if row is None:
        raise Missing("There is no call-back %(item)s.", item=call_back)
    if row.done_at is None or now - row.done_at >= FURTHER_FOR:
        raise Illegal("This call was made already.")
    return PersonId(row.person_id) if row.person_id is not None else None


async def done(
    conn: Conn,
    services: Services,
    user: User,
    call_back: int,
    note: str,
    now: datetime,
    ticket: TicketId | None = None,
) -> Mapping[str, object]:
    """The call was made; its clock stops. Raises Missing, Illegal where it was made before."""
    row = await held_call_back(conn, call_back)
    await contact_ends_sql.call_back_done(conn, row.id, now, user.id, note, ticket)
    if row.contact_id is not None:
        await contact_ends_sql.end_contact(conn, row.contact_id, "call_back", None, None, now, None, "")
        await desk_drafts.drop_of_contact(conn, row.contact_id)
    elif row.ticket_id is not None:
        await store.lock_many(conn, [row.ticket_id])
        draft = Draft(
            row.ticket_id,
            "news_called",
            user.actor,
            {"call_back": call_back, "reason": row.reason},
        )
        await services.publish(conn, draft, now)
        await mark_heard(conn, row.ticket_id, row.news, now)
    await services.hooks.on_call_back(conn, services, [row.id], True, now)
    await notify(conn, "centre", LiveKind.CALL, done=call_back)
    return {"call_back": call_back, "done_at": now}


async def not_reached(
    conn: Conn, services: Services, user: User, call_back: int, note: str, now: datetime
) -> Mapping[str, object]:
    """The call was made and nobody was reached: its clock stops with the first try, and it is owed until the third. Raises Missing, Illegal."""
    row = await held_call_back(conn, call_back)
    tries = await contact_ends_sql.call_back_tried(conn, row.id, now)
    await audit(conn, user.actor, "call_back_tried", now, call_back=call_back, tries=tries)
    if tries >= MOST_TRIES:
        return await done(conn, services, user, call_back, note, now)
    await services.hooks.on_call_back(conn, services, [row.id], True, now)
    await notify(conn, "centre", LiveKind.CALL, tried=call_back)
    return {"call_back": call_back, "tries": tries, "done_at": None}


async def reveal(
    conn: Conn, services: Services, user: User, call_back: int, reason: str, now: datetime
) -> Mapping[str, object]:
    """The number of whoever is owed a call; that it was shown, and why, is kept. Raises Missing, Illegal."""
    row = await held_call_back(conn, call_back)
    enc = await contact_ends_sql.number_of_call_back(conn, row.id)
    if not enc:
        raise Illegal("There is no number to call.")
    await keep_reveal(conn, services, user, row.ticket_id, row.id, reason, now)
    return {"call_back": row.id, "number": services.keys.decrypt(enc)}


async def keep_reveal(
    conn: Conn,
    services: Services,
    user: User,
    ticket: TicketId | None,
    call_back: int | None,
    reason: str,
    now: datetime,
) -> None:
    """That a number was shown, to whom and why: in the ticket's record, else in the audit."""
    if ticket is None:
        await audit(conn, user.actor, "revealed", now, call_back=call_back, reason=reason)
        return
    await store.lock_many(conn, [ticket])
    event = await services.publish(conn, Draft(ticket, "revealed", user.actor, {"field": "phone"}), now)
    await store.add_note(conn, ticket, event.seq, "reason", reason)


async def held_call_back(conn: Conn, call_back: int) -> contact_ends_sql.CallBackRow:
    """A call that is owed, held. Raises Missing, and Illegal where it was made."""
    row = await contact_ends_sql.call_back(conn, call_back)
    if row is None:
        raise Missing("There is no call-back %(item)s.", item=call_back)
    if row.done_at is not None:
        raise Illegal("This call was made already.")
    return row


async def person_of_phone(conn: Conn, services: Services, number: str) -> PersonId | None:
    """The person with this number, if the hotline knows one."""
    return await with_phone(conn, services.keys, number)

"""Opening a ticket at the desk: one form opens it, and answers or dispatches it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from hotline.api.tickets import Contact, open_by_hand
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.base.text.blanks import filled
from hotline.contacts import contact_ends_sql, desk_drafts
from hotline.contacts.opening import Opened
from hotline.ids import ContactId, PersonId
from hotline.moves import contact_ends, dispatches, endings
from hotline.moves.move import Move, perform_in
from hotline.people import persons
from hotline.people.user import User
from hotline.recordings import plays_sql
from hotline.ticket import Channel
from hotline.tickets import store

FLAGS = ("minor", "deaf", "silent", "hard_of_hearing", "slow_speech", "mongolian", "cadre")
_ANSWERS = next(move for move in endings.MOVES if move.noun == "answers")
_DISPATCH = next(move for move in dispatches.MOVES if move.noun == "assignments")


def _several(value: object) -> object:
    """One checked box comes as a text, several as a list."""
    return [value] if isinstance(value, str) else value


class NewTicketForm(Contact):
    """The form. `contact`: the call that is being taken; `call_back`: the call that was owed; then the person is known.

    `further`: it is another matter of a contact that has its end; `draft`: the place where the form was kept while it was typed.
    """

    channel: Channel = Channel.CALL
    contact: int | None = Field(None, ge=1, le=2**53)
    call_back: int | None = Field(None, ge=1, le=2**53)
    further: bool = False
    draft: Annotated[str, StringConstraints(max_length=40)] = ""
    department: Annotated[str, StringConstraints(max_length=200)] = ""
    answer: Annotated[str, StringConstraints(max_length=4000), AfterValidator(filled)] = ""
    sheet: int | None = Field(None, ge=1, le=2**31 - 1)
    sms: bool = False
    flags: Annotated[list[str], BeforeValidator(_several)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the ticket comes from: the person, where known, and the contact that waits for its end."""

    person: PersonId | None = None
    contact: ContactId | None = None
    channel: str = ""


async def open_at_desk(conn: Conn, services: Services, user: User, body: NewTicketForm, now: datetime) -> Opened:
    """Open, then answer or dispatch, in one transaction. Raises BadField, Missing, Illegal; then nothing was opened."""
    if body.answer and body.department:
        raise BadField("Answered on the spot, or dispatched: not both.", field="answer")
    if body.sheet is not None and not body.answer:
        raise BadField("A sheet is cited by an answer: write what the person was told.", field="answer")
    if unknown := set(body.flags) - set(FLAGS):
        raise BadField("There is no flag %(flag)s.", field="flags", flag=min(unknown))
    if (
        body.contact is not None
        and not body.further
        and (owed := await contact_ends_sql.owed_of(conn, body.contact)) is not None
    ):
        body = body.model_copy(update={"contact": None, "call_back": owed})  # it was counted as missed meanwhile
    origin = await _origin(conn, user, body, now)
    if origin.channel == Channel.WEBCALL:
        body = body.model_copy(update={"channel": Channel.WEBCALL})
    opened, _ = await open_by_hand(conn, services, user, body, now, contact=origin.contact, person=origin.person)
    person = (await store.by_id(conn, opened.ticket)).person_id
    if person is not None and body.flags:
        await persons.set_flags(conn, person, body.flags)
    if origin.contact is not None:
        await contact_ends.end_unended(conn, services, user, int(origin.contact), now)
    if body.further:
        await _further(conn, body, opened)
    elif body.call_back is not None:
        await contact_ends.done(conn, services, user, body.call_back, opened.number, now, opened.ticket)
    await _let_go(conn, user, body)
    if body.answer:
        cited = {"text": body.answer, "sheet": body.sheet, "sms": body.sms}
        await _make(conn, services, _ANSWERS, user, opened.number, cited, now)
    elif body.department:
        await _make(conn, services, _DISPATCH, user, opened.number, {"department": body.department}, now)
    return opened


async def _make(
    conn: Conn, services: Services, move: Move, user: User, number: str, values: Mapping[str, object], now: datetime
) -> None:
    await perform_in(conn, services, move, user, number, values, now)


async def _further(conn: Conn, body: NewTicketForm, opened: Opened) -> None:
    """Another matter of a call: what was said there belongs to this ticket too."""
    if body.contact is not None:
        await plays_sql.insert_further(conn, opened.ticket, body.contact)
    elif body.call_back is not None:
        await plays_sql.insert_further_of_call_back(conn, opened.ticket, body.call_back)


async def _let_go(conn: Conn, user: User, body: NewTicketForm) -> None:
    """What was kept of the form while it was typed goes with it."""
    if body.contact is not None:
        await desk_drafts.drop_of_contact(conn, body.contact)
    if body.draft:
        await desk_drafts.drop(conn, user.id, body.draft)


async def _origin(conn: Conn, user: User, body: NewTicketForm, now: datetime) -> Origin:
    if body.further and body.contact is not None:
        return Origin(await contact_ends.further_of_contact(conn, user, body.contact, now))
    if body.further and body.call_back is not None:
        return Origin(await contact_ends.further_of_call_back(conn, body.call_back, now))
    if body.contact is not None:
        row = await contact_ends.open_contact(conn, user, body.contact)
        return Origin(row.person_id, ContactId(row.id), row.channel)
    if body.call_back is not None:
        return Origin((await contact_ends.held_call_back(conn, body.call_back)).person_id)
    return Origin()

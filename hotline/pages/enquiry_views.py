"""Buttons of the operator's form that end a contact about an earlier ticket, with what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField
from hotline.base.text.phones import read_phone
from hotline.contacts import contact_ends_sql, desk_drafts
from hotline.ids import PersonId
from hotline.moves import contact_ends, endings
from hotline.moves.move import perform_in, visible
from hotline.pages.desk_form import shown_opened
from hotline.pages.opening import NewTicketForm, open_at_desk
from hotline.pages.operator import FORM_ON
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.persons import ensure_persons, language_of
from hotline.people.roles import CENTRE
from hotline.ticket import ENDED, Category, Channel, State, Ticket

End = Literal["addition", "answer", "call_back"]
_MERGE = next(move for move in endings.MOVES if move.noun == "merges")


def _last(value: object) -> object:
    """The number of a button goes before the one that stands in the form's own field."""
    return next((one for one in reversed(value) if one), "") if isinstance(value, list) else value


class EnquiryQuery(BaseModel):
    """What the form carries of it: the ticket, the words, and who is speaking."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, populate_by_name=True)
    ticket: Annotated[str, BeforeValidator(_last), StringConstraints(min_length=1, max_length=20)]
    text: Annotated[str, StringConstraints(max_length=4000)] = ""
    channel: Channel = Channel.CALL
    sender: Annotated[str, StringConstraints(max_length=60)] = Field("", alias="from")
    contact: int | None = Field(None, ge=1, le=2**53)
    call_back: int | None = Field(None, ge=1, le=2**53)
    further: bool = False
    draft: Annotated[str, StringConstraints(max_length=40)] = ""


def _ending(outcome: End) -> Callable[[ActionContext, Mapping[str, object]], Awaitable[Mapping[str, object]]]:
    async def perform(context: ActionContext, values: Mapping[str, object]) -> Mapping[str, object]:
        return await _end(context, outcome, dict(values))

    return perform


async def _end(context: ActionContext, outcome: End, values: dict[str, object]) -> Mapping[str, object]:
    """End the contact; says where the operator goes next, and about which ticket it was."""
    conn, services, user, now = context.conn, context.services, context.user, context.now
    body = checked(EnquiryQuery, values)
    if outcome == "addition" and not body.text:
        raise BadField("%(where)s is missing.", field="text", where="text")
    ticket = await visible(conn, user, body.ticket)
    person = await _person(context, body)
    if outcome == "addition" and _anothers(ticket, person):
        return await _beside(context, values, ticket)
    contact = None if body.further else body.contact
    if contact is None:
        contact = await contact_ends_sql.insert_ended(conn, body.channel, person, user.id, now)
    end = contact_ends.End(outcome=outcome, ticket=body.ticket, text=body.text)
    await contact_ends.end(conn, services, user, contact, end, now)
    if body.call_back is not None and not body.further:
        note = f"{body.ticket} {body.text}".strip()
        await contact_ends.done(conn, services, user, body.call_back, note[:1000], now, ticket.id)
    if body.draft:
        await desk_drafts.drop(conn, user.id, body.draft)
    to = f"/tickets/{ticket.number}"
    return {"to": to, "about": ticket.number, "contact": body.contact, "call_back": body.call_back}


async def _person(context: ActionContext, body: EnquiryQuery) -> PersonId | None:
    """Who is speaking: of the contact, of the call that was owed, or with the number that was typed."""
    conn, keys = context.conn, context.services.keys
    if body.contact is not None and body.further:
        return await contact_ends.further_of_contact(conn, context.user, body.contact, context.now)
    if body.contact is not None:
        row = await contact_ends_sql.contact(conn, body.contact)
        return row.person_id if row is not None else None
    if body.call_back is not None:
        if body.further:
            return await contact_ends.further_of_call_back(conn, body.call_back, context.now)
        found = (await contact_ends.held_call_back(conn, body.call_back)).person_id
        return PersonId(found) if found else None
    phone = read_phone(body.sender)
    if body.sender and not phone.number and phone.line == "none":
        raise BadField("This is not a phone number.", field="from")
    if not phone.number:
        return None
    return (await ensure_persons(conn, keys, {phone: language_of(body.text)}, context.now)).get(phone)


def _anothers(ticket: Ticket, person: PersonId | None) -> bool:
    """Whether somebody else reported the same matter: who then has a number of their own, and hears the result. Pure."""
    return (
        person is not None
        and ticket.person_id not in {None, person}
        and ticket.concerned_id != person
        and ticket.category is not Category.TIPOFF
        and ticket.state not in ENDED | {State.REPLIED, State.TOLD, State.FOLLOWED_UP}
        and ticket.filed_at is None
    )


async def _beside(context: ActionContext, values: dict[str, object], ticket: Ticket) -> Mapping[str, object]:
    """Open the ticket of whoever speaks now, and merge it into the one that is there."""
    conn, services, user, now = context.conn, context.services, context.user, context.now
    mine = {k: v for k, v in values.items() if k not in {"ticket", "department", "answer"}}
    body = checked(NewTicketForm, mine)
    opened = await open_at_desk(conn, services, user, body, now)
    await perform_in(conn, services, _MERGE, user, opened.number, {"into": ticket.number}, now)
    to = f"/tickets/{opened.number}?opened=1"
    return {"to": to, "about": ticket.number, "contact": body.contact, "call_back": body.call_back}


_ENDS: tuple[tuple[str, End, str], ...] = (
    ("additions", "addition", "Words for a ticket that is there"),
    ("statuses", "answer", "How a ticket stands was said"),
    ("call-backs", "call_back", "Somebody calls back about a ticket"),
)
_RULE = "an operator: own contacts and nobody's; a manager: all"
ROUTES = action_routes(
    Action(
        page=f"/operator/{noun}",
        form_on=FORM_ON,
        back=lambda user, made: str(made["to"]),
        summary=summary,
        roles=CENTRE,
        rule=_RULE,
        perform=_ending(outcome),
        shown=shown_opened,
        checks=False,
    )
    for noun, outcome, summary in _ENDS
)

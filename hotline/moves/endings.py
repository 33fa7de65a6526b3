"""Ends of a ticket without a department: answered on the spot, declined, transferred, withdrawn, merged; and splitting
(rulebook §3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from hotline.base.event import Draft
from hotline.base.hooks import CitedSheet
from hotline.base.http.problem import BadField, Illegal
from hotline.base.kinds import event_kind
from hotline.base.text.blanks import Told, filled
from hotline.contacts.first_answers import promise_first
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.contacts.person_messages import to_person
from hotline.contacts.results import is_secret
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who, visible
from hotline.people.actions import Fields
from hotline.ticket import ENDED, State, duties_on_end
from hotline.tickets import store, tickets_sql
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.named_units import named_in
from hotline.tickets.tipoffs.protection import directory, is_hidden, protection

#: Who called so lately waits for what was promised on the telephone.
_JUST_NOW = timedelta(minutes=30)
Short = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(filled)]


class AnswerBody(Fields):
    """What the person was told on the spot; the notice sheet that the answer cites, and whether its essentials go by SMS."""

    text: Told
    sheet: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    sms: bool = False


class DeclineBody(Fields):
    """The basis of declining, and where the person can go."""

    basis: Told
    where: Told


class TransferBody(Fields):
    """To whom (110, 119, 120, 122, 12345 …) and their number for it."""

    to: Short
    reference: Short


class WithdrawalBody(Fields):
    """How the person said so: on their own line, in writing, at the window."""

    note: Annotated[str, StringConstraints(max_length=4000)] = ""


class MergeBody(Fields):
    """The number of the ticket into which this one is merged."""

    into: Required


def _lines(value: object) -> object:
    """A text of several lines as a list of them: how a form sends it."""
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


class SplitBody(Fields):
    """The matters that become tickets of their own."""

    texts: Annotated[list[Required], BeforeValidator(_lines)] = Field(min_length=1, max_length=10)


async def _end(context: MoveContext, state: State, note: str, **detail: object) -> Mapping[str, object]:
    """End the matter: assignments, state, event, words, duties."""
    await store.end_assignments(context.conn, context.ticket.id, context.now, _END_REASON.get(state, "ended"))
    await store.set_state(context.conn, context.ticket.id, state, context.now)
    event = await context.publish(event_kind(state), **detail)
    await store.add_note(context.conn, context.ticket.id, event.seq, state.value, note, public=True)
    await store.close_duties(context.conn, context.ticket.id, duties_on_end(state), event.seq, event.at)
    return {"state": state}


_END_REASON = {State.MERGED: "merged", State.WITHDRAWN: "withdrawn"}


async def answer(context: MoveContext, body: AnswerBody) -> Mapping[str, object]:
    """End a ticket that was answered on the spot. The record names the version of the notice sheet that was cited."""
    if body.sheet is None:
        if body.sms:
            raise BadField("Say which sheet goes by SMS.", field="sheet")
        return await _end(context, State.ANSWERED, body.text)
    cited = await context.services.hooks.cited(context.conn, context.services, body.sheet, context.now)
    if cited is None:
        raise BadField("There is no such sheet in force.", field="sheet")
    sent = body.sms and await _send_sheet(context, cited)
    result = await _end(context, State.ANSWERED, body.text, sheet=cited.sheet, version=cited.version)
    return {**result, "sheet": str(cited.sheet), "version": cited.version, "sms": sent}


async def _send_sheet(context: MoveContext, cited: CitedSheet) -> bool:
    """What one needs of a sheet, by SMS; whoever just called has it at once, at night too. Not of a secret matter."""
    if await is_secret(context.conn, context.ticket):
        return False
    due = await to_person(
        context.conn,
        context.services,
        context.ticket,
        "sheet",
        f"sheet:{context.ticket.id}",
        context.now,
        at_once=context.now - context.ticket.received_at <= _JUST_NOW,
        title=cited.title,
        essentials=cited.essentials,
    )
    return due is not None


async def decline(context: MoveContext, body: DeclineBody) -> Mapping[str, object]:
    """Decline a matter that is not for the hotline (不予受理): the person is told why and where to go."""
    await to_person(
        context.conn,
        context.services,
        context.ticket,
        "declined",
        f"declined:{context.ticket.id}",
        context.now,
        basis=body.basis,
        where=body.where,
    )
    return await _end(context, State.DECLINED, f"{body.basis} → {body.where}")


async def transfer(context: MoveContext, body: TransferBody) -> Mapping[str, object]:
    """Transfer an emergency, or another level's matter, with its receiver's reference. A tipoff never goes to whom it
    names.
    """
    if await protection(context.conn, context.ticket.id) is not None:
        to = named_in(body.to, await directory(context.conn))
        for unit in to.certain | to.possible:
            if await is_hidden(context.conn, context.ticket.id, unit):
                raise Illegal("A tipoff never goes to the unit that it names.")
    await to_person(
        context.conn,
        context.services,
        context.ticket,
        "transferred",
        f"transferred:{context.ticket.id}",
        context.now,
        to=body.to,
        reference=body.reference,
    )
    return await _end(context, State.TRANSFERRED, f"{body.to} · {body.reference}", to=body.to)


async def withdraw(context: MoveContext, body: WithdrawalBody) -> Mapping[str, object]:
    """Withdraw a ticket at the person's wish, expressed on the person's own line."""
    return await _end(context, State.WITHDRAWN, body.note)


async def merge(context: MoveContext, body: MergeBody) -> Mapping[str, object]:
    """Merge the ticket into another one about the same matter, which keeps the earlier start of both. Tipoffs are never
    merged.
    """
    if body.into == context.ticket.number:
        raise BadField("A ticket is not merged into itself.", field="into")
    parent = await visible(context.conn, context.user, body.into, lock=True)
    if await tipoffs_sql.protected_among(context.conn, [context.ticket.id, parent.id]):
        raise Illegal("A tipoff is never merged.")
    if parent.state in ENDED or parent.filed_at is not None:
        raise Illegal("Ticket %(number)s has ended.", number=parent.number)
    await tickets_sql.set_parent(context.conn, context.ticket.id, parent.id)
    result = await _end(context, State.MERGED, "", parent=parent.id)
    await context.services.publish(
        context.conn,
        Draft(
            parent.id,
            "joined",
            context.user.actor,
            {"child": context.ticket.id, "received_at": context.ticket.received_at},
        ),
        context.now,
    )
    await to_person(
        context.conn,
        context.services,
        context.ticket,
        "merged",
        f"merged:{context.ticket.id}",
        context.now,
        parent=parent.number,
    )
    return {**result, "into": parent.number}


async def split(context: MoveContext, body: SplitBody) -> Mapping[str, object]:
    """Split a call with several matters: each becomes a ticket of the same person and operator."""
    words = (await store.words(context.conn, [context.ticket.id])).get(context.ticket.id)
    new_ticket = [
        NewTicket(
            channel=context.ticket.channel,
            text=text,
            person=context.ticket.person_id,
            at=context.ticket.received_at,
            place=words.place if words else "",
            category=context.ticket.category,
            urgency=context.ticket.urgency,
            confidential=context.ticket.confidential,
            concerned=context.ticket.concerned_id,
            operator=context.ticket.owner_id,
            after=context.ticket.id,
        )
        for text in body.texts
    ]
    opened = await open_tickets(context.conn, context.services, new_ticket, context.now)
    await promise_first(context.conn, context.services, list(zip(new_ticket, opened, strict=True)), context.now)
    await context.publish("split", tickets=[o.ticket for o in opened])
    return {"tickets": [{"number": o.number, "code": o.code} for o in opened]}


MOVES = (
    Move("answers", AnswerBody, Who.CENTRE, answer, "Answer on the spot"),
    Move("declines", DeclineBody, Who.CENTRE, decline, "Decline, with basis and where to go"),
    Move("transfers", TransferBody, Who.CENTRE, transfer, "Transfer to another line"),
    Move("withdrawals", WithdrawalBody, Who.CENTRE, withdraw, "Withdraw at the person's wish"),
    Move("merges", MergeBody, Who.CENTRE, merge, "Merge into another ticket"),
    Move("splits", SplitBody, Who.CENTRE, split, "Split off further matters"),
)

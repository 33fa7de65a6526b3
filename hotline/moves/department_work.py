"""The department's work: sign, speak to the person, make safe (rulebook §§3–6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import StringConstraints

from hotline.base.http.problem import Illegal
from hotline.moves import moves_sql
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.ticket import Duty, DutyState, State
from hotline.tickets import store, tickets_sql

_TRIES, _APART = 3, timedelta(hours=2)


class SignatureBody(Fields):
    """Who handles it: a name, by default the signer's."""

    handler: Annotated[str, StringConstraints(max_length=80)] = ""


class FirstContactBody(Fields):
    """What was said, and over which line; `reached` false: a try that reached nobody."""

    note: Required
    via: Literal["relay", "call", "visit", "sms", "other"]
    reached: bool = True


class MadeSafeBody(Fields):
    """What was done, the cause and the expected end (先行处置)."""

    note: Required


async def sign(context: MoveContext, body: SignatureBody) -> Mapping[str, object]:
    """Sign for the ticket (签收): the department has received it; that does not settle whose duty it is."""
    assignment = await context.own_assignment()
    if assignment.part == "lead" and context.ticket.state is State.RETURNED:
        raise Illegal("Your department returned the ticket; the centre names who handles it.")
    if assignment.signed_at is not None:
        raise Illegal("Your department has signed for ticket %(number)s already.", number=context.ticket.number)
    handler = body.handler or context.user.shown_name
    await tickets_sql.sign_assignment(
        context.conn, assignment.id, context.now, context.user.id, context.services.keys.encrypt(handler)
    )
    await tickets_sql.acknowledge_assignment(context.conn, assignment.id, context.now, context.user.actor)
    lead = assignment.part == "lead"
    if lead:
        await store.set_state(context.conn, context.ticket.id, State.SIGNED)
    event = await context.publish(
        "signed", department=assignment.department_id, assignment=assignment.id, part=assignment.part
    )
    if lead:
        await store.close_duties(context.conn, context.ticket.id, {Duty.LIAISE: DutyState.DONE}, event.seq, event.at)
    return {
        "state": State.SIGNED if lead else context.ticket.state,
        "assignment": assignment.id,
        "handler": handler,
    }


async def first_contact(context: MoveContext, body: FirstContactBody) -> Mapping[str, object]:
    """The department spoke to the person; the first time stops the clock, later ones are kept too.

    Three tries that reached nobody count as well, each at least two hours after the one before (rulebook §5).
    """
    assignment = await context.own_assignment()
    if not body.reached:
        event = await context.publish(
            "contact_tried", department=assignment.department_id, assignment=assignment.id, via=body.via
        )
        await store.add_note(context.conn, context.ticket.id, event.seq, "first_contact", body.note)
        tries = await moves_sql.contact_tries(context.conn, context.ticket.id, str(assignment.id))
        if assignment.contacted_at is not None or not enough_tries(tries):
            return {"seq": event.seq, "tries": len(tries)}
    await tickets_sql.contact_assignment(context.conn, assignment.id, context.now)
    event = await context.publish(
        "first_contact",
        department=assignment.department_id,
        assignment=assignment.id,
        via=body.via,
        reached=body.reached,
    )
    if body.reached:
        await store.add_note(context.conn, context.ticket.id, event.seq, "first_contact", body.note)
    return {"seq": event.seq}


def enough_tries(tries: Sequence[datetime]) -> bool:
    """Whether three of these tries lie at least two hours apart, each from the one before that counted. Pure."""
    counted: list[datetime] = []
    for at in sorted(tries):
        if not counted or at - counted[-1] >= _APART:
            counted.append(at)
    return len(counted) >= _TRIES


async def made_safe(context: MoveContext, body: MadeSafeBody) -> Mapping[str, object]:
    """Report that the place is safe (先行处置), though the matter may not be done."""
    assignment = await context.own_assignment()
    await tickets_sql.safe_assignment(context.conn, assignment.id, context.now)
    event = await context.publish("made_safe", department=assignment.department_id, assignment=assignment.id)
    await store.add_note(context.conn, context.ticket.id, event.seq, "made_safe", body.note)
    return {"seq": event.seq}


MOVES = (
    Move("signatures", SignatureBody, Who.ASSIGNED, sign, "Sign for the ticket"),
    Move("first-contacts", FirstContactBody, Who.ASSIGNED, first_contact, "Log the first contact with the person"),
    Move("made-safe", MadeSafeBody, Who.ASSIGNED, made_safe, "Report that the place is safe"),
)

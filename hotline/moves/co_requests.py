"""Requests of the lead department to the centre: for a co-handler, for a pause (rulebook §§4–5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.moves import department_sql
from hotline.moves.accused import Answer
from hotline.moves.dispatches import Required, add_co_handler
from hotline.moves.move import Move, MoveContext, Who, not_now
from hotline.people.actions import Fields
from hotline.people.departments import departments_by_id, find_department
from hotline.ticket import WITH_DEPARTMENT, Duty, DutyState, State
from hotline.tickets import store, tickets_sql

Day = Annotated[date, BeforeValidator(lambda value: value[:10] if isinstance(value, str) else value)]


class CoRequestBody(Fields):
    """Which department is needed beside the lead, and why."""

    department: Required
    reason: Required


class CoRequestDecisionBody(Fields):
    """Granted or not, and why."""

    granted: bool
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""
    names_it: Answer = None


class PauseRequestBody(Fields):
    """Until which day the person is waited for, and why."""

    until: Day
    reason: Required


async def ask_co_handler(context: MoveContext, body: CoRequestBody) -> Mapping[str, object]:
    """The lead asks for a co-handler; the centre decides. Coordinate stays open until then."""
    if context.ticket.state not in WITH_DEPARTMENT:
        raise not_now("co-handlers", context.ticket)
    lead = await context.lead()
    wanted = await find_department(context.conn, body.department)
    if await store.open_assignment(context.conn, context.ticket.id, wanted.id):
        raise Illegal("%(department)s has a part in this ticket already.", department=wanted.name)
    if await tickets_sql.is_hidden(context.conn, context.ticket.id, wanted.id):
        raise Illegal("A tipoff never goes to the unit that it names.")
    made = await department_sql.insert_co_request(
        context.conn, context.ticket.id, lead.id, wanted.id, body.reason, context.user.actor, context.now
    )
    if made is None:
        raise Illegal("This was asked for already; the centre decides.")
    event = await context.publish(
        "co_handler_asked", department=lead.department_id, assignment=lead.id, request=made, wanted=wanted.id
    )
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    await store.reopen_duties(context.conn, context.ticket.id, [Duty.COORDINATE])
    await _tell_centre(context)
    return {"request": made, "department": wanted.name}


async def decide_co_handler(context: MoveContext, body: CoRequestDecisionBody) -> Mapping[str, object]:
    """The centre's word on it; granted, the department has its part at once."""
    row = await department_sql.co_request(context.conn, context.item, context.ticket.id)
    if row is None:
        raise Missing("There is no request %(item)s.", item=context.item)
    if row.decided_at is not None:
        raise Illegal("This request was decided already.")
    if not body.granted and not body.reason:
        raise BadField("Say why it is refused.", field="reason")
    working = context.ticket.state in WITH_DEPARTMENT
    if body.granted and not working:
        raise not_now("co-handlers", context.ticket)
    await department_sql.decide_co_request(
        context.conn, row.id, body.granted, context.user.actor, context.now, body.reason
    )
    event = await context.publish("co_handler_decided", request=row.id, granted=body.granted)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    assignment = None
    if body.granted:
        wanted = (await departments_by_id(context.conn, [row.department_id]))[row.department_id]
        assignment = (await add_co_handler(context, wanted, body.names_it)).id
    elif (
        not working
        and context.ticket.state is not State.RETURNED
        and not await department_sql.co_request_waits(context.conn, context.ticket.id)
    ):
        await store.close_duties(
            context.conn, context.ticket.id, {Duty.COORDINATE: DutyState.DONE}, event.seq, event.at
        )
    return {"request": row.id, "granted": body.granted, "assignment": assignment}


async def ask_pause(context: MoveContext, body: PauseRequestBody) -> Mapping[str, object]:
    """The lead requests a pause of its clock while it waits for the person; the centre decides."""
    lead = await context.lead()
    event = await context.publish(
        "pause_asked", department=lead.department_id, assignment=lead.id, until=body.until.isoformat()
    )
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    await _tell_centre(context)
    return {"seq": event.seq}


async def _tell_centre(context: MoveContext) -> None:
    await notify(
        context.conn, ["centre", f"user:{context.ticket.owner_id}"], LiveKind.TICKET, number=context.ticket.number
    )


MOVES = (
    Move("co-requests", CoRequestBody, Who.LEAD, ask_co_handler, "Ask for a co-handler"),
    Move(
        "co-requests",
        CoRequestDecisionBody,
        Who.CENTRE,
        decide_co_handler,
        "Decide on a co-handler asked for",
        sub="decisions",
    ),
    Move("pause-requests", PauseRequestBody, Who.LEAD, ask_pause, "Ask for a pause"),
)

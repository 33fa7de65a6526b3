"""Dispatch to a department, recall of a wrong dispatch, co-handlers (rulebook §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.http.problem import Illegal
from hotline.moves.accused import Answer, ask_whether_named
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.people.departments import Department, find_department
from hotline.ticket import Assignment as Part
from hotline.ticket import Duty, State
from hotline.tickets import store, tickets_sql

Required = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class DispatchBody(Fields):
    """The department by code or exact name; of a tipoff also whether it names that department."""

    department: Required
    names_it: Answer = None


class RecallBody(Fields):
    """Why the dispatch was wrong."""

    reason: Required


async def dispatch(context: MoveContext, body: DispatchBody) -> Mapping[str, object]:
    """Give the ticket to its department (派单). A tipoff about officials is not dispatched (rulebook §8)."""
    department = await find_department(context.conn, body.department)
    await ask_whether_named(context, department, body.names_it)
    suggested = await context.services.hooks.suggested(context.conn, context.services, context.ticket, context.now)
    assignment = await store.assign(
        context.conn,
        context.ticket.id,
        department.id,
        part="lead",
        by=context.user.actor,
        now=context.now,
        suggested=suggested,
    )
    await store.set_state(context.conn, context.ticket.id, State.DISPATCHED)
    await context.publish("dispatched", department=department.id, assignment=assignment.id)
    return {"state": State.DISPATCHED, "assignment": assignment.id, "department": department.name}


async def recall(context: MoveContext, body: RecallBody) -> Mapping[str, object]:
    """Undo a wrong dispatch: the centre has the ticket again, and answers for the time."""
    lead = await context.lead()
    await store.end_assignments(context.conn, context.ticket.id, context.now, "recalled")
    await tickets_sql.set_department(context.conn, context.ticket.id, None)
    await store.set_state(context.conn, context.ticket.id, State.RECEIVED)
    event = await context.publish("recalled", department=lead.department_id, assignment=lead.id)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    await store.reopen_duties(context.conn, context.ticket.id, [Duty.LIAISE])
    return {"state": State.RECEIVED}


async def co_handle(context: MoveContext, body: DispatchBody) -> Mapping[str, object]:
    """Another department beside the lead (协办), with its own assignment."""
    department = await find_department(context.conn, body.department)
    if await store.open_assignment(context.conn, context.ticket.id, department.id):
        raise Illegal("%(department)s has a part in this ticket already.", department=department.name)
    assignment = await add_co_handler(context, department, body.names_it)
    return {"assignment": assignment.id, "department": department.name}


async def add_co_handler(context: MoveContext, department: Department, names_it: bool | None) -> Part:
    """A department beside the lead, from now on; of a tipoff it is asked whether it names that one."""
    await ask_whether_named(context, department, names_it)
    by = context.user.actor
    part = await store.assign(context.conn, context.ticket.id, department.id, part="co", by=by, now=context.now)
    await context.publish("co_handler", department=department.id, assignment=part.id)
    return part


MOVES = (
    Move("assignments", DispatchBody, Who.CENTRE, dispatch, "Dispatch to a department"),
    Move("recalls", RecallBody, Who.CENTRE, recall, "Undo a wrong dispatch"),
    Move("co-handlers", DispatchBody, Who.CENTRE, co_handle, "Add a co-handler"),
)

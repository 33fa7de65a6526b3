"""To a department and back again: dispatch, recall, co-handlers (rulebook §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.http.problem import Illegal
from hotline.moves.accused import Answer, ask
from hotline.moves.move import Act, Body, Move, Who
from hotline.ticket import Assignment as Part
from hotline.ticket import Duty, State
from hotline.tickets import store

Required = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class DispatchBody(Body):
    """The department by code or exact name; of a tipoff also whether it names that department."""

    department: Required
    names_it: Answer = None


class RecallBody(Body):
    """Why the dispatch was wrong."""

    reason: Required


async def dispatch(act: Act, body: DispatchBody) -> Mapping[str, object]:
    """Give the ticket to its department (派单). A tipoff about officials is not dispatched (rulebook §8)."""
    department = await store.find_department(act.conn, body.department)
    await ask(act, department, body.names_it)
    suggested = await act.services.suggested(act.conn, act.services, act.ticket, act.now)
    assignment = await store.assign(
        act.conn,
        act.ticket.id,
        department.id,
        part="lead",
        by=act.user.actor,
        now=act.now,
        suggested=suggested,
    )
    await store.set_state(act.conn, act.ticket.id, State.DISPATCHED)
    await act.publish("dispatched", department=department.id, assignment=assignment.id)
    return {"state": State.DISPATCHED, "assignment": assignment.id, "department": department.name}


async def recall(act: Act, body: RecallBody) -> Mapping[str, object]:
    """Undo a wrong dispatch: the centre has the ticket again, and answers for the time."""
    lead = await act.lead()
    await store.end_assignments(act.conn, act.ticket.id, act.now, "recalled")
    await act.conn.execute(store.Q["set_department"], act.ticket.id, None)
    await store.set_state(act.conn, act.ticket.id, State.RECEIVED)
    event = await act.publish("recalled", department=lead.department_id, assignment=lead.id)
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    await store.reopen_duties(act.conn, act.ticket.id, [Duty.LIAISE])
    return {"state": State.RECEIVED}


async def co_handle(act: Act, body: DispatchBody) -> Mapping[str, object]:
    """Another department beside the lead (协办), with its own assignment."""
    department = await store.find_department(act.conn, body.department)
    if await store.open_assignment(act.conn, act.ticket.id, department.id):
        raise Illegal("%(department)s has a part in this ticket already.", department=department.name)
    assignment = await add_co_handler(act, department, body.names_it)
    return {"assignment": assignment.id, "department": department.name}


async def add_co_handler(act: Act, department: store.Department, names_it: bool | None) -> Part:
    """A department beside the lead, from now on; of a tipoff it is asked whether it names that one."""
    await ask(act, department, names_it)
    by = act.user.actor
    part = await store.assign(act.conn, act.ticket.id, department.id, part="co", by=by, now=act.now)
    await act.publish("co_handler", department=department.id, assignment=part.id)
    return part


MOVES = (
    Move("assignments", DispatchBody, Who.CENTRE, dispatch, "Dispatch to a department"),
    Move("recalls", RecallBody, Who.CENTRE, recall, "Undo a wrong dispatch"),
    Move("co-handlers", DispatchBody, Who.CENTRE, co_handle, "Add a co-handler"),
)

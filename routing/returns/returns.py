"""Returns, each with reason and basis, and the rulings that name who handles the ticket (rulebook §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Illegal
from hotline.base.services import Services, by_ticket, departments_read
from hotline.ids import TicketId
from hotline.moves.accused import Answer, ask_whether_named
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields
from hotline.people.departments import Department, find_department
from hotline.ticket import Duty, State, Urgency
from hotline.tickets import store
from hotline.tickets.tipoffs.take_back import seen_by
from routing.clocks import return_is_late, ruling_overdue
from routing.directory.catalogue import line_that_names
from routing.returns import returns_sql
from routing.returns.reasons import REASONS, TOO_LITTLE, needs_suggestion, reason_of

_TRIES = 2


class ReturnBody(Fields):
    """Why it is not the department's: reason (one of four, by code or in words), basis, who should have it.

    `facts`: what came to light since the dispatch; a return after its clock is then not "without new facts".
    """

    reason: Required
    basis: Required
    suggested: Annotated[str, StringConstraints(max_length=200)] = ""
    facts: Annotated[str, StringConstraints(max_length=4000)] = ""


class RulingBody(Fields):
    """Which department handles this ticket, and why."""

    department: Required
    reason: Required
    names_it: Answer = None


async def give_back(context: MoveContext, body: ReturnBody) -> Mapping[str, object]:
    """Return the ticket (退单): once for each department and ticket; the clocks of the department are held.

    Critical and urgent: the department handles first (made-safe and first contact stay open to it), the centre rules after.
    """
    lead, reason = await context.lead(), reason_of(body.reason)
    if reason is None:
        raise BadField("%(where)s is not one of: %(choices)s.", field="reason", where="reason", choices=list(REASONS))
    if needs_suggestion(reason) and not body.suggested:
        raise BadField("Name the department that should have it.", field="suggested")
    suggested = await find_department(context.conn, body.suggested, field="suggested") if body.suggested else None
    if suggested is not None and suggested.id == lead.department_id:
        raise BadField("This is the department that returns it.", field="suggested")
    if await returns_sql.returned_before(context.conn, context.ticket.id, lead.department_id):
        raise Illegal("Your department returned this ticket before; the ruling stands.")
    tries = await returns_sql.attempts(context.conn, context.ticket.id, lead.department_id)
    if reason == TOO_LITTLE and tries < _TRIES:
        raise Illegal(
            "For want of information a ticket is returned only after two logged attempts to reach the person."
        )
    late = await return_is_late(context.conn, context.services, context.ticket.id, lead.id, context.now)
    made = await returns_sql.insert_return(
        context.conn,
        context.ticket.id,
        lead.id,
        lead.department_id,
        reason,
        body.basis,
        suggested.id if suggested else None,
        late,
        context.user.actor,
        context.now,
        body.facts,
    )
    await store.set_state(context.conn, context.ticket.id, State.RETURNED)
    first = context.ticket.urgency is not Urgency.NORMAL
    event = await context.publish(
        "returned",
        department=lead.department_id,
        assignment=lead.id,
        case=made,
        suggested=suggested.id if suggested else None,
        late=late,
        facts=bool(body.facts),
    )
    words = [body.reason, body.basis, body.facts]
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", "\n".join(w for w in words if w))
    await store.reopen_duties(context.conn, context.ticket.id, [Duty.COORDINATE])
    await notify(
        context.conn, ["centre", f"user:{context.ticket.owner_id}"], LiveKind.TICKET, number=context.ticket.number
    )
    return {"state": State.RETURNED, "return": made, "reason": reason, "late": late, "handle_first": first}


async def rule(context: MoveContext, body: RulingBody) -> Mapping[str, object]:
    """Name who handles it (指定承办), in writing. The same department: overruled, its clocks go on as if never paused."""
    row = await returns_sql.open_return(context.conn, context.ticket.id)
    if row is None:
        raise Illegal("No return waits for a ruling.")
    named = await find_department(context.conn, body.department)
    await ask_whether_named(context, named, body.names_it)
    overruled = named.id == row.department_id
    line = await _line(context, row.department_id, row.returned_at) if overruled else None
    await returns_sql.rule_return(
        context.conn, row.id, context.user.actor, context.now, named.id, body.reason, overruled, line
    )
    late: dict[str, object] = {}
    if overruled:
        overdue = await ruling_overdue(context.conn, context.services, context.ticket.id, context.now)
        late = {"ruling_due": overdue} if overdue is not None else {}
        lead = await context.lead()
        state = State.SIGNED if lead.signed_at is not None else State.DISPATCHED
        await store.set_state(context.conn, context.ticket.id, state)
    else:
        lead, state = await _moved(context, named), State.DISPATCHED
    event = await context.publish(
        "ruled",
        department=named.id,
        assignment=lead.id,
        case=row.id,
        overruled=overruled,
        before=row.department_id,
        catalogue=line,
        **late,
    )
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    if not overruled:
        await store.reopen_duties(context.conn, context.ticket.id, [Duty.LIAISE])
    await returns_sql.insert_precedent(
        context.conn, context.ticket.id, named.id, body.reason, f"ruling {context.ticket.number}", context.now
    )
    before = await seen_by(context.conn, context.ticket.id, row.department_id)
    await notify(context.conn, before, LiveKind.TICKET, number=context.ticket.number)
    return {"state": state, "department": named.name, "overruled": overruled, "assignment": lead.id}


async def _moved(context: MoveContext, named: Department) -> Any:
    """Another department is the lead from now on; where it was a co-handler, that part ends."""
    await store.end_assignments(context.conn, context.ticket.id, context.now, "ruled", part="lead")
    own = await store.open_assignment(context.conn, context.ticket.id, named.id)
    if own is not None:
        await store.end_assignment(context.conn, own.id, context.now, "ruled")
    lead = await store.assign(
        context.conn, context.ticket.id, named.id, part="lead", by=context.user.actor, now=context.now
    )
    await store.set_state(context.conn, context.ticket.id, State.DISPATCHED)
    return lead


async def _line(context: MoveContext, department: int, at: datetime) -> int | None:
    """The line of the catalogue that names the department for this matter on the day of its return, if there is one."""
    words = (await store.words(context.conn, [context.ticket.id])).get(context.ticket.id)
    if words is None:
        return None
    day = at.astimezone(context.services.settings.zone).date()
    return await line_that_names(context.conn, department, words.text, day)


async def on_recalled(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """A unit that a tipoff came to name lost it while its return waited: nothing is left to rule on."""
    await returns_sql.end_returns(conn, sorted({e.ticket for e in events}), now)


#: What departments read of it.
READ = departments_read(
    "id",
    "department",
    "department_name",
    "reason",
    "basis",
    "suggested",
    "suggested_name",
    "late",
    "facts",
    "returned_at",
    "returned_by",
    "ruled_at",
    "ruled_by",
    "ruled_to",
    "ruled_to_name",
    "ruling",
    "overruled",
    "catalogue",
)


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """Returns and rulings of tickets: from, to, when, why, who."""
    rows = await returns_sql.returns_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "id": row.id,
            "department": row.code,
            "department_name": row.name,
            "reason": row.reason,
            "basis": row.basis,
            "suggested": row.suggested,
            "suggested_name": row.suggested_name,
            "late": row.late,
            "facts": row.facts,
            "returned_at": row.returned_at,
            "returned_by": row.returner,
            "ruled_at": row.ruled_at,
            "ruled_by": row.ruler,
            "ruled_to": row.ruled_code,
            "ruled_to_name": row.ruled_name,
            "ruling": row.ruling,
            "overruled": row.overruled,
            "catalogue": row.matter,
        },
    )


MOVES = (
    Move("returns", ReturnBody, Who.LEAD, give_back, "Return the ticket"),
    Move("rulings", RulingBody, Who.MANAGER, rule, "Name who handles it"),
)
SUBSCRIBERS = (Subscriber("returns end", frozenset({"recalled"}), on_recalled),)

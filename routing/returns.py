"""Back and forth: a return with reason and basis, and the ruling that names who handles it (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from hotline.base.db import Conn, queries
from hotline.base.ids import TicketId
from hotline.base.problem import BadField, Illegal
from hotline.ticket import Duty, State
from hotline.tickets import store
from hotline.work.dispatch import Required
from hotline.work.move import Act, Body, Move, Who

Q = queries("routing")
#: The four reasons of domain.md §7; other words are kept as they were given.
NOT_OURS, BEYOND, TOO_LITTLE, DUPLICATE = "not_ours", "beyond_powers", "not_enough_information", "duplicate"
_TRIES = 2


class Return(Body):
    """Why it is not the department's: reason, legal or duty basis, and the department that should have it."""

    reason: Required
    basis: Required
    suggested: Annotated[str, StringConstraints(max_length=200)] = ""


class Ruling(Body):
    """Which department handles this ticket, and why."""

    department: Required
    reason: Required


async def give_back(act: Act, body: Return) -> Mapping[str, object]:
    """Return the ticket (退单): once for each department and ticket; the clocks of the department stand still."""
    lead = await act.lead()
    if not body.suggested and body.reason not in {BEYOND, TOO_LITTLE, DUPLICATE}:
        raise BadField("Name the department that should have it.", field="suggested")
    suggested = (
        await store.find_department(act.conn, body.suggested, field="suggested") if body.suggested else None
    )
    if suggested is not None and suggested.id == lead.department_id:
        raise BadField("This is the department that returns it.", field="suggested")
    if await act.conn.fetchval(Q["returned_before"], act.ticket.id, lead.department_id):
        raise Illegal("Your department returned this ticket before; the ruling stands.")
    if body.reason == TOO_LITTLE and await act.conn.fetchval(Q["attempts"], act.ticket.id) < _TRIES:
        raise Illegal(
            "For want of information a ticket is returned only after two logged attempts to reach the person."
        )
    late = await _is_late(act, lead.id)
    made = await act.conn.fetchval(
        Q["insert_return"], act.ticket.id, lead.id, lead.department_id, body.reason, body.basis,
        suggested.id if suggested else None, late, act.user.actor, act.now,
    )  # fmt: skip
    await store.set_state(act.conn, act.ticket.id, State.RETURNED)
    event = await act.publish(
        "returned", department=lead.department_id, assignment=lead.id, case=made,
        suggested=suggested.id if suggested else None, late=late,
    )  # fmt: skip
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", f"{body.reason}\n{body.basis}")
    await store.reopen_duties(act.conn, act.ticket.id, [Duty.COORDINATE])
    return {"state": State.RETURNED, "return": made, "late": late}


async def _is_late(act: Act, assignment: int) -> bool:
    """Whether the return clock had run out; read through the section that the package above contributes."""
    for section in act.house.sections:
        if section.name == "clocks":
            clocks: list[dict[str, Any]] = (await section.load(act.conn, [act.ticket.id], act.now)).get(
                act.ticket.id, []
            )
            return any(
                c["clock"] == "return" and c["assignment"] == assignment and c["due_at"] < act.now
                for c in clocks
            )
    return False


async def rule(act: Act, body: Ruling) -> Mapping[str, object]:
    """Name who handles this ticket (指定承办). The same department: overruled, its clocks go on as if never paused."""
    row = await act.conn.fetchrow(Q["open_return"], act.ticket.id)
    if row is None:
        raise Illegal("No return waits for a ruling.")
    named = await store.find_department(act.conn, body.department)
    overruled = named.id == row["department_id"]
    await act.conn.execute(
        Q["rule_return"], row["id"], act.user.actor, act.now, named.id, body.reason, overruled
    )
    if overruled:
        lead = await act.lead()
        state = State.SIGNED if lead.signed_at is not None else State.DISPATCHED
        await store.set_state(act.conn, act.ticket.id, state)
    else:
        await store.end_assignments(act.conn, act.ticket.id, act.now, "ruled", part="lead")
        lead = await store.assign(
            act.conn, act.ticket.id, named.id, part="lead", by=act.user.actor, now=act.now
        )
        state = State.DISPATCHED
        await store.set_state(act.conn, act.ticket.id, state)
    event = await act.publish(
        "ruled", department=named.id, assignment=lead.id, case=row["id"], overruled=overruled,
        before=row["department_id"],
    )  # fmt: skip
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    if not overruled:
        await store.reopen_duties(act.conn, act.ticket.id, [Duty.LIAISE])
    await act.conn.execute(
        Q["insert_precedent"], act.ticket.id, named.id, body.reason, f"ruling {act.ticket.number}", act.now
    )
    return {"state": state, "department": named.name, "overruled": overruled, "assignment": lead.id}


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """Returns and rulings of tickets: from, to, when, why, who."""
    found: dict[TicketId, list[dict[str, Any]]] = {i: [] for i in ids}
    for row in await conn.fetch(Q["returns_of"], list(ids)):
        found[TicketId(row["ticket_id"])].append(
            {
                "department": row["code"], "department_name": row["name"], "reason": row["reason"], "basis": row["basis"],
                "suggested": row["suggested"], "suggested_name": row["suggested_name"], "late": row["late"],
                "returned_at": row["returned_at"], "ruled_at": row["ruled_at"], "ruled_to": row["ruled_code"],
                "ruled_to_name": row["ruled_name"], "ruling": row["ruling"], "overruled": row["overruled"],
            }
        )  # fmt: skip
    return found


MOVES = (
    Move("returns", Return, Who.LEAD, give_back, "Return the ticket"),
    Move("rulings", Ruling, Who.MANAGER, rule, "Name who handles it"),
)

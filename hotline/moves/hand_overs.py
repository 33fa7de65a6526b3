"""Changes of a ticket's owner: hand-over with the receiver's consent or by a manager's order; and waivers of a duty
(rulebook §§3–4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.ids import UserId
from hotline.moves import moves_sql
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields, NoFields
from hotline.ticket import Duty, DutyState, Role
from hotline.tickets import store


class HandOverBody(Fields):
    """To whom (name), and why; a manager's hand-over is an order and needs a reason."""

    to: Required
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class WaiverBody(Fields):
    """Which of the five duties, and why."""

    duty: Duty
    reason: Required


async def hand_over(context: MoveContext, body: HandOverBody) -> Mapping[str, object]:
    """The owner asks another to take the ticket; by a manager it is an order, at once."""
    if context.ticket.filed_at is not None:
        raise Illegal("Ticket %(number)s is filed and closed.", number=context.ticket.number)
    row = await moves_sql.find_operator(context.conn, body.to)
    if row is None:
        raise BadField("There is no operator %(named)s.", field="to", named=body.to)
    receiver = UserId(row.id)
    if receiver == context.ticket.owner_id:
        raise BadField("%(named)s owns this ticket already.", field="to", named=row.shown_name)
    ordered = context.user.role is Role.MANAGER
    if ordered and not body.reason:
        raise BadField("An order needs its reason.", field="reason")
    if not ordered and context.user.id != context.ticket.owner_id:
        raise Forbidden("Only the owner hands a ticket over; a manager orders it.")
    await moves_sql.end_hand_overs(context.conn, context.ticket.id, context.now)
    made = await moves_sql.insert_hand_over(
        context.conn,
        context.ticket.id,
        context.ticket.owner_id,
        receiver,
        body.reason,
        context.user.id,
        context.now,
    )
    if ordered:
        await _take(context, made, receiver, "order", body.reason)
        return {"hand_over": made, "owner": row.shown_name, "accepted": True}
    event = await context.publish("hand_over_asked", to=receiver, hand_over=made)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"hand_over": made, "owner": context.ticket.owner_id, "accepted": False}


async def accept(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """The receiver takes it."""
    row = next(iter(await moves_sql.open_hand_over(context.conn, context.ticket.id)), None)
    if row is None or row.id != context.item:
        raise Missing("There is no open hand-over %(item)s.", item=context.item)
    if row.to_id != context.user.id:
        raise Forbidden("This is for %(who)s.", who=Who.RECEIVER.value)
    await _take(context, row.id, context.user.id, "hand_over", row.reason)
    return {"hand_over": row.id, "owner": context.user.shown_name, "accepted": True}


async def _take(context: MoveContext, made: int, receiver: UserId, how: str, reason: str) -> None:
    await moves_sql.accept_hand_over(context.conn, made, context.now)
    await store.set_owner(context.conn, context.ticket.id, receiver, how, reason, context.now)
    event = await context.publish("handed_over", to=receiver, how=how, before=context.ticket.owner_id)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", reason)


async def waive(context: MoveContext, body: WaiverBody) -> Mapping[str, object]:
    """A manager not involved lets a duty go, with a reason that the notice prints."""
    if context.ticket.filed_at is not None:
        raise Illegal("Ticket %(number)s is filed and closed.", number=context.ticket.number)
    if await moves_sql.was_involved(context.conn, context.ticket.id, context.user.id, context.user.actor):
        raise Forbidden("A duty is waived by a manager who had no part in the ticket.")
    rows = {row.duty: row for row in (await store.duties(context.conn, [context.ticket.id]))[context.ticket.id]}
    if rows[body.duty].state is not DutyState.OPEN:
        raise Illegal("The duty %(duty)s is closed already.", duty=body.duty.value)
    event = await context.publish("waived", duty=body.duty)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    await store.close_duties(context.conn, context.ticket.id, {body.duty: DutyState.WAIVED}, event.seq, event.at)
    return {"duty": body.duty, "state": DutyState.WAIVED}


MOVES = (
    Move("hand-overs", HandOverBody, Who.CENTRE, hand_over, "Hand over to another operator"),
    Move("hand-overs", NoFields, Who.RECEIVER, accept, "Accept a hand-over", sub="acceptances"),
    Move("waivers", WaiverBody, Who.MANAGER, waive, "Waive a duty"),
)

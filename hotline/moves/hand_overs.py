"""Who owns a ticket: hand-over with the receiver's yes, a manager's order, waivers of a duty (rulebook §§3–4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.ids import UserId
from hotline.moves.dispatches import Required
from hotline.moves.move import Act, Body, Move, Nothing, Q, Who
from hotline.ticket import Duty, DutyState, Role
from hotline.tickets import store


class HandOverBody(Body):
    """To whom (name), and why; a manager's hand-over is an order and needs a reason."""

    to: Required
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class WaiverBody(Body):
    """Which of the five duties, and why."""

    duty: Duty
    reason: Required


async def hand_over(act: Act, body: HandOverBody) -> Mapping[str, object]:
    """The owner asks another to take the ticket; by a manager it is an order, at once."""
    if act.ticket.filed_at is not None:
        raise Illegal("Ticket %(number)s is filed and closed.", number=act.ticket.number)
    row = await act.conn.fetchrow(Q["find_operator"], body.to)
    if row is None:
        raise BadField("There is no operator %(named)s.", field="to", named=body.to)
    receiver = UserId(row["id"])
    if receiver == act.ticket.owner_id:
        raise BadField("%(named)s owns this ticket already.", field="to", named=row["shown_name"])
    ordered = act.user.role is Role.MANAGER
    if ordered and not body.reason:
        raise BadField("An order needs its reason.", field="reason")
    if not ordered and act.user.id != act.ticket.owner_id:
        raise Forbidden("Only the owner hands a ticket over; a manager orders it.")
    await act.conn.execute(Q["end_hand_overs"], act.ticket.id, act.now)
    made = await act.conn.fetchval(
        Q["insert_hand_over"], act.ticket.id, act.ticket.owner_id, receiver, body.reason, act.user.id, act.now
    )
    if ordered:
        await _take(act, made, receiver, "order", body.reason)
        return {"hand_over": made, "owner": row["shown_name"], "accepted": True}
    event = await act.publish("hand_over_asked", to=receiver, hand_over=made)
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    return {"hand_over": made, "owner": act.ticket.owner_id, "accepted": False}


async def accept(act: Act, body: Nothing) -> Mapping[str, object]:
    """The receiver takes it."""
    row = await act.conn.fetchrow(Q["open_hand_over"], act.ticket.id)
    if row is None or row["id"] != act.item:
        raise Missing("There is no open hand-over %(item)s.", item=act.item)
    if row["to_id"] != act.user.id:
        raise Forbidden("This is for %(who)s.", who=Who.RECEIVER.value)
    await _take(act, row["id"], act.user.id, "hand_over", row["reason"])
    return {"hand_over": row["id"], "owner": act.user.shown_name, "accepted": True}


async def _take(act: Act, made: int, receiver: UserId, how: str, reason: str) -> None:
    await act.conn.execute(Q["accept_hand_over"], made, act.now)
    await act.conn.execute(Q["end_ownership"], act.ticket.id, act.now)
    await act.conn.execute(Q["insert_ownership"], act.ticket.id, receiver, how, reason, act.now)
    await act.conn.execute(store.Q["set_owner"], act.ticket.id, receiver)
    event = await act.publish("handed_over", to=receiver, how=how, before=act.ticket.owner_id)
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", reason)


async def waive(act: Act, body: WaiverBody) -> Mapping[str, object]:
    """A manager not involved lets a duty go, with a reason that the notice prints."""
    if act.ticket.filed_at is not None:
        raise Illegal("Ticket %(number)s is filed and closed.", number=act.ticket.number)
    if await act.conn.fetchval(Q["was_involved"], act.ticket.id, act.user.id, act.user.actor):
        raise Forbidden("A duty is waived by a manager who had no part in the ticket.")
    rows = {row.duty: row for row in (await store.duties(act.conn, [act.ticket.id]))[act.ticket.id]}
    if rows[body.duty].state is not DutyState.OPEN:
        raise Illegal("The duty %(duty)s is closed already.", duty=body.duty.value)
    event = await act.publish("waived", duty=body.duty)
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    await store.close_duties(act.conn, act.ticket.id, {body.duty: DutyState.WAIVED}, event.seq, event.at)
    return {"duty": body.duty, "state": DutyState.WAIVED}


MOVES = (
    Move("hand-overs", HandOverBody, Who.CENTRE, hand_over, "Hand over to another operator"),
    Move("hand-overs", Nothing, Who.RECEIVER, accept, "Accept a hand-over", sub="acceptances"),
    Move("waivers", WaiverBody, Who.MANAGER, waive, "Waive a duty"),
)

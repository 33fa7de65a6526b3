"""The department's result to the centre (办结反馈), a co-handler's part of it, and the review by the department's own leader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import asyncpg
from pydantic import StringConstraints

from hotline.base.http.live import tell
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.text.blanks import Told
from hotline.moves.co_requests import D
from hotline.moves.move import Act, Body, Move, Q, Who
from hotline.outbox.store import Message, enqueue
from hotline.ticket import Assignment, Duty, DutyState, State
from hotline.tickets import store

Optional = Annotated[str, StringConstraints(max_length=4000)]


class ReplyBody(Body):
    """The result: what the person is told, and what only the centre reads."""

    outcome: Literal["solved", "explained", "not_ours"]
    public: Told
    internal: Optional = ""


class ReviewBody(Body):
    """The leader's yes, or no with a reason."""

    accepted: bool
    reason: Optional = ""


async def reply(act: Act, body: ReplyBody) -> Mapping[str, object]:
    """The result of the lead goes to the centre; where its leader reads replies first, it waits for that yes."""
    own = await act.own_assignment()
    if own.signed_at is None:
        raise Illegal("Sign for ticket %(number)s before replying.", number=act.ticket.number)
    if own.part == "co":
        return await _part_done(act, own, body)
    if not act.user.leads and await act.conn.fetchval(D["leader_reviews"], own.department_id):
        return await _propose(act, own, body)
    return await _submit(act, own, body, act.user.actor)


async def _submit(act: Act, lead: Assignment, body: ReplyBody, by: str) -> Mapping[str, object]:
    """The reply stands before the centre; the owner is told at once."""
    await act.conn.execute(D["overtake_proposal"], lead.id, act.user.actor, act.now)
    made = await act.conn.fetchval(
        Q["insert_reply"], act.ticket.id, lead.id, body.outcome, body.public, body.internal, by, act.now
    )
    await store.set_state(act.conn, act.ticket.id, State.REPLIED)
    event = await act.publish(
        "replied", department=lead.department_id, assignment=lead.id, reply=made, outcome=body.outcome
    )
    # A ticket with a return or dispute that waits for a ruling is not in a state in which a reply is legal.
    if not await act.conn.fetchval(D["co_request_waits"], act.ticket.id):
        await store.close_duties(act.conn, act.ticket.id, {Duty.COORDINATE: DutyState.DONE}, event.seq, event.at)
    await _tell_owner(act, made)
    return {"state": State.REPLIED, "reply": made}


async def _part_done(act: Act, own: Assignment, body: ReplyBody) -> Mapping[str, object]:
    """A co-handler's result: for the lead and the centre to use; the person is told by the lead's reply."""
    if await act.conn.fetchval(Q["part_done"], act.ticket.id, str(own.id)):
        raise Illegal("Your department has given its part of ticket %(number)s already.", number=act.ticket.number)
    event = await act.publish("co_replied", department=own.department_id, assignment=own.id, outcome=body.outcome)
    await store.add_note(act.conn, act.ticket.id, event.seq, "co_reply", body.public)
    await store.add_note(act.conn, act.ticket.id, event.seq, store.INTERNAL, body.internal)
    return {"state": act.ticket.state, "seq": event.seq}


async def _propose(act: Act, lead: Assignment, body: ReplyBody) -> Mapping[str, object]:
    """The reply waits in the department; the centre has nothing yet, and the clock runs on."""
    made = await act.conn.fetchval(
        D["propose_reply"], act.ticket.id, lead.id, body.outcome, body.public, body.internal, act.user.actor, act.now
    )
    if made is None:
        raise Illegal("A reply to ticket %(number)s waits for your leader already.", number=act.ticket.number)
    await act.publish(
        "reply_proposed", department=lead.department_id, assignment=lead.id, proposal=made, outcome=body.outcome
    )
    await tell(act.conn, f"department:{lead.department_id}", "ticket", number=act.ticket.number)
    return {"state": act.ticket.state, "proposal": made, "waits_for": "leader"}


async def review(act: Act, body: ReviewBody) -> Mapping[str, object]:
    """The department's leader lets the reply go, or gives it back with a reason."""
    lead = await act.lead()
    if not act.user.leads:
        raise Forbidden("This is for your department's leader.")
    row = await _waiting(act, lead)
    if not body.accepted and not body.reason:
        raise BadField("Say what is missing.", field="reason")
    await act.conn.execute(D["decide_proposal"], row["id"], body.accepted, act.user.actor, act.now, body.reason)
    if body.accepted:
        wanted = ReplyBody(outcome=row["outcome"], public=row["public_text"], internal=row["internal_text"])
        return await _submit(act, lead, wanted, row["proposed_by"])
    event = await act.publish("reply_given_back", department=lead.department_id, assignment=lead.id, proposal=row["id"])
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    await tell(act.conn, f"department:{lead.department_id}", "ticket", number=act.ticket.number)
    return {"state": act.ticket.state, "proposal": row["id"], "accepted": False}


async def _waiting(act: Act, lead: Assignment) -> asyncpg.Record:
    row = await act.conn.fetchrow(D["proposal"], act.item, act.ticket.id)
    if row is None or row["assignment_id"] != lead.id:
        raise Missing("No reply of your department waits here.")
    if row["decided_at"] is not None:
        raise Illegal("This reply was decided already.")
    return row


async def _tell_owner(act: Act, reply_id: int) -> None:
    """By SMS to an owner with a number; on the screen by the live channel in any case."""
    row = await act.conn.fetchrow(Q["reach_owner"], act.ticket.id)
    if row is not None and row["phone_enc"]:
        text = act.services.texts.say(
            "owner_replied",
            row["language"],
            hotline=act.services.settings.number,
            department=row["department"],
            number=act.ticket.number,
        )
        message = Message(
            dedupe_key=f"owner_replied:{reply_id}",
            kind="owner_note",
            channel="sms",
            to=act.services.keys.decrypt(row["phone_enc"]),
            body=text,
            ticket_id=act.ticket.id,
            user_id=act.ticket.owner_id,
        )
        await enqueue(act.conn, act.services.keys, [message], act.now)


MOVES = (
    Move("replies", ReplyBody, Who.ASSIGNED, reply, "Reply with the result"),
    Move("replies", ReviewBody, Who.LEAD, review, "The department's leader lets a reply go", sub="reviews"),
)

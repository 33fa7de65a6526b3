"""The department's result to the centre (办结反馈), a co-handler's part of it, and the review by the department's own leader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import StringConstraints

from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.text.blanks import Told
from hotline.moves import department_sql, moves_sql
from hotline.moves.move import Move, MoveContext, Who
from hotline.outbox.store import Message, enqueue
from hotline.people.actions import Fields
from hotline.ticket import Assignment, Duty, DutyState, State
from hotline.tickets import store
from hotline.tickets.replies import submit

Optional = Annotated[str, StringConstraints(max_length=4000)]


class ReplyBody(Fields):
    """The result: what the person is told, and what only the centre reads."""

    outcome: Literal["solved", "explained", "not_ours"]
    public: Told
    internal: Optional = ""


class ReviewBody(Fields):
    """The leader's yes, or no with a reason."""

    accepted: bool
    reason: Optional = ""


async def reply(context: MoveContext, body: ReplyBody) -> Mapping[str, object]:
    """The result of the lead goes to the centre; where its leader reads replies first, it waits for that yes."""
    own = await context.own_assignment()
    if own.signed_at is None:
        raise Illegal("Sign for ticket %(number)s before replying.", number=context.ticket.number)
    if own.part == "co":
        return await _part_done(context, own, body)
    if not context.user.leads and await department_sql.leader_reviews(context.conn, own.department_id):
        return await _propose(context, own, body)
    return await _submit(context, own, body, context.user.actor)


async def _submit(context: MoveContext, lead: Assignment, body: ReplyBody, by: str) -> Mapping[str, object]:
    """Submit the reply to the centre; the owner is told at once."""
    await department_sql.overtake_proposal(context.conn, lead.id, context.user.actor, context.now)
    made = await submit(
        context.conn, context.ticket.id, lead.id, body.outcome, body.public, body.internal, by, context.now
    )
    await store.set_state(context.conn, context.ticket.id, State.REPLIED)
    event = await context.publish(
        "replied",
        department=lead.department_id,
        assignment=lead.id,
        reply=made,
        outcome=body.outcome,
        words=context.services.keys.record.words(context.ticket.id, f"{body.public}\n{body.internal}"),
    )
    # A ticket with a return or dispute that waits for a ruling is not in a state in which a reply is legal.
    if not await department_sql.co_request_waits(context.conn, context.ticket.id):
        await store.close_duties(
            context.conn, context.ticket.id, {Duty.COORDINATE: DutyState.DONE}, event.seq, event.at
        )
    await _tell_owner(context, made)
    return {"state": State.REPLIED, "reply": made}


async def _part_done(context: MoveContext, own: Assignment, body: ReplyBody) -> Mapping[str, object]:
    """A co-handler's result: for the lead and the centre to use; the person is told by the lead's reply."""
    if await moves_sql.part_done(context.conn, context.ticket.id, str(own.id)):
        raise Illegal("Your department has given its part of ticket %(number)s already.", number=context.ticket.number)
    event = await context.publish("co_replied", department=own.department_id, assignment=own.id, outcome=body.outcome)
    await store.add_note(context.conn, context.ticket.id, event.seq, "co_reply", body.public)
    await store.add_note(context.conn, context.ticket.id, event.seq, store.INTERNAL, body.internal)
    return {"state": context.ticket.state, "seq": event.seq}


async def _propose(context: MoveContext, lead: Assignment, body: ReplyBody) -> Mapping[str, object]:
    """Propose the reply to the department's leader; the centre does not have it yet, and the clock runs on."""
    made = await department_sql.propose_reply(
        context.conn,
        context.ticket.id,
        lead.id,
        body.outcome,
        body.public,
        body.internal,
        context.user.actor,
        context.now,
    )
    if made is None:
        raise Illegal("A reply to ticket %(number)s waits for your leader already.", number=context.ticket.number)
    await context.publish(
        "reply_proposed", department=lead.department_id, assignment=lead.id, proposal=made, outcome=body.outcome
    )
    await notify(context.conn, f"department:{lead.department_id}", LiveKind.TICKET, number=context.ticket.number)
    return {"state": context.ticket.state, "proposal": made, "waits_for": "leader"}


async def review(context: MoveContext, body: ReviewBody) -> Mapping[str, object]:
    """The department's leader approves the reply, which goes to the centre, or returns it with a reason."""
    lead = await context.lead()
    if not context.user.leads:
        raise Forbidden("This is for your department's leader.")
    row = await _waiting(context, lead)
    if not body.accepted and not body.reason:
        raise BadField("Say what is missing.", field="reason")
    await department_sql.decide_proposal(
        context.conn, row.id, body.accepted, context.user.actor, context.now, body.reason
    )
    if body.accepted:
        wanted = ReplyBody(outcome=row.outcome, public=row.public_text, internal=row.internal_text)
        return await _submit(context, lead, wanted, row.proposed_by)
    event = await context.publish(
        "reply_given_back", department=lead.department_id, assignment=lead.id, proposal=row.id
    )
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    await notify(context.conn, f"department:{lead.department_id}", LiveKind.TICKET, number=context.ticket.number)
    return {"state": context.ticket.state, "proposal": row.id, "accepted": False}


async def _waiting(context: MoveContext, lead: Assignment) -> department_sql.ProposalRow:
    row = await department_sql.proposal(context.conn, context.item, context.ticket.id)
    if row is None or row.assignment_id != lead.id:
        raise Missing("No reply of your department waits here.")
    if row.decided_at is not None:
        raise Illegal("This reply was decided already.")
    return row


async def _tell_owner(context: MoveContext, reply_id: int) -> None:
    """By SMS to an owner with a number; on the screen by the live channel in any case."""
    row = await moves_sql.reach_owner(context.conn, context.ticket.id)
    if row is not None and row.phone_enc:
        text = context.services.texts.say(
            "owner_replied",
            row.language,
            hotline=context.services.settings.number,
            department=row.department,
            number=context.ticket.number,
        )
        message = Message(
            dedupe_key=f"owner_replied:{reply_id}",
            kind="owner_note",
            channel="sms",
            to=context.services.keys.decrypt(row.phone_enc),
            body=text,
            ticket_id=context.ticket.id,
            user_id=context.ticket.owner_id,
        )
        await enqueue(context.conn, context.services.keys, [message], context.now)


MOVES = (
    Move("replies", ReplyBody, Who.ASSIGNED, reply, "Reply with the result"),
    Move("replies", ReviewBody, Who.LEAD, review, "The department's leader lets a reply go", sub="reviews"),
)

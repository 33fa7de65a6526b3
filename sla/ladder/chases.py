"""Moves between dispatch and reply: interim words, chases, proposals for the consultation, statutory procedures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.http.problem import BadField, Illegal
from hotline.base.text.blanks import Told
from hotline.base.text.masking import masked_words
from hotline.contacts.person_messages import to_person
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.outbox.store import enqueue
from hotline.people.actions import Fields
from hotline.ticket import State
from hotline.tickets import store as tickets
from sla.ladder.consultation_queue import propose
from sla.ladder.messages import by_hand
from sla.policy import policy_sql


class InterimBody(Fields):
    """How far it is: from the department to the centre, or from the centre to the person."""

    text: Told


class ChaseBody(Fields):
    """What is asked, if more than to hurry."""

    text: Annotated[str, StringConstraints(max_length=1000)] = ""


class ConsultationProposalBody(Fields):
    """Why it should stand before the consultation."""

    reason: Required


class ProcedureBody(Fields):
    """The matter whose statutory time counts; empty: the ordinary time again."""

    matter: Annotated[str, StringConstraints(max_length=200)] = ""


async def interim(context: MoveContext, body: InterimBody) -> Mapping[str, object]:
    """An interim word: supplied by the department, or told to the person by the owner."""
    lead = await tickets.lead(context.conn, context.ticket.id)
    part = {"department": lead.department_id, "assignment": lead.id} if lead is not None else {}
    if not context.user.in_centre:
        event = await context.publish("interim", **part)
        await tickets.add_note(context.conn, context.ticket.id, event.seq, "interim", body.text)
        return {"seq": event.seq}
    if context.ticket.state is State.LONG_TERM:
        part["long_term"] = True
    event = await context.publish("interim_told", via="sms", **part)
    await to_person(
        context.conn,
        context.services,
        context.ticket,
        "interim",
        f"interim:{context.ticket.id}:{event.seq}",
        context.now,
        reply=body.text,
    )
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "interim", body.text, public=True)
    return {"seq": event.seq}


async def chase(context: MoveContext, body: ChaseBody) -> Mapping[str, object]:
    """A chase: the centre urges the department (催办)."""
    lead = await context.lead()
    event = await context.publish("chased", department=lead.department_id, assignment=lead.id, step="by hand")
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "chase", body.text)
    sent = await by_hand(
        context.conn,
        context.services,
        lead.department_id,
        lead.id,
        f"chase_by_hand:{context.ticket.id}:{event.seq}",
        "chase_by_hand",
        number=context.ticket.number,
        text=masked_words(body.text),
    )
    await enqueue(context.conn, context.services.keys, sent, context.now)
    return {"seq": event.seq}


async def propose_it(context: MoveContext, body: ConsultationProposalBody) -> Mapping[str, object]:
    """Put before the next biweekly consultation."""
    if not await propose(context.conn, context.ticket.id, "proposed", context.now):
        raise Illegal("Ticket %(number)s stands before the next consultation already.", number=context.ticket.number)
    event = await context.publish("proposed", department=context.user.department_id)
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"seq": event.seq}


async def follow_procedure(context: MoveContext, body: ProcedureBody) -> Mapping[str, object]:
    """A matter with a statutory procedure has its own time to resolve, with its basis; counted from the dispatch."""
    row = await policy_sql.procedure(context.conn, body.matter) if body.matter else None
    if body.matter and row is None:
        raise BadField("There is no statutory procedure %(matter)s.", field="matter", matter=body.matter)
    ident = row.id if row is not None else None
    await policy_sql.set_procedure(context.conn, context.ticket.id, ident, context.now, context.user.actor)
    await context.publish("procedure_set", procedure=ident)
    return {"procedure": ident, "basis": row.basis if row is not None else ""}


MOVES = (
    Move("interims", InterimBody, Who.CENTRE_OR_LEAD, interim, "Give an interim word"),
    Move("chases", ChaseBody, Who.CENTRE, chase, "Chase the department"),
    Move("proposals", ConsultationProposalBody, Who.WORKING, propose_it, "Propose for the consultation"),
    Move("procedures", ProcedureBody, Who.CENTRE, follow_procedure, "Follow a statutory procedure"),
)

"""What the centre and the department do between dispatch and reply: words in between, chases, proposals, procedures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from hotline.base.http.problem import BadField, Illegal
from hotline.base.text.blanks import Told
from hotline.base.text.masking import masked_words
from hotline.moves.dispatches import Required
from hotline.moves.move import Act, Body, Move, Who
from hotline.outbox.person_messages import to_person
from hotline.outbox.store import enqueue
from hotline.ticket import State
from hotline.tickets import store as tickets
from sla.ladder.consultation_queue import propose
from sla.ladder.messages import by_hand
from sla.policy.store import Q


class InterimBody(Body):
    """How far it is: from the department to the centre, or from the centre to the person."""

    text: Told


class ChaseBody(Body):
    """What is asked, if more than to hurry."""

    text: Annotated[str, StringConstraints(max_length=1000)] = ""


class ConsultationProposalBody(Body):
    """Why it should stand before the consultation."""

    reason: Required


class ProcedureBody(Body):
    """The matter whose statutory time counts; empty: the ordinary time again."""

    matter: Annotated[str, StringConstraints(max_length=200)] = ""


async def interim(act: Act, body: InterimBody) -> Mapping[str, object]:
    """A word between: the department supplies it, or the owner tells it to the person."""
    lead = await tickets.lead(act.conn, act.ticket.id)
    part = {"department": lead.department_id, "assignment": lead.id} if lead is not None else {}
    if not act.user.in_centre:
        event = await act.publish("interim", **part)
        await tickets.add_note(act.conn, act.ticket.id, event.seq, "interim", body.text)
        return {"seq": event.seq}
    if act.ticket.state is State.LONG_TERM:
        part["long_term"] = True
    event = await act.publish("interim_told", via="sms", **part)
    await to_person(
        act.conn, act.services, act.ticket, "interim", f"interim:{act.ticket.id}:{event.seq}", act.now, reply=body.text
    )
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "interim", body.text, public=True)
    return {"seq": event.seq}


async def chase(act: Act, body: ChaseBody) -> Mapping[str, object]:
    """The centre hurries the department (催办)."""
    lead = await act.lead()
    event = await act.publish("chased", department=lead.department_id, assignment=lead.id, step="by hand")
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "chase", body.text)
    sent = await by_hand(
        act.conn,
        act.services,
        lead.department_id,
        lead.id,
        f"chase_by_hand:{act.ticket.id}:{event.seq}",
        "chase_by_hand",
        act.now,
        number=act.ticket.number,
        text=masked_words(body.text),
    )
    await enqueue(act.conn, act.services.keys, sent, act.now)
    return {"seq": event.seq}


async def propose_it(act: Act, body: ConsultationProposalBody) -> Mapping[str, object]:
    """Put before the next biweekly consultation."""
    if not await propose(act.conn, act.ticket.id, "proposed", act.now):
        raise Illegal("Ticket %(number)s stands before the next consultation already.", number=act.ticket.number)
    event = await act.publish("proposed", department=act.user.department_id)
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    return {"seq": event.seq}


async def follow_procedure(act: Act, body: ProcedureBody) -> Mapping[str, object]:
    """A matter with a statutory procedure has its own time to resolve, with its basis; counted from the dispatch."""
    row = await act.conn.fetchrow(Q["procedure"], body.matter) if body.matter else None
    if body.matter and row is None:
        raise BadField("There is no statutory procedure %(matter)s.", field="matter", matter=body.matter)
    ident = row["id"] if row is not None else None
    await act.conn.execute(Q["set_procedure"], act.ticket.id, ident, act.now, act.user.actor)
    await act.publish("procedure_set", procedure=ident)
    return {"procedure": ident, "basis": row["basis"] if row is not None else ""}


MOVES = (
    Move("interims", InterimBody, Who.CENTRE_OR_LEAD, interim, "Give an interim word"),
    Move("chases", ChaseBody, Who.CENTRE, chase, "Chase the department"),
    Move("proposals", ConsultationProposalBody, Who.WORKING, propose_it, "Propose for the consultation"),
    Move("procedures", ProcedureBody, Who.CENTRE, follow_procedure, "Follow a statutory procedure"),
)

"""After the report back: follow-up, rework, filing (rulebook §§3–5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, model_validator

from hotline.base.http.problem import BadField, Illegal
from hotline.contacts.tracking import add_ratings
from hotline.moves import moves_sql
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields, NoFields
from hotline.ticket import OTHER_ENDS, Duty, DutyState, State
from hotline.tickets import store, tickets_sql

_TRIES, _DAYS = 3, 2


class FollowUpBody(Fields):
    """Was the person reached, is the matter solved, and the rating if one was given (1–5).

    `file`: they were reached, it is solved, and the ticket is filed at once.
    """

    reached: bool
    solved: bool | None = None
    rating: int | None = Field(None, ge=1, le=5)
    file: bool = False

    @model_validator(mode="before")
    @classmethod
    def _filed(cls, values: Any) -> Any:
        """What is filed was reached and is solved, unless somebody says otherwise."""
        if isinstance(values, dict) and values.get("file") in {True, "true"}:
            return {"reached": True, "solved": True, **values}
        return values


class PressureBody(Fields):
    """What the person says was pressed for, and the person's words."""

    what: Literal["rating", "withdrawal"]
    note: Required


class ReworkBody(Fields):
    """Why the matter is done again."""

    reason: Required


async def follow_up(context: MoveContext, body: FollowUpBody) -> Mapping[str, object]:
    """One try (回访). Not solved: rework by itself. Three unreached tries on two days count as done (回访未果)."""
    if body.reached and body.solved is None:
        raise BadField("Say whether the matter is solved.", field="solved")
    if not body.reached and (body.solved is not None or body.rating is not None):
        raise BadField("Nobody was reached, so nobody judged.", field="reached")
    if body.file and not body.solved:
        raise BadField("Only what is solved is filed.", field="file")
    await moves_sql.insert_follow_up(
        context.conn, context.ticket.id, context.user.id, context.now, body.reached, body.solved, body.rating
    )
    if body.rating is not None:
        await add_ratings(context.conn, [(context.ticket.id, body.rating, context.now)], "follow_up")
    if not body.reached:
        return await _unreached(context)
    if body.solved:
        made = await _followed_up(context, reached=True, rating=body.rating)
        ticket = replace(context.ticket, state=State.FOLLOWED_UP)
        return await file(replace(context, ticket=ticket), NoFields()) if body.file else made
    await context.publish("follow_up_tried", reached=True, solved=False, rating=body.rating)
    return await _again(context, "")


async def report_pressure(context: MoveContext, body: PressureBody) -> Mapping[str, object]:
    """The person says that somebody pressed for a good rating, or for the withdrawal: it stands in the record, and is judged."""
    event = await context.publish("pressed", what=body.what)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", body.note)
    return {"seq": event.seq}


async def _unreached(context: MoveContext) -> Mapping[str, object]:
    told = await moves_sql.told_at(context.conn, context.ticket.id)
    tries = await moves_sql.failed_tries(context.conn, context.ticket.id, told)
    days = {at.astimezone(context.services.settings.zone).date() for at in tries}
    if len(tries) >= _TRIES and len(days) >= _DAYS:
        return await _followed_up(context, reached=False, rating=None)
    await context.publish("follow_up_tried", reached=False, tries=len(tries))
    return {"state": context.ticket.state, "tries": len(tries)}


async def _followed_up(context: MoveContext, *, reached: bool, rating: int | None) -> Mapping[str, object]:
    await store.set_state(context.conn, context.ticket.id, State.FOLLOWED_UP)
    await context.publish("followed_up", reached=reached, rating=rating)
    return {"state": State.FOLLOWED_UP}


async def rework(context: MoveContext, body: ReworkBody) -> Mapping[str, object]:
    """The same ticket back to its department (重办)."""
    return await _again(context, body.reason)


async def _again(context: MoveContext, reason: str) -> Mapping[str, object]:
    lead = await context.lead()
    await store.set_state(context.conn, context.ticket.id, State.SIGNED)
    event = await context.publish("reworked", department=lead.department_id, assignment=lead.id)
    await store.add_note(context.conn, context.ticket.id, event.seq, "reason", reason)
    await store.reopen_duties(
        context.conn, context.ticket.id, [Duty.COORDINATE, Duty.SUPERVISE, Duty.REPORT_BACK, Duty.FILE]
    )
    return {"state": State.SIGNED, "rework": True}


async def file(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """File the ticket (备案归档); the reason of a refusal lists all that is missing."""
    rows = (await store.duties(context.conn, [context.ticket.id]))[context.ticket.id]
    missing = [row.duty.value for row in rows if row.state is DutyState.OPEN and row.duty is not Duty.FILE]
    if missing:
        raise Illegal("These duties are open: %(duties)s.", duties=missing)
    words = (await store.words(context.conn, [context.ticket.id])).get(context.ticket.id)
    if context.ticket.state is State.FOLLOWED_UP and words is not None and not words.place:
        raise Illegal("The place is missing: correct it before filing.")
    state = context.ticket.state if context.ticket.state in OTHER_ENDS else State.ARCHIVED
    await store.end_assignments(context.conn, context.ticket.id, context.now, "ended")
    event = await context.publish("archived", state=state)
    await store.close_duties(context.conn, context.ticket.id, {Duty.FILE: DutyState.DONE}, event.seq, event.at)
    await tickets_sql.set_filed(context.conn, context.ticket.id, state, context.now)
    return {"state": state}


MOVES = (
    Move("follow-ups", FollowUpBody, Who.CENTRE, follow_up, "Follow up with the person"),
    Move("reworks", ReworkBody, Who.CENTRE, rework, "Have it done again"),
    Move("pressures", PressureBody, Who.CENTRE, report_pressure, "The person was pressed for a rating or a withdrawal"),
    Move("filings", NoFields, Who.CENTRE, file, "File the ticket"),
)

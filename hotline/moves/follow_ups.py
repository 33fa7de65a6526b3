"""After the telling: follow up, do again, file (rulebook §§3–5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from hotline.base.http.problem import BadField, Illegal
from hotline.moves.dispatches import Required
from hotline.moves.move import Act, Body, Move, Nothing, Q, Who
from hotline.ticket import OTHER_ENDS, Duty, DutyState, State
from hotline.tickets import store

_TRIES, _DAYS = 3, 2


class FollowUpBody(Body):
    """Was the person reached, is the matter solved, and the rating if one was given (1–5)."""

    reached: bool
    solved: bool | None = None
    rating: int | None = Field(None, ge=1, le=5)


class PressureBody(Body):
    """What the person says was pressed for, and the person's words."""

    what: Literal["rating", "withdrawal"]
    note: Required


class ReworkBody(Body):
    """Why the matter is done again."""

    reason: Required


async def follow_up(act: Act, body: FollowUpBody) -> Mapping[str, object]:
    """One try (回访). Not solved: rework by itself. Three unreached tries on two days count as done (回访未果)."""
    if body.reached and body.solved is None:
        raise BadField("Say whether the matter is solved.", field="solved")
    if not body.reached and (body.solved is not None or body.rating is not None):
        raise BadField("Nobody was reached, so nobody judged.", field="reached")
    await act.conn.execute(
        Q["insert_follow_up"], act.ticket.id, act.user.id, act.now, body.reached, body.solved, body.rating
    )
    if body.rating is not None:
        await act.conn.execute(Q["insert_rating"], act.ticket.id, body.rating, "follow_up", act.now)
    if not body.reached:
        return await _unreached(act)
    if body.solved:
        return await _followed_up(act, reached=True, rating=body.rating)
    await act.publish("follow_up_tried", reached=True, solved=False, rating=body.rating)
    return await _again(act, "")


async def pressed(act: Act, body: PressureBody) -> Mapping[str, object]:
    """The person says that somebody pressed for a good rating, or for the withdrawal: it stands in the record, and is judged."""
    event = await act.publish("pressed", what=body.what)
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", body.note)
    return {"seq": event.seq}


async def _unreached(act: Act) -> Mapping[str, object]:
    told = await act.conn.fetchval(Q["told_at"], act.ticket.id)
    tries = [row["at"] for row in await act.conn.fetch(Q["failed_tries"], act.ticket.id, told)]
    days = {at.astimezone(act.services.settings.zone).date() for at in tries}
    if len(tries) >= _TRIES and len(days) >= _DAYS:
        return await _followed_up(act, reached=False, rating=None)
    await act.publish("follow_up_tried", reached=False, tries=len(tries))
    return {"state": act.ticket.state, "tries": len(tries)}


async def _followed_up(act: Act, *, reached: bool, rating: int | None) -> Mapping[str, object]:
    await store.set_state(act.conn, act.ticket.id, State.FOLLOWED_UP)
    await act.publish("followed_up", reached=reached, rating=rating)
    return {"state": State.FOLLOWED_UP}


async def rework(act: Act, body: ReworkBody) -> Mapping[str, object]:
    """The same ticket back to its department (重办)."""
    return await _again(act, body.reason)


async def _again(act: Act, reason: str) -> Mapping[str, object]:
    lead = await act.lead()
    await store.set_state(act.conn, act.ticket.id, State.SIGNED)
    event = await act.publish("reworked", department=lead.department_id, assignment=lead.id)
    await store.add_note(act.conn, act.ticket.id, event.seq, "reason", reason)
    await store.reopen_duties(act.conn, act.ticket.id, [Duty.COORDINATE, Duty.SUPERVISE, Duty.REPORT_BACK, Duty.FILE])
    return {"state": State.SIGNED, "rework": True}


async def file(act: Act, body: Nothing) -> Mapping[str, object]:
    """File the ticket (备案归档); the reason of a refusal lists all that is missing."""
    rows = (await store.duties(act.conn, [act.ticket.id]))[act.ticket.id]
    missing = [row.duty.value for row in rows if row.state is DutyState.OPEN and row.duty is not Duty.FILE]
    if missing:
        raise Illegal("These duties are open: %(duties)s.", duties=missing)
    words = (await store.words(act.conn, [act.ticket.id])).get(act.ticket.id)
    if act.ticket.state is State.FOLLOWED_UP and words is not None and not words.place:
        raise Illegal("The place is missing: correct it before filing.")
    state = act.ticket.state if act.ticket.state in OTHER_ENDS else State.ARCHIVED
    await store.end_assignments(act.conn, act.ticket.id, act.now, "ended")
    event = await act.publish("archived", state=state)
    await store.close_duties(act.conn, act.ticket.id, {Duty.FILE: DutyState.DONE}, event.seq, event.at)
    await act.conn.execute(store.Q["set_filed"], act.ticket.id, state, act.now)
    return {"state": state}


MOVES = (
    Move("follow-ups", FollowUpBody, Who.CENTRE, follow_up, "Follow up with the person"),
    Move("reworks", ReworkBody, Who.CENTRE, rework, "Have it done again"),
    Move("pressures", PressureBody, Who.CENTRE, pressed, "The person was pressed for a rating or a withdrawal"),
    Move("filings", Nothing, Who.CENTRE, file, "File the ticket"),
)

"""Moves that hold a ticket's clocks: pause, set aside, resume, long-term list (rulebook §§3, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hotline.base.http.problem import BadField, Forbidden, Illegal
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, Who
from hotline.people.actions import Fields, NoFields
from hotline.ticket import WAITING, Role, State
from hotline.tickets import store as tickets
from sla.clocks import pauses_sql
from sla.clocks.context import clock_context
from sla.clocks.extensions import Day, close_on, running_clock
from sla.clocks.holds import begin_pause, end_pause, resume

_PAUSE_MAX = 5
_MOST = 366
#: The words for a pause until the consultation, in a request; any other reason waits for the person.
CONSULTATION = frozenset({"consultation", "in_consultation", "in consultation", "会商", "待会商"})


class PauseBody(Fields):
    """Until which day the clock is held, and why: `in_consultation`, or what is awaited from the person."""

    until: Day
    reason: Required


class SetAsideBody(Fields):
    """How the person was tried."""

    reason: Required


class LongTermBody(Fields):
    """The plan, the leader who answers for it, and the end (within 12 months)."""

    plan: Required
    leader: Required
    until: Day


async def pause(context: MoveContext, body: PauseBody) -> Mapping[str, object]:
    """Whole working days: at most 5 in all where the person is waited for; in consultation as many as a manager approves."""
    found = await clock_context(context.conn, context.services, [context.ticket.id], context.now)
    clock = await running_clock(context)
    kind = "consultation" if body.reason.lower() in CONSULTATION else "person"
    if kind == "consultation" and context.user.role is not Role.MANAGER:
        raise Forbidden("A pause until the consultation is approved by a manager.")
    if await pauses_sql.open_pause(context.conn, context.ticket.id) is not None:
        raise Illegal("Ticket %(number)s waits already.", number=context.ticket.number)
    if clock.due_at < context.now:
        raise Illegal("The clock is past due; it cannot be paused.")
    end = close_on(found.calendar, body.until)
    if end is None or end <= context.now or not found.calendar.days_between(context.now, end):
        raise BadField("This is not a working day after today.", field="until")
    days = found.calendar.days_between(context.now, end)
    used = int(await pauses_sql.paused_days(context.conn, context.ticket.id))
    if kind == "person" and used + days > _PAUSE_MAX:
        raise BadField("A pause has at most 5 working days in all.", field="until")
    made, days = await begin_pause(
        context.conn, found, context.ticket.id, kind, end, body.reason, context.user.actor, context.now
    )
    event = await context.publish("paused", pause=made, days=days, until=end, reason=kind)
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"pause": made, "days": days, "until": end, "due_at": (await running_clock(context)).due_at}


async def set_aside(context: MoveContext, body: SetAsideBody) -> Mapping[str, object]:
    """Set aside a ticket whose person never answered (暂存): its clocks are held until they are heard from. Only after a
    pause that waited for them.
    """
    rows = [r for r in await pauses_sql.pauses_of(context.conn, [context.ticket.id]) if r.kind == "person"]
    if not rows:
        raise Illegal("First wait for the person: a ticket is set aside only after a pause.")
    waited = rows[-1]
    if waited.until_at is not None and waited.until_at > context.now and waited.ended_at is None:
        raise Illegal("The pause is not over yet; the person may still answer.")
    if await pauses_sql.heard_since(context.conn, context.ticket.id, waited.from_at):
        raise Illegal("The person was heard of since the pause began.")
    found = await clock_context(context.conn, context.services, [context.ticket.id], context.now)
    await end_pause(context.conn, found, context.ticket.id, context.now, "ended")
    made, _ = await begin_pause(
        context.conn, found, context.ticket.id, "set_aside", None, body.reason, context.user.actor, context.now
    )
    await tickets.set_state(context.conn, context.ticket.id, State.SET_ASIDE)
    event = await context.publish("set_aside", pause=made, state=State.SET_ASIDE)
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"state": State.SET_ASIDE}


async def go_on(context: MoveContext, body: NoFields) -> Mapping[str, object]:
    """Resume: the person was heard from, or there is nothing more to wait for; the clocks run again."""
    waits = await pauses_sql.open_pause(context.conn, context.ticket.id)
    if waits is None and context.ticket.state not in {State.IN_CONSULTATION, State.LONG_TERM, State.SET_ASIDE}:
        raise Illegal("Ticket %(number)s does not wait.", number=context.ticket.number)
    if context.ticket.state in WAITING and context.user.role is not Role.MANAGER:
        raise Forbidden("What a consultation decided is ended by a manager.")
    state = await resume(context.conn, context.services, context.ticket, context.user.actor, "by hand", context.now)
    return {"state": state}


async def long_term(context: MoveContext, body: LongTermBody) -> Mapping[str, object]:
    """挂账: a plan, a named leader, an end within 12 months; its breaches stay, and its clock is due at the plan's end."""
    today = context.now.astimezone(context.services.settings.zone).date()
    if not today < body.until <= today + timedelta(days=_MOST):
        raise BadField("The end lies within the next 12 months.", field="until")
    found = await clock_context(context.conn, context.services, [context.ticket.id], context.now)
    day = body.until
    while (end := close_on(found.calendar, day)) is None:
        day -= timedelta(days=1)
    if end <= context.now:
        raise BadField("There is no working day before this end.", field="until")
    await end_pause(context.conn, found, context.ticket.id, context.now, "long_term")
    await begin_pause(
        context.conn, found, context.ticket.id, "long_term", end, body.leader, context.user.actor, context.now
    )
    await tickets.set_state(context.conn, context.ticket.id, State.LONG_TERM)
    event = await context.publish("long_term", until=body.until.isoformat(), end=end)
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "plan", f"{body.leader}：{body.plan}")
    return {"state": State.LONG_TERM, "until": body.until}


MOVES = (
    Move("pauses", PauseBody, Who.CENTRE, pause, "Pause while the person is waited for"),
    Move("set-asides", SetAsideBody, Who.CENTRE, set_aside, "Set aside: the person never answered"),
    Move("resumptions", NoFields, Who.CENTRE, go_on, "Go on after a pause"),
    Move("long-terms", LongTermBody, Who.MANAGER, long_term, "Put on the long-term list"),
)

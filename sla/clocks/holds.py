"""Holds on a ticket's clocks: pauses of whole working days, with a reason and who approved them (rulebook §5).

Its pausable clocks stand still and are due as many working days later. A pause ends by itself at its end, at what the
person says, or where the matter moves on; then only the days that it really took are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft, Event
from hotline.base.events import Subscriber
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.ticket import State, Ticket
from hotline.tickets import store as tickets
from hotline.tickets.tipoffs.take_back import news_for
from sla.clocks import clocks_sql, pauses_sql
from sla.clocks.context import ClockContext, clock_context, due_again, follow_lead


async def begin_pause(
    conn: Conn,
    found: ClockContext,
    ticket: int,
    kind: str,
    until: datetime | None,
    reason: str,
    actor: str,
    now: datetime,
) -> tuple[int, int]:
    """Begin a pause of a ticket until a close of business, or (set aside) until the person is heard from; returns the
    pause and its working days.

    A long-term matter is due at the end of its plan. What was past due is latched, and stays.
    """
    days = found.calendar.days_between(now, until) if until is not None else 0
    for row in await clocks_sql.open_clocks(conn, ticket):
        rule = found.rule(ticket, row.clock)
        if row.state != "running" or rule is None or not rule.pausable:
            continue
        added = row.added_days + days
        if kind == "long_term" and until is not None:
            added = row.added_days + found.calendar.days_between(row.due_at, until)
        due_at = row.due_at if added == row.added_days else due_again(row, found.calendar, added)
        await clocks_sql.pause_clock(conn, row.id, due_at, now, until, added)
    await follow_lead(conn, found.calendar, ticket, now)
    made = await pauses_sql.insert_pause(conn, ticket, kind, now, until, days, reason, actor)
    return int(made), days


async def end_pause(conn: Conn, found: ClockContext, ticket: int, at: datetime, why: str) -> bool:
    """End the pause of a ticket, if it is in one: its clocks run, due later by the working days that it really took.

    A day that had begun counts whole. Where its end had come it is the planned one.
    """
    pause = await pauses_sql.open_pause(conn, ticket)
    if pause is None:
        return False
    took = found.calendar.days_between(pause.from_at, at)
    used = took if pause.until_at is None else min(pause.days, took)
    given_back = 0 if pause.kind == "long_term" else pause.days - used
    for row in await clocks_sql.open_clocks(conn, ticket):
        if row.state == "paused":
            added = max(0, row.added_days - given_back)
            due_at = due_again(row, found.calendar, added) if given_back else row.due_at
            await clocks_sql.resume_clock(conn, row.id, due_at, at, added)
    await pauses_sql.end_pause(conn, pause.id, at, why, used)
    await follow_lead(conn, found.calendar, ticket, at)
    return True


async def settle_ended(conn: Conn, services: Services, ids: Sequence[int], now: datetime) -> None:
    """Pauses whose end has come are over, as of that end; the sweep calls it with tickets that it holds."""
    for pause in await pauses_sql.ended_pauses(conn, list(ids), now):
        await pauses_sql.end_pause(conn, pause.id, pause.until_at, "ended", pause.days)
        ticket = TicketId(pause.ticket_id)
        await services.publish(conn, Draft(ticket, "resumed", "system", {"pause": pause.id, "why": "ended"}), now)


async def resume(conn: Conn, services: Services, ticket: Ticket, actor: str, why: str, now: datetime) -> State:
    """Resume a waiting ticket: its pause ends, and one that was set aside is with its department again."""
    found = await clock_context(conn, services, [ticket.id], now)
    await end_pause(conn, found, ticket.id, now, why)
    state = ticket.state
    lead = await tickets.lead(conn, ticket.id)
    if ticket.state in {State.SET_ASIDE, State.IN_CONSULTATION, State.LONG_TERM} and lead is not None:
        state = State.SIGNED if lead.signed_at is not None else State.DISPATCHED
        await tickets.set_state(conn, ticket.id, state)
    detail: dict[str, object] = {"why": why, "state": state, "was": ticket.state}
    if lead is not None:
        detail |= {"department": lead.department_id, "assignment": lead.id}
    await services.publish(conn, Draft(ticket.id, "resumed", actor, detail), now)
    return state


def _heard(event: Event) -> bool:
    """Whether the person spoke: three tries that reached nobody stop a clock, and wake nothing."""
    if event.kind == "first_contact":
        return event.detail.get("reached", True) is True
    return event.actor == "person"


async def on_heard(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Subscriber: the person was heard from, so a ticket that waited for them, or was set aside (暂存), is resumed."""
    ids = sorted({e.ticket for e in events if _heard(e)})
    for ticket in (await tickets.lock_many(conn, ids)).values():
        pause = await pauses_sql.open_pause(conn, ticket.id)
        if pause is None or pause.kind not in {"person", "set_aside"}:
            continue
        await resume(conn, services, ticket, "person", "heard", now)
        topics = ["centre", f"user:{ticket.owner_id}", *await news_for(conn, ticket)]
        await notify(conn, topics, LiveKind.TICKET, number=ticket.number)


SUBSCRIBERS = (Subscriber("waiting ends", frozenset({"added", "first_contact"}), on_heard),)

"""More time that is asked for, and decided (延期, rulebook §5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated

import asyncpg
from pydantic import BeforeValidator, StringConstraints

from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.text.spoken_time import SpokenTime
from hotline.moves import promise_changes
from hotline.moves.dispatches import Required
from hotline.moves.move import Act, Body, Move, RecordedRefusal, Who
from hotline.tickets import store as tickets
from sla.calendar.working_time import Calendar
from sla.clocks.context import close_of, due_again, follow_lead, lead_clock, move
from sla.policy.store import Q, load_calendar

_EXTENSION_MAX = 10


def _day(value: object) -> object:
    """A date, also where a time was given with it."""
    return value[:10] if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]


class ExtensionBody(Body):
    """Until which day, and why."""

    until: Day
    reason: Required


class ExtensionDecisionBody(Body):
    """Granted or not, and why."""

    granted: bool
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


async def running_clock(act: Act) -> asyncpg.Record:
    """The clock by which the lead has to reply. Raises Illegal where none is open."""
    clock = await lead_clock(act.conn, act.ticket.id)
    if clock is None:
        raise Illegal("No clock of the department runs on ticket %(number)s.", number=act.ticket.number)
    return clock


def close_on(calendar: Calendar, day: date) -> datetime | None:
    """The close of office hours on a day; None where it is no working day."""
    return close_of(calendar, datetime.combine(day, time(12), calendar.zone))


async def extend(act: Act, body: ExtensionBody) -> Mapping[str, object]:
    """Asked once, before the close preceding the due day's; at most 10 working days. A late one is refused, and recorded."""
    lead = await act.lead()
    calendar = await load_calendar(act.conn, act.services.settings.zone, act.now)
    clock = await running_clock(act)
    due_at: datetime = clock["due_at"]
    if await act.conn.fetchval(Q["extension_open"], lead.id):
        raise Illegal("More time was asked for already; that is possible once.")
    last = calendar.close_before(due_at)
    if act.now > last:
        raise RecordedRefusal(
            "It is too late to ask for more time: the last moment was %(at)s.",
            record=_record_late(body),
            at=SpokenTime(last, act.now, act.services.settings.zone),
        )
    new = close_on(calendar, body.until)
    if new is None or new <= due_at:
        raise BadField("This is not a working day after the due day.", field="until")
    days = calendar.days_between(due_at, new)
    if days > _EXTENSION_MAX:
        raise BadField("An extension has at most 10 working days.", field="until")
    made = await _ask(act, body, days, granted=None)
    event = await act.publish(
        "extension_asked",
        department=lead.department_id,
        assignment=lead.id,
        extension=made,
        until=body.until.isoformat(),
    )
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    return {"extension": made, "until": new}


async def _ask(act: Act, body: ExtensionBody, days: int, *, granted: bool | None, decision: str = "") -> int:
    lead = await act.lead()
    return int(
        await act.conn.fetchval(
            Q["insert_extension"],
            act.ticket.id,
            lead.id,
            body.until,
            body.reason,
            act.user.actor,
            act.now,
            days,
            granted,
            "system" if decision else None,
            decision,
        )
    )


def _record_late(body: ExtensionBody) -> RecordedRefusal.Record:
    """A request that came too late stays on record, refused; it is no finding (rulebook §5)."""

    async def record(act: Act) -> None:
        lead = await act.lead()
        made = await _ask(act, body, 0, granted=False, decision="late")
        event = await act.publish(
            "extension_refused",
            department=lead.department_id,
            assignment=lead.id,
            extension=made,
            until=body.until.isoformat(),
            why="late",
        )
        await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)

    return record


async def decide(act: Act, body: ExtensionDecisionBody) -> Mapping[str, object]:
    """A manager grants or refuses; a grant moves the due time and the person is told. A breach by then stays."""
    row = await act.conn.fetchrow(Q["extension"], act.item, act.ticket.id)
    if row is None:
        raise Missing("There is no extension %(item)s.", item=act.item)
    if row["granted"] is not None:
        raise Illegal("This request was decided already.")
    await act.conn.execute(Q["decide_extension"], row["id"], body.granted, act.user.actor, act.now, body.reason)
    until = await _grant(act, row) if body.granted else None
    days = {"days": row["days"]} if body.granted else {}
    event = await act.publish("extension_decided", extension=row["id"], granted=body.granted, **days)
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    return {"extension": row["id"], "granted": body.granted, "until": until}


async def _grant(act: Act, row: asyncpg.Record) -> datetime:
    """Move the lead's clock by the granted days, and those of co-handlers with it; tell the person."""
    zone = act.services.settings.zone
    calendar = await load_calendar(act.conn, zone, act.now)
    clock = await running_clock(act)
    added = clock["added_days"] + row["days"]
    until = due_again(clock, calendar, added)
    await move(act.conn, clock, until, act.now, added=added)
    await follow_lead(act.conn, calendar, act.ticket.id, act.now)
    await promise_changes.extend(act.conn, act.services, act.ticket, until, f"extended:{row['id']}", act.now)
    return until


MOVES = (
    Move("extensions", ExtensionBody, Who.LEAD, extend, "Ask for more time"),
    Move("extensions", ExtensionDecisionBody, Who.MANAGER, decide, "Decide a request for more time", sub="decisions"),
)

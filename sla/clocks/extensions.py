"""Extensions: requests for more time, and the decisions on them (延期, rulebook §5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.text.spoken_time import SpokenTime
from hotline.moves import promise_changes
from hotline.moves.dispatches import Required
from hotline.moves.move import Move, MoveContext, RecordedRefusal, Who
from hotline.people.actions import Fields
from hotline.tickets import store as tickets
from sla.calendar.working_time import Calendar
from sla.clocks import clocks_sql, extensions_sql
from sla.clocks.context import close_of, due_again, follow_lead, lead_clock, move
from sla.policy.store import load_calendar

_EXTENSION_MAX = 10


def _day(value: object) -> object:
    """A date, also where a time was given with it."""
    return value[:10] if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]


class ExtensionBody(Fields):
    """Until which day, and why."""

    until: Day
    reason: Required


class ExtensionDecisionBody(Fields):
    """Granted or not, and why."""

    granted: bool
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


async def running_clock(context: MoveContext) -> clocks_sql.OpenClocksRow:
    """The clock by which the lead has to reply. Raises Illegal where none is open."""
    clock = await lead_clock(context.conn, context.ticket.id)
    if clock is None:
        raise Illegal("No clock of the department runs on ticket %(number)s.", number=context.ticket.number)
    return clock


def close_on(calendar: Calendar, day: date) -> datetime | None:
    """The close of office hours on a day; None where it is no working day."""
    return close_of(calendar, datetime.combine(day, time(12), calendar.zone))


async def ask_extension(context: MoveContext, body: ExtensionBody) -> Mapping[str, object]:
    """Asked once, before the close preceding the due day's; at most 10 working days. A late one is refused, and recorded."""
    lead = await context.lead()
    calendar = await load_calendar(context.conn, context.services.settings.zone, context.now)
    clock = await running_clock(context)
    due_at: datetime = clock.due_at
    if await extensions_sql.extension_open(context.conn, lead.id):
        raise Illegal("More time was asked for already; that is possible once.")
    last = calendar.close_before(due_at)
    if context.now > last:
        raise RecordedRefusal(
            "It is too late to ask for more time: the last moment was %(at)s.",
            record=_record_late(body),
            at=SpokenTime(last, context.now, context.services.settings.zone),
        )
    new = close_on(calendar, body.until)
    if new is None or new <= due_at:
        raise BadField("This is not a working day after the due day.", field="until")
    days = calendar.days_between(due_at, new)
    if days > _EXTENSION_MAX:
        raise BadField("An extension has at most 10 working days.", field="until")
    made = await _ask(context, body, days, granted=None)
    event = await context.publish(
        "extension_asked",
        department=lead.department_id,
        assignment=lead.id,
        extension=made,
        until=body.until.isoformat(),
    )
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"extension": made, "until": new}


async def _ask(
    context: MoveContext, body: ExtensionBody, days: int, *, granted: bool | None, decision: str = ""
) -> int:
    lead = await context.lead()
    return int(
        await extensions_sql.insert_extension(
            context.conn,
            context.ticket.id,
            lead.id,
            body.until,
            body.reason,
            context.user.actor,
            context.now,
            days,
            granted,
            "system" if decision else None,
            decision,
        )
    )


def _record_late(body: ExtensionBody) -> RecordedRefusal.Record:
    """A request that came too late stays on record, refused; it is no finding (rulebook §5)."""

    async def record(context: MoveContext) -> None:
        lead = await context.lead()
        made = await _ask(context, body, 0, granted=False, decision="late")
        event = await context.publish(
            "extension_refused",
            department=lead.department_id,
            assignment=lead.id,
            extension=made,
            until=body.until.isoformat(),
            why="late",
        )
        await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)

    return record


async def decide_extension(context: MoveContext, body: ExtensionDecisionBody) -> Mapping[str, object]:
    """A manager grants or refuses; a grant moves the due time and the person is told. A breach by then stays."""
    row = await extensions_sql.extension(context.conn, context.item, context.ticket.id)
    if row is None:
        raise Missing("There is no extension %(item)s.", item=context.item)
    if row.granted is not None:
        raise Illegal("This request was decided already.")
    await extensions_sql.decide_extension(
        context.conn, row.id, body.granted, context.user.actor, context.now, body.reason
    )
    until = await _grant(context, row) if body.granted else None
    days = {"days": row.days} if body.granted else {}
    event = await context.publish("extension_decided", extension=row.id, granted=body.granted, **days)
    await tickets.add_note(context.conn, context.ticket.id, event.seq, "reason", body.reason)
    return {"extension": row.id, "granted": body.granted, "until": until}


async def _grant(context: MoveContext, row: extensions_sql.ExtensionRow) -> datetime:
    """Move the lead's clock by the granted days, and those of co-handlers with it; tell the person."""
    zone = context.services.settings.zone
    calendar = await load_calendar(context.conn, zone, context.now)
    clock = await running_clock(context)
    added = clock.added_days + row.days
    until = due_again(clock, calendar, added)
    await move(context.conn, clock, until, context.now, added=added)
    await follow_lead(context.conn, calendar, context.ticket.id, context.now)
    await promise_changes.extend_promise(
        context.conn, context.services, context.ticket, until, f"extended:{row.id}", context.now
    )
    return until


MOVES = (
    Move("extensions", ExtensionBody, Who.LEAD, ask_extension, "Ask for more time"),
    Move(
        "extensions",
        ExtensionDecisionBody,
        Who.MANAGER,
        decide_extension,
        "Decide a request for more time",
        sub="decisions",
    ),
)

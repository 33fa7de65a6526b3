"""Time that is asked for, stood still, chased and ordered (domain.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated

import asyncpg
from pydantic import BeforeValidator, StringConstraints

from hotline.base.problem import BadField, Illegal, Missing
from hotline.outbox.person import to_person
from hotline.said import said
from hotline.ticket import State
from hotline.tickets import store as tickets
from hotline.work.dispatch import Required
from hotline.work.move import Act, Body, Move, Who
from sla.calendar import Calendar
from sla.running import desk
from sla.store import Q, load_calendar

_EXTENSION_MAX = 10
_PAUSE_MAX = 5
_MOST = 366


def _day(value: object) -> object:
    """A date, also where a time was given with it."""
    return value[:10] if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]


class Extension(Body):
    """Until which day, and why."""

    until: Day
    reason: Required


class Decision(Body):
    """Granted or not, and why."""

    granted: bool
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class Pause(Body):
    """Until which day the clock stands still, and why."""

    until: Day
    reason: Required


class Interim(Body):
    """How far it is: from the department to the centre, or from the centre to the person."""

    text: Required


class Chase(Body):
    """What is asked, if more than to hurry."""

    text: Annotated[str, StringConstraints(max_length=1000)] = ""


class Order(Body):
    """Why the order is given."""

    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class LongTerm(Body):
    """The plan, the leader who answers for it, and the end (within 12 months)."""

    plan: Required
    leader: Required
    until: Day


async def _resolve_clock(act: Act) -> asyncpg.Record:
    rows = [
        r
        for r in await act.conn.fetch(Q["open_clocks"], act.ticket.id)
        if r["clock"] in {"resolve", "rework"}
    ]
    if not rows:
        raise Illegal("No clock of the department runs on ticket %(number)s.", number=act.ticket.number)
    return rows[-1]


async def extend(act: Act, body: Extension) -> Mapping[str, object]:
    """Asked once, before the close preceding the due day's; at most 10 working days. A late one is refused, and recorded."""
    lead = await act.lead()
    calendar = await load_calendar(act.conn, act.house.settings.zone, act.now)
    clock = await _resolve_clock(act)
    due_at: datetime = clock["due_at"]
    if await act.conn.fetchval(Q["extension_open"], lead.id):
        raise Illegal("More time was asked for already; that is possible once.")
    if act.now > calendar.close_before(due_at):
        raise Illegal("It is too late to ask for more time: the last moment was %(at)s.",
                      at=said(calendar.close_before(due_at), act.now, act.house.settings.zone))  # fmt: skip
    new = _close_of(calendar, body.until)
    if new is None or new <= due_at:
        raise BadField("This is not a working day after the due day.", field="until")
    if new > calendar.add_days(due_at, _EXTENSION_MAX):
        raise BadField("An extension has at most 10 working days.", field="until")
    made = await act.conn.fetchval(
        Q["insert_extension"], act.ticket.id, lead.id, body.until, body.reason, act.user.actor, act.now
    )
    await act.publish("extension_asked", department=lead.department_id, assignment=lead.id, extension=made,
                      until=body.until.isoformat())  # fmt: skip
    return {"extension": made, "until": new}


def _close_of(calendar: Calendar, day: date) -> datetime | None:
    """The close of a working day; None where it is none."""
    if not calendar.is_working_day(day):
        return None
    return calendar.add_days(datetime.combine(day, time(12), calendar.zone) - timedelta(days=1), 1)


async def decide(act: Act, body: Decision) -> Mapping[str, object]:
    """A manager grants or refuses; a grant moves the due time and the person is told."""
    row = await act.conn.fetchrow(Q["extension"], act.item, act.ticket.id)
    if row is None:
        raise Missing("There is no extension %(item)s.", item=act.item)
    if row["granted"] is not None:
        raise Illegal("This request was decided already.")
    await act.conn.execute(
        Q["decide_extension"], row["id"], body.granted, act.user.actor, act.now, body.reason
    )
    until = None
    if body.granted:
        found = await desk(act.conn, act.house, [act.ticket.id], act.now)
        clock = await _resolve_clock(act)
        until = _close_of(found.calendar, row["until_on"])
        first = found.calendar.close_before(until) if until else None
        await act.conn.fetch(
            Q["move_due"], clock["id"], until, act.now, clock["amount"], clock["base"], first
        )
        await to_person(
            act.conn, act.house, act.ticket, "extended", f"extended:{row['id']}", act.now,
            due=said(until, act.now, act.house.settings.zone) if until else "",
        )  # fmt: skip
    await act.publish("extension_decided", extension=row["id"], granted=body.granted)
    return {"extension": row["id"], "granted": body.granted, "until": until}


async def pause(act: Act, body: Pause) -> Mapping[str, object]:
    """Whole working days in which the person is waited for: the due time moves on by as many. At most 5 in all."""
    calendar = await load_calendar(act.conn, act.house.settings.zone, act.now)
    clock = await _resolve_clock(act)
    end = _close_of(calendar, body.until)
    today = act.now.astimezone(act.house.settings.zone).date()
    if end is None or body.until <= today:
        raise BadField("This is not a working day after today.", field="until")
    days = next((n for n in range(1, _MOST) if calendar.add_days(act.now, n) >= end), _MOST)
    used = int(await act.conn.fetchval(Q["paused_days"], act.ticket.id))
    if used + days > _PAUSE_MAX:
        raise BadField("A pause has at most 5 working days in all.", field="until")
    due_at: datetime = clock["due_at"]
    if due_at < act.now:
        raise Illegal("The clock is past due; it cannot be paused.")
    new = calendar.add_days(due_at, days)
    made = await act.conn.fetchval(
        Q["insert_pause"], act.ticket.id, act.now, end, days, body.reason, act.user.actor
    )
    await act.conn.fetch(
        Q["move_due"], clock["id"], new, act.now, clock["amount"], clock["base"], calendar.close_before(new)
    )
    event = await act.publish("paused", pause=made, days=days, until=end)
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    return {"pause": made, "days": days, "due_at": new}


async def interim(act: Act, body: Interim) -> Mapping[str, object]:
    """A word between: the department supplies it, or the owner tells it to the person."""
    if act.user.in_centre:
        event = await act.publish("interim_told", via="sms")
        await to_person(
            act.conn,
            act.house,
            act.ticket,
            "interim",
            f"interim:{act.ticket.id}:{event.seq}",
            act.now,
            reply=body.text,
        )
    else:
        lead = await act.lead()
        event = await act.publish("interim", department=lead.department_id, assignment=lead.id)
    await tickets.add_note(
        act.conn, act.ticket.id, event.seq, "interim", body.text, public=act.user.in_centre
    )
    return {"seq": event.seq}


async def chase(act: Act, body: Chase) -> Mapping[str, object]:
    """The centre hurries the department (催办)."""
    lead = await act.lead()
    event = await act.publish("chased", department=lead.department_id, assignment=lead.id, step="by hand")
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "chase", body.text)
    return {"seq": event.seq}


async def order(act: Act, body: Order) -> Mapping[str, object]:
    """A supervise order (督办通知单): a numbered document to the department, with a deadline."""
    lead = await act.lead()
    calendar = await load_calendar(act.conn, act.house.settings.zone, act.now)
    due_at = calendar.add_days(act.now, 3)
    row = await act.conn.fetchrow(
        Q["insert_order"],
        act.ticket.id,
        None,
        lead.department_id,
        body.reason,
        due_at,
        act.user.actor,
        act.now,
    )
    assert row is not None
    event = await act.publish(
        "ordered", department=lead.department_id, assignment=lead.id, order=row["id"], step="by hand"
    )
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "reason", body.reason)
    return {"order": row["number"], "due_at": due_at}


async def long_term(act: Act, body: LongTerm) -> Mapping[str, object]:
    """挂账: a plan, a named leader, an end within 12 months; its breaches stay."""
    today = act.now.astimezone(act.house.settings.zone).date()
    if not today < body.until <= today + timedelta(days=_MOST):
        raise BadField("The end lies within the next 12 months.", field="until")
    await tickets.set_state(act.conn, act.ticket.id, State.LONG_TERM)
    await act.conn.fetch(Q["hold_clocks"], act.ticket.id, ["resolve", "rework", "interim_supply"], act.now)
    event = await act.publish("long_term", until=body.until.isoformat())
    await tickets.add_note(act.conn, act.ticket.id, event.seq, "plan", f"{body.leader}：{body.plan}")
    return {"state": State.LONG_TERM, "until": body.until}


MOVES = (
    Move("extensions", Extension, Who.LEAD, extend, "Ask for more time"),
    Move("extensions", Decision, Who.MANAGER, decide, "Decide a request for more time", sub="decisions"),
    Move("pauses", Pause, Who.CENTRE, pause, "Pause while the person is waited for"),
    Move("interims", Interim, Who.CENTRE_OR_LEAD, interim, "Give an interim word"),
    Move("chases", Chase, Who.CENTRE, chase, "Chase the department"),
    Move("supervise-orders", Order, Who.MANAGER, order, "Give a supervise order"),
    Move("long-terms", LongTerm, Who.MANAGER, long_term, "Put on the long-term list"),
)

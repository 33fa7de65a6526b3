"""Clocks in the database: started and stopped by events, in the transaction of the event (architecture.md, rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.hooks import PromisedTimes
from hotline.base.services import Services
from sla.calendar.working_time import Calendar
from sla.clocks import clocks_sql, pauses_sql
from sla.clocks.context import ClockContext, clock_context, follow_lead, rule_of
from sla.clocks.effects import Begin, Start, effect
from sla.clocks.holds import end_pause
from sla.clocks.recount import corrected, earliest
from sla.clocks.table import HELD, KINDS, REOPENS
from sla.ladder.steps import ladder
from sla.ladder.supervision import decide_supervision
from sla.policy import policy_sql
from sla.policy.rules import Policy, due, given_back
from sla.policy.store import load_calendar, policy_at

_FOLLOWED = frozenset({"co_handler", "ruled"})


async def on_events(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Subscriber: start and stop the clocks of a batch of events, with the same result as one by one, in few
    statements.
    """
    found = await clock_context(conn, services, sorted({event.ticket for event in events}), now)
    for batch in rounds(events):
        for event in batch:
            if event.kind in {"corrected", "procedure_set"}:
                await corrected(conn, found, event, now)
            elif event.kind == "joined":
                await earliest(conn, services, found, event.ticket, event.at)
        await _apply(conn, services, found, [e for e in batch if e.kind in KINDS], now)
        await decide_supervision(conn, services, found.calendar, [e for e in batch if e.kind == "replied"], now)


def rounds(events: Sequence[Event]) -> list[list[Event]]:
    """Events in batches that have each ticket once, each ticket's in their order. Pure."""
    found: list[list[Event]] = []
    turn: dict[int, int] = {}
    for event in events:
        place = turn.get(event.ticket, 0)
        turn[event.ticket] = place + 1
        if place == len(found):
            found.append([])
        found[place].append(event)
    return found


async def _apply(conn: Conn, services: Services, found: ClockContext, events: Sequence[Event], now: datetime) -> None:
    """The effects of events on as many tickets, in the order of `Effect`."""
    todo = [(e, effect(e.kind, e.detail, found.subject(e.ticket))) for e in events]
    await _end_pauses(conn, found, [e for e, x in todo if x.end_pause])
    stops = [(e.ticket, clock, part, e.at, e.seq) for e, x in todo for clock, part in x.stop]
    if stops:
        await clocks_sql.stop_clocks(conn, *as_columns(stops))
    holds = [(e.ticket, clock, e.at) for e, x in todo for clock in x.hold]
    if holds:
        await clocks_sql.hold_clocks(conn, *as_columns(holds))
    for event, x in todo:
        if x.release:
            await _give_back(conn, found, event)
            await clocks_sql.release_clocks(conn, event.ticket, list(x.release), event.at)
            await clocks_sql.latch_held(conn, event.ticket, list(HELD), event.at)
        if x.reopen:
            await clocks_sql.reopen_clocks(conn, event.ticket, event.at, list(REOPENS))
    ends = [(e.ticket, clock, part, e.at, e.seq) for e, x in todo for clock, part in x.supersede]
    if ends:
        await clocks_sql.supersede_clocks(conn, *as_columns(ends))
    for event in events:
        if event.kind == "recalled":
            await clocks_sql.excuse_recalled(conn, event.ticket, event.at)
    await start_clocks(conn, found, [_start(e, wanted) for e, x in todo for wanted in x.start], now)
    await _settle(conn, services, found, events)


async def _give_back(conn: Conn, found: ClockContext, event: Event) -> None:
    """Where a ruling came after its own due, the time since is the centre's: it is added to what the department has."""
    if "ruling_due" not in event.detail:
        return
    since = datetime.fromisoformat(str(event.detail["ruling_due"]))
    for row in await clocks_sql.late_ruled(conn, event.ticket, list(HELD)):
        rule, added = given_back(rule_of(row), row.added_days, since, event.at, found.calendar)
        due_at = due(rule, row.started_at, found.calendar, added)
        await clocks_sql.give_back(conn, row.id, due_at, rule.amount or 0, added)


def as_columns(rows: Sequence[tuple[object, ...]]) -> list[list[Any]]:
    """Rows as columns for an unnest."""
    return [list(column) for column in zip(*rows, strict=True)]


async def _end_pauses(conn: Conn, found: ClockContext, events: Sequence[Event]) -> None:
    """Where one of the tickets waits, its pause ends at its event."""
    if not events:
        return
    waiting = set(await pauses_sql.paused_tickets(conn, [e.ticket for e in events]))
    for event in events:
        if event.ticket in waiting:
            await end_pause(conn, found, event.ticket, event.at, event.kind)


async def _settle(conn: Conn, services: Services, found: ClockContext, events: Sequence[Event]) -> None:
    """A parent takes what was merged into it before its dispatch; co-handlers follow their lead."""
    fresh = [e for e in events if e.kind == "dispatched"]
    parents = set(await clocks_sql.parents(conn, [e.ticket for e in fresh])) if fresh else set()
    for event in events:
        if event.kind in _FOLLOWED:
            await follow_lead(conn, found.calendar, event.ticket, event.at)
        elif event.ticket in parents:
            await earliest(conn, services, found, event.ticket, event.at)


def _start(event: Event, wanted: Begin) -> Start:
    """A clock that an event starts; a dispatch may bring the time that the result was promised for."""
    promised = event.detail.get("due") if wanted[0] == "resolve" else None
    due_at = datetime.fromisoformat(str(promised)) if promised is not None else None
    return Start(event.ticket, wanted[0], wanted[1], wanted[2], event.at, event.seq, due_at)


async def start_clocks(conn: Conn, found: ClockContext, wanted: Sequence[Start], now: datetime) -> None:
    """Start clocks; those that policy does not run are left out, those that start past due are latched."""
    rows: list[tuple[object, ...]] = []
    for s in wanted:
        rule = found.rule(s.ticket, s.clock)
        if rule is not None:
            due_at = s.due_at or due(rule, s.at, found.calendar)
            ours = rule.whose != "none"
            first = ladder(rule, s.clock, s.at, due_at, found.calendar)[0].at if ours else None
            rows.append(
                (
                    s.ticket,
                    None,
                    s.clock,
                    s.assignment,
                    s.department,
                    rule.whose,
                    found.policies[s.ticket].version,
                    rule.base,
                    rule.amount,
                    rule.warn,
                    s.at,
                    s.seq,
                    due_at,
                    first,
                    max(s.at, now),
                )
            )
    if rows:
        await clocks_sql.start_clocks(conn, *as_columns(rows))


async def promises(
    conn: Conn, services: Services, wanted: Sequence[tuple[str, str]], now: datetime
) -> Sequence[PromisedTimes]:
    """The times promised to each person by the policy in force: what a centre that dispatches in time can keep."""
    calendar = await load_calendar(conn, services.settings.zone, now)
    policy = await policy_at(conn, await policy_sql.version_at(conn, now))
    found = {pair: promised_times(policy, calendar, *pair, now) for pair in set(wanted)}
    return [found[pair] for pair in wanted]


def promised_times(policy: Policy, calendar: Calendar, category: str, urgency: str, at: datetime) -> PromisedTimes:
    """The times promised to a person whose matter comes at `at`. Pure.

    The result is counted from the last moment of the dispatch, as its clock will be: what is promised at night does not move the
    next morning. A call and safety are promised from now on, and not of what is normal: that is the resolve clock's matter.
    """

    def by(clock: str, start: datetime) -> datetime | None:
        rule = policy.rule(clock, category, urgency)
        return due(rule, start, calendar) if rule is not None else None

    grave = urgency != "normal"
    contact = policy.rule("first_contact", category, urgency) if grave else None
    return PromisedTimes(
        result=by("resolve", by("dispatch", at) or at),
        call=by("first_contact", at) if contact is not None else None,
        call_within=timedelta(seconds=contact.amount or 0) if contact is not None and contact.base == "24h" else None,
        safe=by("make_safe", at) if grave else None,
        again=by("rework", at),
    )


async def on_call_back(conn: Conn, services: Services, call_backs: Sequence[int], done: bool, now: datetime) -> None:
    """Hook: the clock of an owed call starts when the call is asked for, and stops when it is made."""
    if done:
        await clocks_sql.stop_call_back(conn, list(call_backs), now)
        return
    version = await policy_sql.version_at(conn, now)
    rule = (await policy_at(conn, version)).rule("call_back", "*", "*")
    if rule is None:
        return
    calendar = await load_calendar(conn, services.settings.zone, now)
    for row in await clocks_sql.asked_call_backs(conn, list(call_backs)):
        due_at = due(rule, row.asked_at, calendar)
        first = ladder(rule, "call_back", row.asked_at, due_at, calendar)[0].at
        await clocks_sql.start_clocks(
            conn,
            [None],
            [row.id],
            ["call_back"],
            [None],
            [None],
            [rule.whose],
            [version],
            [rule.base],
            [rule.amount],
            [rule.warn],
            [row.asked_at],
            [None],
            [due_at],
            [first],
            [now],
        )


SUBSCRIBERS = (Subscriber("clocks", KINDS | {"corrected", "joined", "procedure_set"}, on_events, ordered=True),)

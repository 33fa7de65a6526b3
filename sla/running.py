"""Clocks in the database: started and stopped by events, in the transaction of the event (design.md, rule 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from hotline.base.db import Conn
from hotline.base.events import Event, Subscriber
from hotline.base.house import House
from hotline.ticket import Duty, DutyState
from hotline.tickets import store as tickets
from sla.calendar import Calendar
from sla.clocks import KINDS, Effect, Start, Subject, effect
from sla.ladder import ladder
from sla.policy import Policy, Rule, due
from sla.store import Q, load_calendar, policy_at

_TEAM = ("sign", "first_contact", "make_safe", "resolve", "interim_supply", "rework")


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to set clocks: the calendar, and the policy that each ticket was opened under."""

    calendar: Calendar
    policies: Mapping[int, Policy]
    rows: Mapping[int, asyncpg.Record]

    def subject(self, ticket: int) -> Subject:
        row = self.rows[ticket]
        return Subject(row["category"], row["urgency"], row["person_id"] is None)

    def rule(self, ticket: int, clock: str) -> Rule | None:
        row = self.rows[ticket]
        return self.policies[ticket].rule(clock, row["category"], row["urgency"])


async def desk(conn: Conn, house: House, ids: Sequence[int], now: datetime) -> Desk:
    """Load what clocks of these tickets need."""
    calendar = await load_calendar(conn, house.settings.zone, now)
    rows = {row["id"]: row for row in await conn.fetch(Q["subjects"], list(ids))}
    versions = await conn.fetch(Q["versions"])
    wanted = {i: _version(versions, row["received_at"]) for i, row in rows.items()}
    known = {version: await policy_at(conn, version) for version in set(wanted.values())}
    return Desk(calendar, {i: known[version] for i, version in wanted.items()}, rows)


def _version(versions: Sequence[asyncpg.Record], at: datetime) -> int:
    """The version in force when the ticket came; it keeps that one."""
    return int(next(row["version"] for row in versions if row["effective_at"] <= at))


async def on_events(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """Start and stop the clocks of a batch of events; a batch of new tickets takes one statement."""
    found = await desk(conn, house, sorted({event.ticket for event in events}), now)
    if all(event.kind == "received" for event in events):
        await start(conn, found, [_start(e, s) for e in events for s in _effect(found, e).start])
        return
    for event in events:
        await _apply(conn, found, event)
        if event.kind == "replied":
            await _supervised(conn, event, now)


def _effect(found: Desk, event: Event) -> Effect:
    return effect(event.kind, event.detail, found.subject(event.ticket))


def _start(event: Event, wanted: tuple[str, int | None, int | None]) -> Start:
    return Start(event.ticket, wanted[0], wanted[1], wanted[2], event.at, event.seq)


async def _apply(conn: Conn, found: Desk, event: Event) -> None:
    if event.kind == "corrected":
        await _corrected(conn, found, event)
        return
    if event.kind == "joined":
        await conn.execute(Q["earliest_due"], event.ticket, event.detail["child"], event.at)
        return
    todo = _effect(found, event)
    if event.kind == "sent_back" and await conn.fetchval(Q["was_rework"], event.ticket):
        todo = effect(event.kind, {**event.detail, "rework": True}, found.subject(event.ticket))
    if todo.stop:
        await conn.fetch(
            Q["stop_clocks"], [event.ticket] * len(todo.stop), [c for c, _ in todo.stop], [a for _, a in todo.stop],
            [event.at] * len(todo.stop), [event.seq] * len(todo.stop),
        )  # fmt: skip
    if todo.hold:
        await conn.fetch(Q["hold_clocks"], event.ticket, list(todo.hold), event.at)
    if todo.release:
        await conn.fetch(Q["release_clocks"], event.ticket, list(todo.release), event.at, None, todo.reopen)
    if todo.supersede:
        await conn.fetch(Q["supersede_clocks"], event.ticket, list(todo.supersede), event.at, event.seq, None)
    await start(conn, found, [_start(event, wanted) for wanted in todo.start])
    if event.kind == "co_handler":
        await _before_lead(conn, found, event)


async def start(conn: Conn, found: Desk, wanted: Sequence[Start]) -> None:
    """Start clocks; those that policy does not run are left out."""
    rows = []
    for s in wanted:
        rule = found.rule(s.ticket, s.clock)
        if rule is not None:
            due_at = due(rule, s.at, found.calendar)
            first = (
                ladder(rule, s.clock, s.at, due_at, found.calendar)[0].at if rule.whose != "none" else None
            )
            rows.append((s, rule, due_at, first))
    if not rows:
        return
    await conn.fetch(
        Q["start_clocks"],
        [s.ticket for s, *_ in rows],
        [None] * len(rows),
        [s.clock for s, *_ in rows],
        [s.assignment for s, *_ in rows],
        [s.department for s, *_ in rows],
        [r.whose for _, r, *_ in rows],
        [found.policies[s.ticket].version for s, *_ in rows],
        [r.base for _, r, *_ in rows],
        [r.amount for _, r, *_ in rows],
        [s.at for s, *_ in rows],
        [s.seq for s, *_ in rows],
        [due_at for *_, due_at, _ in rows],
        [first for *_, first in rows],
    )


async def _before_lead(conn: Conn, found: Desk, event: Event) -> None:
    """A co-handler is due two working days before the lead, never before it was asked."""
    clocks = await conn.fetch(Q["open_clocks"], event.ticket)
    lead = next(
        (c for c in clocks if c["clock"] == "resolve" and c["assignment_id"] != event.detail["assignment"]),
        None,
    )
    own = next(
        (c for c in clocks if c["clock"] == "resolve" and c["assignment_id"] == event.detail["assignment"]),
        None,
    )
    if lead is not None and own is not None:
        due_at = max(found.calendar.add_days(lead["due_at"], -2), event.at)
        await _move(conn, found, own, due_at, event.at)


async def _corrected(conn: Conn, found: Desk, event: Event) -> None:
    """Another category or urgency: open clocks are recomputed from their original start."""
    for row in await conn.fetch(Q["open_clocks"], event.ticket):
        rule = found.rule(event.ticket, row["clock"])
        if rule is None:
            await conn.fetch(
                Q["supersede_clocks"], event.ticket, [row["clock"]], event.at, event.seq, row["assignment_id"]
            )
        elif (rule.base, rule.amount) != (row["base"], row["amount"]):
            await _move(conn, found, row, due(rule, row["started_at"], found.calendar), event.at, rule)


async def _move(
    conn: Conn, found: Desk, row: asyncpg.Record, due_at: datetime, at: datetime, rule: Rule | None = None
) -> None:
    rule = rule or Rule(row["base"], row["amount"], row["whose"])
    first = ladder(rule, row["clock"], row["started_at"], due_at, found.calendar)[0].at
    await conn.fetch(Q["move_due"], row["id"], due_at, at, rule.amount, rule.base, first)


async def _supervised(conn: Conn, event: Event, now: datetime) -> None:
    """Decided at the reply: every overdue clock of the department had its chase or order; the missing ones are given now."""
    late = await conn.fetch(Q["unchased"], event.ticket, list(_TEAM))
    if late:
        await conn.fetch(
            Q["add_steps"], [r["id"] for r in late], ["breach"] * len(late), [r["due_at"] for r in late], now
        )
    await tickets.close_duties(conn, event.ticket, {Duty.SUPERVISE: DutyState.DONE}, event.seq, event.at)


async def promises(
    conn: Conn, house: House, wanted: Sequence[tuple[str, str]], now: datetime
) -> Sequence[datetime | None]:
    """When each person hears at the latest: the time to resolve by the policy in force, counted from now."""
    calendar = await load_calendar(conn, house.settings.zone, now)
    policy = await policy_at(conn, await conn.fetchval(Q["version_at"], now))
    found: dict[tuple[str, str], datetime | None] = {}
    for category, urgency in set(wanted):
        rule = policy.rule("resolve", category, urgency)
        found[category, urgency] = due(rule, now, calendar) if rule is not None else None
    return [found[pair] for pair in wanted]


async def on_call_back(
    conn: Conn, house: House, call_backs: Sequence[int], done: bool, now: datetime
) -> None:
    """A call is owed: its clock runs from when it was asked for; made: it stops."""
    if done:
        await conn.execute(Q["stop_call_back"], list(call_backs), now)
        return
    version = await conn.fetchval(Q["version_at"], now)
    rule = (await policy_at(conn, version)).rule("call_back", "*", "*")
    if rule is None:
        return
    calendar = await load_calendar(conn, house.settings.zone, now)
    for row in await conn.fetch(Q["asked_call_backs"], list(call_backs)):
        due_at = due(rule, row["asked_at"], calendar)
        first = ladder(rule, "call_back", row["asked_at"], due_at, calendar)[0].at
        await conn.fetch(
            Q["start_clocks"], [None], [row["id"]], ["call_back"], [None], [None], [rule.whose], [version],
            [rule.base], [rule.amount], [row["asked_at"]], [None], [due_at], [first],
        )  # fmt: skip


SUBSCRIBERS = (Subscriber("clocks", KINDS | {"corrected", "joined"}, on_events),)

"""Clocks in the database: started and stopped by events, in the transaction of the event (design.md, rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db import Conn
from hotline.base.events import Event, Subscriber
from hotline.base.house import House
from sla.clocks import HELD, KINDS, Effect, Start, effect
from sla.desk import C, Desk, desk, follow_lead
from sla.ladder import ladder
from sla.pauses import end_pause
from sla.policy import due
from sla.recompute import corrected, earliest
from sla.store import Q, load_calendar, policy_at
from sla.supervision import decide_supervision

_FOLLOWED = frozenset({"co_handler", "dispatched", "ruled"})


async def on_events(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """Start and stop the clocks of a batch of events; a batch of new tickets takes one statement."""
    found = await desk(conn, house, sorted({event.ticket for event in events}), now)
    if all(event.kind == "received" for event in events):
        await start(conn, found, [_start(e, s) for e in events for s in _effect(found, e).start], now)
        return
    for event in events:
        await _apply(conn, found, event, now)
        if event.kind == "replied":
            await decide_supervision(conn, house, found.calendar, event, now)


def _effect(found: Desk, event: Event) -> Effect:
    return effect(event.kind, event.detail, found.subject(event.ticket))


def _start(event: Event, wanted: tuple[str, int | None, int | None]) -> Start:
    return Start(event.ticket, wanted[0], wanted[1], wanted[2], event.at, event.seq)


async def _apply(conn: Conn, found: Desk, event: Event, now: datetime) -> None:
    ticket, at = event.ticket, event.at
    if event.kind in {"corrected", "procedure_set"}:
        await corrected(conn, found, event, now)
        return
    if event.kind == "joined":
        await earliest(conn, found, ticket, at)
        return
    todo = _effect(found, event)
    if todo.end_pause:
        await end_pause(conn, found, ticket, at, event.kind)
    if todo.stop:
        await conn.fetch(
            C["stop_clocks"], [ticket] * len(todo.stop), [c for c, _ in todo.stop], [a for _, a in todo.stop],
            [at] * len(todo.stop), [event.seq] * len(todo.stop),
        )  # fmt: skip
    if todo.hold:
        await conn.fetch(C["hold_clocks"], ticket, list(todo.hold), at)
    if todo.release:
        await conn.fetch(C["release_clocks"], ticket, list(todo.release), at)
        await conn.fetch(C["latch_held"], ticket, list(HELD), at)
    if todo.reopen:
        await conn.fetch(C["reopen_clocks"], ticket, at)
    if todo.supersede:
        clocks, parts = [c for c, _ in todo.supersede], [p for _, p in todo.supersede]
        await conn.fetch(C["supersede_clocks"], ticket, clocks, parts, at, event.seq)
    await start(conn, found, [_start(event, wanted) for wanted in todo.start], now)
    if event.kind == "dispatched":
        await earliest(conn, found, ticket, at)
    elif event.kind in _FOLLOWED:
        await follow_lead(conn, found.calendar, ticket, at)


async def start(conn: Conn, found: Desk, wanted: Sequence[Start], now: datetime) -> None:
    """Start clocks; those that policy does not run are left out, those that start past due are latched."""
    rows = []
    for s in wanted:
        rule = found.rule(s.ticket, s.clock)
        if rule is not None:
            due_at = due(rule, s.at, found.calendar)
            first = ladder(rule, s.clock, s.at, due_at, found.calendar)[0].at
            rows.append((s, rule, due_at, first if rule.whose != "none" else None))
    if not rows:
        return
    await conn.fetch(
        C["start_clocks"],
        [s.ticket for s, *_ in rows],
        [None] * len(rows),
        [s.clock for s, *_ in rows],
        [s.assignment for s, *_ in rows],
        [s.department for s, *_ in rows],
        [r.whose for _, r, *_ in rows],
        [found.policies[s.ticket].version for s, *_ in rows],
        [r.base for _, r, *_ in rows],
        [r.amount for _, r, *_ in rows],
        [r.warn for _, r, *_ in rows],
        [s.at for s, *_ in rows],
        [s.seq for s, *_ in rows],
        [due_at for *_, due_at, _ in rows],
        now,
        [first for *_, first in rows],
    )


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
        await conn.execute(C["stop_call_back"], list(call_backs), now)
        return
    version = await conn.fetchval(Q["version_at"], now)
    rule = (await policy_at(conn, version)).rule("call_back", "*", "*")
    if rule is None:
        return
    calendar = await load_calendar(conn, house.settings.zone, now)
    for row in await conn.fetch(C["asked_call_backs"], list(call_backs)):
        due_at = due(rule, row["asked_at"], calendar)
        first = ladder(rule, "call_back", row["asked_at"], due_at, calendar)[0].at
        await conn.fetch(
            C["start_clocks"], [None], [row["id"]], ["call_back"], [None], [None], [rule.whose], [version],
            [rule.base], [rule.amount], [rule.warn], [row["asked_at"]], [None], [due_at], now, [first],
        )  # fmt: skip


SUBSCRIBERS = (Subscriber("clocks", KINDS | {"corrected", "joined", "procedure_set"}, on_events),)

"""The clocks of a ticket as its events alone tell them, by the table of starts and stops that ran them (`sla.clocks.table`). Pure.

Which clocks there were, from which event to which, when each was due, and what was breached: rebuilt exactly, also where a
pause, an extension, a correction, a merge or the calendar moved a due time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from hotline.base.event import RecordedEvent
from hotline.ticket import WITH_DEPARTMENT, State
from sla.calendar.working_time import Calendar
from sla.clocks.effects import Effect, Subject, effect
from sla.clocks.table import HELD, KINDS, REOPENS
from sla.policy.rules import Policy, PolicyRule
from sla.verify import retimed
from sla.verify.shadow_clock import ShadowClock
from sla.verify.shadow_ticket import ShadowTicket


class StoredBreach(Protocol):
    """What a stored clock says of its breach."""

    @property
    def id(self) -> int: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def breached_at(self) -> datetime | None: ...
    @property
    def excused(self) -> str: ...


class StoredExcuse(StoredBreach, Protocol):
    """What a stored clock says of its excuse (免责)."""

    @property
    def clock(self) -> str: ...
    @property
    def stopped_at(self) -> datetime | None: ...


_LEAD = frozenset({"dispatched", "ruled"})
_FOLLOWED = frozenset({"co_handler", "ruled"})
_WAITS = frozenset({"paused", "set_aside", "long_term"})
#: After these the ticket is not with a department; after the other kinds that move a clock it is where it was.
_AWAY = (KINDS | {"set_aside"}) - {
    "first_contact",
    "made_safe",
    "co_handler",
    "co_replied",
    "co_handler_ruled",
    "interim",
    "interim_told",
    "report_back_tried",
}
_MOVES: Mapping[str, Callable[[ShadowTicket, RecordedEvent], None]] = {
    "corrected": retimed.corrected,
    "procedure_set": retimed.corrected,
    "recomputed": retimed.recomputed,
    "extension_decided": retimed.extended,
    **dict.fromkeys(_WAITS, retimed.begin_wait),
}


def rebuilt(
    events: Iterable[RecordedEvent],
    policy: Policy,
    calendar: Callable[[datetime], Calendar],
    procedures: Mapping[int, PolicyRule],
) -> ShadowTicket:
    """The clocks after all events of a ticket. Raises KeyError where an event lacks what it must say."""
    shadow = ShadowTicket(policy, calendar, procedures)
    for event in events:
        _apply(shadow, event)
        shadow.at_department = _with_department(event, shadow.at_department)
    return shadow


def _apply(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """What an event did."""
    _note(shadow, e)
    if e.kind == "resumed":
        (retimed.ended if e.detail.get("why") == "ended" else retimed.end_wait)(shadow, e)
    elif e.kind in _MOVES:
        _MOVES[e.kind](shadow, e)
    if e.kind in KINDS:
        _take(shadow, e, effect(e.kind, e.detail, shadow.subject))


def _note(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """Note what an event says of the ticket's subject, parts and reply, before the clocks follow it."""
    d = e.detail
    if e.kind == "received":
        shadow.subject = Subject(d["category"], d["urgency"], d["person"] is None)
    if e.kind in _LEAD and not d.get("overruled"):
        shadow.parts[d["assignment"]], shadow.lead = "lead", e
    elif e.kind == "co_handler":
        shadow.parts[d["assignment"]] = "co"
    elif e.kind == "recalled":
        shadow.lead = None
    if e.kind == "replied":
        shadow.replied = e.seq
    if e.kind == "breached" and "clock_id" in d:
        _breached(shadow, d)


def _breached(shadow: ShadowTicket, d: Mapping[str, Any]) -> None:
    """The sweep latched a clock."""
    shadow.breached.add(d["clock_id"])
    due_at = datetime.fromisoformat(d["due_at"])
    for c in shadow.open(d["clock"]):
        if (c.department, c.due_at) == (d.get("department"), due_at):
            c.latched = True


def _take(shadow: ShadowTicket, e: RecordedEvent, todo: Effect) -> None:
    """The effects in their order; see `sla.clocks.effects.Effect`."""
    if todo.end_pause:
        retimed.end_wait(shadow, e)
    for clock, assignment in todo.stop:
        for c in shadow.open(clock):
            if assignment is None or c.assignment == assignment:
                c.end("stopped", e)
    for c in shadow.open(*todo.hold) if todo.hold else ():
        if shadow.part(c) == "lead" and (c.state == "running" or c.resumes_at is not None):
            c.write(e.at, "paused")
    if todo.release:
        retimed.ruled_late(shadow, e)
        for c in shadow.open(*todo.release):
            if shadow.part(c) == "lead" and c.state == "paused" and c.resumes_at is None:
                c.write(e.at, "running")
        for c in shadow.clocks:
            if c.clock in HELD:
                c.latch_held()
    if todo.reopen:
        for c in shadow.clocks:
            if c.clock in REOPENS and c.stop_seq == shadow.replied and not c.open:
                c.write(e.at, "running")
    for clock, part in todo.supersede:
        for c in shadow.open(clock):
            if part is None or shadow.part(c) == part:
                c.end("superseded", e)
    for clock, assignment, department in todo.start:
        shadow.begin(clock, assignment, department, e, e.at, e.detail.get("due") if clock == "resolve" else None)
    if e.kind in _FOLLOWED:
        shadow.follow(e.at)


def _with_department(e: RecordedEvent, before: bool) -> bool:
    """Whether the ticket is dispatched or signed for after an event."""
    if e.kind == "signed" and e.detail.get("part") == "co":
        return before
    if e.kind in {"dispatched", "signed", "ruled", "sent_back", "reworked"}:
        return True
    if e.kind == "resumed" and "state" in e.detail:
        return State(e.detail["state"]) in WITH_DEPARTMENT
    return before and e.kind not in _AWAY


def breach_fault(row: StoredBreach, shadow: ShadowTicket, shadow_clock: ShadowClock, now: datetime) -> str | None:
    """What is wrong with the breach of a stored clock; None where it follows from the events.

    One that still runs may be latched by any write since; one that was excused, by us having recorded its end too late.
    """
    name, due_at, breached_at = shadow_clock.clock, row.due_at, row.breached_at
    since = shadow_clock.open and due_at < now
    if breached_at is not None and (breached_at != due_at or not (shadow_clock.latched or since or row.excused)):
        return f"the breach of {name} does not follow from the events"
    if breached_at is None and (shadow_clock.latched or row.id in shadow.breached):
        return f"the breach of {name} on record is missing"
    return None


def excuse_fault(row: StoredExcuse, kinds: Collection[str], closures: Collection[str]) -> str | None:
    """What is wrong with the excuse of a stored clock; None where there is a ground for it: a closure or failure that was declared, an
    event that was in time and recorded late, a recall, a correction, an import.
    """
    grounds = {
        "": True,
        "recorded late": row.stopped_at is not None and row.stopped_at <= row.due_at,
        "recalled": "recalled" in kinds,
        "corrected": not {"corrected", "procedure_set"}.isdisjoint(kinds),
        "imported": "imported" in kinds,
    }
    if grounds.get(row.excused, row.excused in closures):
        return None
    return f"the clock {row.clock} is excused ({row.excused}), the events say no ground"

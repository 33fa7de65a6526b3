"""The clocks of a ticket as its events alone tell them, by the same rules that ran them (`sla.clocks.effects.effect`). Pure.

Which clocks there were, from which event to which, when each was due, and what was breached: rebuilt exactly, also where a
pause, an extension, a correction, a merge or the calendar moved a due time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from hotline.record.life import RecordedEvent
from hotline.ticket import WITH_DEPARTMENT, State
from sla.calendar.working_time import Calendar
from sla.clocks.effects import HELD, KINDS, Effect, Subject, effect
from sla.policy.rules import Policy, PolicyRule
from sla.verify import retimed
from sla.verify.shadow_clock import Kept
from sla.verify.shadow_ticket import Book

_LEAD = frozenset({"dispatched", "ruled"})
_REOPENED = frozenset({"resolve", "rework", "sign"})
_FOLLOWED = frozenset({"co_handler", "ruled"})
_WAITS = frozenset({"paused", "set_aside", "long_term"})
_MOVES: Mapping[str, Callable[[Book, RecordedEvent], None]] = {
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
) -> Book:
    """The clocks after all events of a ticket. Raises KeyError where an event lacks what it must say."""
    book = Book(policy, calendar, procedures)
    for event in events:
        _apply(book, event)
        book.at_department = _with_department(event, book.at_department)
    return book


def _apply(book: Book, e: RecordedEvent) -> None:
    """What an event did."""
    _note(book, e)
    if e.kind == "resumed":
        (retimed.ended if e.detail.get("why") == "ended" else retimed.end_wait)(book, e)
    elif e.kind in _MOVES:
        _MOVES[e.kind](book, e)
    if e.kind in KINDS:
        _take(book, e, effect(e.kind, e.detail, book.subject))


def _note(book: Book, e: RecordedEvent) -> None:
    d = e.detail
    if e.kind == "received":
        book.subject = Subject(d["category"], d["urgency"], d["person"] is None)
    if e.kind in _LEAD and not d.get("overruled"):
        book.parts[d["assignment"]], book.lead = "lead", e
    elif e.kind == "co_handler":
        book.parts[d["assignment"]] = "co"
    elif e.kind == "recalled":
        book.lead = None
    if e.kind == "replied":
        book.replied = e.seq
    if e.kind == "breached" and "clock_id" in d:
        _breached(book, d)


def _breached(book: Book, d: Mapping[str, Any]) -> None:
    """The sweep latched a clock."""
    book.breached.add(d["clock_id"])
    due_at = datetime.fromisoformat(d["due_at"])
    for c in book.open(d["clock"]):
        if (c.department, c.due_at) == (d.get("department"), due_at):
            c.latched = True


def _take(book: Book, e: RecordedEvent, todo: Effect) -> None:
    """The effects in their order; see `sla.clocks.effects.Effect`."""
    if todo.end_pause:
        retimed.end_wait(book, e)
    for clock, assignment in todo.stop:
        for c in book.open(clock):
            if assignment is None or c.assignment == assignment:
                c.end("stopped", e)
    for c in book.open(*todo.hold) if todo.hold else ():
        if book.part(c) == "lead" and (c.state == "running" or c.resumes_at is not None):
            c.write(e.at, "paused")
    if todo.release:
        for c in book.open(*todo.release):
            if book.part(c) == "lead" and c.state == "paused" and c.resumes_at is None:
                c.write(e.at, "running")
        for c in book.clocks:
            if c.clock in HELD:
                c.latch_held()
    if todo.reopen:
        for c in book.clocks:
            if c.clock in _REOPENED and c.stop_seq == book.replied and not c.open:
                c.write(e.at, "running")
    for clock, part in todo.supersede:
        for c in book.open(clock):
            if part is None or book.part(c) == part:
                c.end("superseded", e)
    for clock, assignment, department in todo.start:
        book.begin(clock, assignment, department, e, e.at, e.detail.get("due") if clock == "resolve" else None)
    if e.kind in _FOLLOWED:
        book.follow(e.at)


def _with_department(e: RecordedEvent, before: bool) -> bool:
    """Whether the ticket is dispatched or signed for after an event."""
    if e.kind == "signed" and e.detail.get("part") == "co":
        return before
    if e.kind in {"dispatched", "signed", "ruled", "sent_back", "reworked"}:
        return True
    if e.kind == "resumed" and "state" in e.detail:
        return State(e.detail["state"]) in WITH_DEPARTMENT
    if e.kind in KINDS | {"set_aside"} and e.kind not in {
        "first_contact",
        "made_safe",
        "co_handler",
        "co_replied",
        "co_handler_ruled",
        "interim",
        "interim_told",
        "report_back_tried",
    }:
        return False
    return before


def breach_fault(row: Mapping[str, Any], book: Book, kept: Kept, now: datetime) -> str | None:
    """What is wrong with the breach of a stored clock; None where it follows from the events.

    One that still runs may be latched by any write since; one that was excused, by us having recorded its end too late.
    """
    name, due_at, breached_at = kept.clock, row["due_at"], row["breached_at"]
    since = kept.open and due_at < now
    if breached_at is not None and (breached_at != due_at or not (kept.latched or since or row["excused"])):
        return f"the breach of {name} does not follow from the events"
    if breached_at is None and (kept.latched or row["id"] in book.breached):
        return f"the breach of {name} on record is missing"
    return None

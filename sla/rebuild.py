"""The clocks of a ticket as its events alone tell them, by the same rules that ran them (`sla.clocks.effect`). Pure.

Which clocks there were, from which event to which, and in which state they stand is rebuilt exactly. So is the due time of
a clock that nothing moved; one that a pause, an extension, a correction, a merge or the calendar moved is known by its
event, and checked against its breach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hotline.record.life import Happening
from hotline.ticket import WITH_DEPARTMENT, State
from sla.calendar import Calendar
from sla.clocks import KINDS, Effect, Subject, effect, team_clocks
from sla.policy import Policy, Rule, due

_LEAD = frozenset({"dispatched", "ruled"})
_REOPENED = frozenset({"resolve", "rework", "sign"})
_COUNTED_AGAIN = frozenset({"recomputed"})
_NOBODY = Subject("", "", anonymous=True)
_WAITS = frozenset({"paused", "set_aside", "long_term"})


@dataclass(slots=True)
class Kept:
    """A clock as rebuilt. `moved`: its due time was moved by an event; `held`: it stood still at some time."""

    clock: str
    assignment: int | None
    department: int | None
    rule: Rule
    started_at: datetime
    start_seq: int
    due_at: datetime
    state: str = "running"
    waits: bool = False
    moved: bool = False
    held: bool = False
    stopped_at: datetime | None = None
    stop_seq: int | None = None

    @property
    def open(self) -> bool:
        return self.state in {"running", "paused"}

    @property
    def taken_away(self) -> bool:
        """Ended by a correction without a breach, as if it had never been."""
        if self.state != "superseded" or self.stopped_at is None:
            return False
        return self.rule.whose == "none" or self.held or self.stopped_at <= self.due_at

    def end(self, state: str, event: Happening) -> None:
        self.state, self.stopped_at, self.stop_seq, self.waits = state, event.at, event.seq, False


@dataclass(slots=True)
class Book:
    """The clocks of one ticket, event by event."""

    policy: Policy
    calendar: Callable[[datetime], Calendar]
    procedures: Mapping[int, Rule]
    clocks: list[Kept] = field(default_factory=list)
    subject: Subject = _NOBODY
    own: Rule | None = None
    parts: dict[int, str] = field(default_factory=dict)
    lead: Happening | None = None
    at_department: bool = False
    replied: int = 0
    joined: bool = False
    waiting: bool = False
    breached: set[int] = field(default_factory=set)

    def rule(self, clock: str) -> Rule | None:
        """What the ticket's policy gives a clock, a statutory procedure its own time to resolve."""
        found = self.policy.rule(clock, self.subject.category, self.subject.urgency)
        if found is not None and clock == "resolve" and self.own is not None:
            return replace(found, base=self.own.base, amount=self.own.amount, basis=self.own.basis)
        return found

    def apply(self, e: Happening) -> None:
        """What an event did."""
        self._note(e)
        if e.kind in {"corrected", "procedure_set"}:
            self._corrected(e)
        elif e.kind == "joined":
            self.joined = True
            self._moved(lambda c: True)
        elif e.kind in _COUNTED_AGAIN:
            self._moved(lambda c: True)
        elif e.kind == "extension_decided":
            self._moved(lambda c: c.clock in {"resolve", "rework"})
        elif e.kind == "resumed":
            self._end_wait(by_itself=e.detail.get("why") == "ended")
        elif e.kind in _WAITS:
            self._wait()
        if e.kind in KINDS:
            self._take(e, effect(e.kind, e.detail, self.subject))

    def _note(self, e: Happening) -> None:
        d = e.detail
        if e.kind == "received":
            self.subject = Subject(d["category"], d["urgency"], d["person"] is None)
        if e.kind in _LEAD and not d.get("overruled"):
            self.parts[d["assignment"]], self.lead = "lead", e
        elif e.kind == "co_handler":
            self.parts[d["assignment"]] = "co"
        elif e.kind == "recalled":
            self.lead = None
        if e.kind == "replied":
            self.replied = e.seq
        if "clock_id" in d and (e.kind == "breached" or d.get("step") == "breach"):
            self.breached.add(d["clock_id"])

    def _take(self, e: Happening, todo: Effect) -> None:
        """The effects in their order; see `sla.clocks.Effect`."""
        if todo.end_pause:
            self._end_wait()
        for clock, assignment in todo.stop:
            for c in self._open(clock):
                if assignment is None or c.assignment == assignment:
                    c.end("stopped", e)
        for clock in todo.hold:
            for c in self._open(clock):
                if self._part(c) == "lead":
                    c.state, c.held, c.waits = "paused", True, False
        for clock in todo.release:
            for c in self._open(clock):
                if self._part(c) == "lead" and not c.waits:
                    c.state = "running"
        if todo.reopen:
            for c in self.clocks:
                if c.clock in _REOPENED and c.stop_seq == self.replied and not c.open:
                    c.state, c.stopped_at, c.stop_seq = "running", None, None
        for clock, part in todo.supersede:
            for c in self._open(clock):
                if part is None or self._part(c) == part:
                    c.end("superseded", e)
        for clock, assignment, department in todo.start:
            self._begin(clock, assignment, department, e, e.detail.get("due") if clock == "resolve" else None)
        if e.kind in {"co_handler", "ruled", "dispatched"}:
            self._moved(lambda c: self.joined or (self._part(c) == "co" and c.clock in {"resolve", "rework"}))

    def _begin(
        self,
        clock: str,
        assignment: int | None,
        department: int | None,
        e: Happening,
        promised: str | None = None,
    ) -> None:
        rule = self.rule(clock)
        if rule is None or any(c.assignment == assignment for c in self._open(clock)):
            return
        due_at = datetime.fromisoformat(promised) if promised else due(rule, e.at, self.calendar(e.at))
        self.clocks.append(Kept(clock, assignment, department, rule, e.at, e.seq, due_at))

    def _corrected(self, e: Happening) -> None:
        """Another category, urgency or procedure; see `sla.recompute.corrected`."""
        d = e.detail
        self.subject = replace(
            self.subject,
            category=d.get("category", [0, self.subject.category])[1],
            urgency=d.get("urgency", [0, self.subject.urgency])[1],
        )
        if e.kind == "procedure_set":
            self.own = self.procedures.get(d["procedure"]) if d["procedure"] is not None else None
        team = team_clocks(self.subject)
        for c in [c for c in self.clocks if c.open]:
            rule = self.rule(c.clock)
            if rule is None or (c.clock == "first_contact" and "first_contact" not in team):
                c.end("superseded", e)
            elif (rule.base, rule.amount) != (c.rule.base, c.rule.amount):
                c.rule, c.moved = rule, True
        self._moved(lambda c: self._part(c) == "co")
        if self.at_department and self.lead is not None:
            ident, department = self.lead.detail["assignment"], self.lead.detail["department"]
            seen = {c.clock for c in self.clocks if c.assignment == ident and not c.taken_away}
            for clock in team:
                if clock not in seen:
                    self._begin(clock, ident, department, self.lead)

    def _wait(self) -> None:
        self._end_wait()
        self.waiting = True
        for c in self.clocks:
            rule = self.rule(c.clock)
            if c.state == "running" and rule is not None and rule.pausable:
                c.state, c.waits, c.moved, c.held = "paused", True, True, True
        self._moved(lambda c: self._part(c) == "co")

    def _end_wait(self, *, by_itself: bool = False) -> None:
        """A pause ends, by itself at its end or by an event; an event also takes up what stood still for another reason."""
        if not self.waiting:
            return
        self.waiting = False
        for c in self.clocks:
            if c.state == "paused" and (c.waits or not by_itself):
                c.state, c.waits, c.moved = "running", False, True
        self._moved(lambda c: self._part(c) == "co")

    def _moved(self, which: Callable[[Kept], bool]) -> None:
        for c in self.clocks:
            if c.open and which(c):
                c.moved = True

    def _open(self, clock: str) -> list[Kept]:
        return [c for c in self.clocks if c.clock == clock and c.open]

    def _part(self, c: Kept) -> str | None:
        return self.parts.get(c.assignment) if c.assignment is not None else None


def rebuilt(
    events: Iterable[Happening],
    policy: Policy,
    calendar: Callable[[datetime], Calendar],
    procedures: Mapping[int, Rule],
) -> Book:
    """The clocks after all events of a ticket. Raises KeyError where an event lacks what it must say."""
    book = Book(policy, calendar, procedures)
    for event in events:
        book.apply(event)
        book.at_department = _with_department(event, book.at_department)
    return book


def _with_department(e: Happening, before: bool) -> bool:
    """Whether the ticket is dispatched or signed for after an event."""
    if e.kind == "signed" and e.detail.get("part") == "co":
        return before
    if e.kind in {"dispatched", "signed", "ruled", "sent_back", "reworked"}:
        return True
    if e.kind == "resumed" and "state" in e.detail:
        return State(e.detail["state"]) in WITH_DEPARTMENT
    if e.kind in KINDS | {"set_aside"} and e.kind not in {
        "first_contact", "made_safe", "co_handler", "co_replied", "co_handler_ruled", "interim", "interim_told", "report_back_tried"
    }:  # fmt: skip
        return False
    return before


def breach_fault(row: Mapping[str, Any], book: Book, kept: Kept, now: datetime) -> str | None:
    """What is wrong with the breach of a stored clock; None where it follows from the events."""
    name, due_at, breached_at = kept.clock, row["due_at"], row["breached_at"]
    end = row["stopped_at"] or now
    if breached_at is not None and (breached_at != due_at or (end <= due_at and not row["excused"])):
        return f"the breach of {name} does not follow from the events"
    late = row["whose"] != "none" and not kept.open and not kept.held and end > due_at
    if breached_at is None and (row["id"] in book.breached or late):
        return f"the breach of {name} on record is missing"
    return None

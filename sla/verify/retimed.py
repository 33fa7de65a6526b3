"""Changes of due times in the rebuild, a second implementation on purpose (ADR 0010): pauses, extensions, corrections,
calendar, merges. Pure.

Each function repeats a use case that it names; where the two differ `audit verify` reports it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hotline.base.event import RecordedEvent
from sla.clocks.effects import may_run, team_clocks
from sla.clocks.table import HELD
from sla.policy.rules import PolicyRule, due, given_back
from sla.verify.shadow_ticket import ShadowTicket, Wait


def begin_wait(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """The ticket waits; the twin of `sla.clocks.holds.begin_pause`. Another wait ends first."""
    end_wait(shadow, e)
    kind = e.kind if e.kind != "paused" else str(e.detail["reason"])
    until = (
        datetime.fromisoformat(e.detail["until" if e.kind == "paused" else "end"]) if e.kind != "set_aside" else None
    )
    calendar = shadow.calendar(e.at)
    days = calendar.days_between(e.at, until) if until is not None else 0
    for c in shadow.open():
        rule = shadow.rule(c.clock)
        if c.state != "running" or rule is None or not rule.pausable:
            continue
        added = c.added + days
        if kind == "long_term" and until is not None:
            added = c.added + calendar.days_between(c.due_at, until)
        due_at = c.due_at if added == c.added else c.again(calendar, added)
        c.write(e.at, "paused", due_at, resumes_at=until)
        c.added = added
    shadow.follow(e.at)
    shadow.wait = Wait(kind, e.at, until, days)


def end_wait(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """A wait ends at an event, less the days that it did not take; the twin of `sla.clocks.holds.end_pause`."""
    wait, shadow.wait = shadow.wait, None
    if wait is None:
        return
    calendar = shadow.calendar(e.at)
    took = calendar.days_between(wait.from_at, e.at)
    used = took if wait.until is None else min(wait.days, took)
    given_back = 0 if wait.kind == "long_term" else wait.days - used
    for c in shadow.open():
        if c.state == "paused":
            added = max(0, c.added - given_back)
            due_at = c.again(calendar, added) if given_back else c.due_at
            c.write(e.at, "running", due_at)
            c.added = added
    shadow.follow(e.at)


def ended(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """A wait ended by itself, at its end; the twin of the sweep (`resume_ended`)."""
    shadow.wait = None
    for c in shadow.open():
        if c.state == "paused" and c.resumes_at is not None and c.resumes_at <= e.at:
            c.write(e.at, "running")


def extended(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """More time was granted; the twin of `sla.clocks.extensions.decide_extension`."""
    clock = shadow.lead_clock()
    if clock is None or not e.detail["granted"]:
        return
    added = clock.added + int(e.detail["days"])
    clock.write(e.at, due_at=clock.again(shadow.calendar(e.at), added))
    clock.added = added
    shadow.follow(e.at)


def ruled_late(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """A ruling came after its own due; the twin of `sla.clocks.events._give_back`."""
    if "ruling_due" not in e.detail:
        return
    since, calendar = datetime.fromisoformat(e.detail["ruling_due"]), shadow.calendar(e.at)
    for c in shadow.clocks:
        held = c.state == "paused" and c.resumes_at is None
        late = c.state == "stopped" and c.stopped_at is not None and c.stopped_at > c.due_at
        if c.clock in HELD and shadow.part(c) == "lead" and not c.latched and (held or late):
            rule, c.added = given_back(c.rule, c.added, since, e.at, calendar)
            c.allow(rule)
            c.due_at = c.again(calendar, c.added)


def recomputed(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """Counted again by the calendar, or taken from a merged ticket: the event says it clock by clock."""
    for item in e.detail["clocks"]:
        for c in shadow.open(item["clock"]):
            if (c.assignment, c.start_seq) == (item["assignment"], item["start_seq"]):
                c.write(e.at, due_at=datetime.fromisoformat(item["new"]))
                if "started_at" in item:
                    c.started_at, c.added = datetime.fromisoformat(item["started_at"]), item["added"]
                    c.allow(PolicyRule(item["base"], item["amount"], c.rule.whose))
    shadow.follow(e.at)


def corrected(shadow: ShadowTicket, e: RecordedEvent) -> None:
    """Another category, urgency or procedure; the twin of `sla.clocks.recount.corrected`."""
    d = e.detail
    shadow.subject = replace(
        shadow.subject,
        category=d.get("category", [0, shadow.subject.category])[1],
        urgency=d.get("urgency", [0, shadow.subject.urgency])[1],
    )
    if e.kind == "procedure_set":
        shadow.own = shadow.procedures.get(d["procedure"]) if d["procedure"] is not None else None
    team = team_clocks(shadow.subject)
    for c in shadow.open():
        rule = shadow.rule(c.clock)
        if rule is None or not may_run(c.clock, shadow.subject):
            c.end("superseded", e)
        elif (rule.base, rule.amount) != (c.rule.base, c.rule.amount) and not shadow.follows(c):
            c.write(e.at, due_at=due(rule, c.started_at, shadow.calendar(e.at), c.added))
            c.allow(rule)
    if shadow.at_department and shadow.lead is not None:
        ident, department = shadow.lead.detail["assignment"], shadow.lead.detail["department"]
        seen = {c.clock for c in shadow.clocks if c.assignment == ident and not c.taken_away}
        for clock in team:
            if clock not in seen:
                shadow.begin(clock, ident, department, shadow.lead, e.at)
    shadow.follow(e.at)

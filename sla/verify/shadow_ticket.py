"""The shadow of a ticket: its clocks as rebuilt from its events, with the policy and calendar that they are computed
from. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from hotline.base.event import RecordedEvent
from sla.calendar.working_time import Calendar
from sla.clocks.effects import Subject, before_lead
from sla.clocks.table import RESULT
from sla.policy.rules import Policy, PolicyRule, due
from sla.verify.shadow_clock import ShadowClock


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause that a ticket is in: since when, until when (None: until the person is heard from), its working days."""

    kind: str
    from_at: datetime
    until: datetime | None
    days: int


@dataclass(slots=True)
class ShadowTicket:
    """What is known of a ticket's clocks after some events. `calendar`: the one that was known at a moment."""

    policy: Policy
    calendar: Callable[[datetime], Calendar]
    procedures: Mapping[int, PolicyRule]
    clocks: list[ShadowClock] = field(default_factory=list)
    subject: Subject = Subject("", "", anonymous=True)  # noqa: RUF009 - frozen
    own: PolicyRule | None = None
    parts: dict[int, str] = field(default_factory=dict)
    lead: RecordedEvent | None = None
    at_department: bool = False
    replied: int = 0
    wait: Wait | None = None
    breached: set[int] = field(default_factory=set)

    def rule(self, clock: str) -> PolicyRule | None:
        """What the ticket's policy gives a clock, a statutory procedure its own time to resolve."""
        found = self.policy.rule(clock, self.subject.category, self.subject.urgency)
        if found is not None and clock == "resolve" and self.own is not None:
            return replace(found, base=self.own.base, amount=self.own.amount, basis=self.own.basis)
        return found

    def part(self, c: ShadowClock) -> str | None:
        """Whether a clock is the lead's or a co-handler's; None: the centre's."""
        return self.parts.get(c.assignment) if c.assignment is not None else None

    def open(self, *clocks: str) -> list[ShadowClock]:
        """The clocks that are not over, of some names or all."""
        return [c for c in self.clocks if c.open and (not clocks or c.clock in clocks)]

    def lead_clock(self) -> ShadowClock | None:
        """The open clock by which the lead has to reply."""
        return next((c for c in self.open(*RESULT) if self.part(c) == "lead"), None)

    def follows(self, c: ShadowClock) -> bool:
        """Whether a clock follows the lead's due time."""
        return c.clock in RESULT and self.part(c) == "co"

    def begin(
        self,
        clock: str,
        assignment: int | None,
        department: int | None,
        start: RecordedEvent,
        now: datetime,
        promised: str | None = None,
    ) -> None:
        """A clock starts at an event; it may be known only `now`. One that is open already is left alone."""
        rule = self.rule(clock)
        if rule is None or any(c.assignment == assignment for c in self.open(clock)):
            return
        due_at = datetime.fromisoformat(promised) if promised else due(rule, start.at, self.calendar(now))
        made = ShadowClock(clock, assignment, department, rule, start.at, start.seq, due_at)
        made.latched = rule.whose != "none" and due_at < now
        self.clocks.append(made)

    def follow(self, at: datetime) -> None:
        """Co-handlers are due before their lead, wherever its due time went; see `sla.clocks.context.follow_lead`."""
        lead = self.lead_clock()
        if lead is None:
            return
        for c in [c for c in self.open(*RESULT) if self.part(c) == "co"]:
            due_at = before_lead(self.calendar(at), lead.due_at, c.started_at)
            if due_at != c.due_at:
                c.write(at, due_at=due_at)

"""The shadow of a clock, rebuilt from events; a write to it latches a breach as the database's trigger does. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hotline.base.event import RecordedEvent
from sla.calendar.working_time import Calendar
from sla.policy.rules import PolicyRule, due


@dataclass(slots=True)
class ShadowClock:
    """A clock as it stands after some events. `resumes_at`: when its pause ends by itself; `latched`: breached at `due_at`."""

    clock: str
    assignment: int | None
    department: int | None
    rule: PolicyRule
    started_at: datetime
    start_seq: int
    due_at: datetime
    state: str = "running"
    added: int = 0
    resumes_at: datetime | None = None
    latched: bool = False
    stopped_at: datetime | None = None
    stop_seq: int | None = None

    @property
    def open(self) -> bool:
        return self.state in {"running", "paused"}

    @property
    def taken_away(self) -> bool:
        """Ended by a correction without a breach, as if it had never been."""
        return self.state == "superseded" and not self.latched

    def write(
        self,
        at: datetime,
        state: str | None = None,
        due_at: datetime | None = None,
        *,
        resumes_at: datetime | None = None,
        seq: int | None = None,
    ) -> None:
        """A write to its row; what is past due by then is latched first, by the conditions of `latch_breach` in schema.sql."""
        before, stood_until = self.state, self.resumes_at
        if state is not None:
            self.state, self.resumes_at = state, resumes_at
            self.stopped_at, self.stop_seq = (None, None) if self.open else (at, seq)
        if self.latched:
            return
        ours = self.rule.whose != "none"
        ran = before == "running" or (before == "paused" and stood_until is not None and stood_until < at)
        if ours and ran and self.due_at < at:
            self.latched = True
            return
        self.due_at = due_at or self.due_at
        late = self.due_at < at
        self.latched = late and ((ours and self.state == "running") or (self.state == "stopped" and before != "paused"))

    def latch_held(self) -> None:
        """It was stopped while it stood still, and never stood still after all."""
        if self.state == "stopped" and self.stopped_at is not None and self.stopped_at > self.due_at:
            self.latched = True

    def end(self, state: str, event: RecordedEvent) -> None:
        self.write(event.at, state, seq=event.seq)

    def allow(self, rule: PolicyRule) -> None:
        """Give the clock another time budget; its owner stays."""
        self.rule = replace(rule, whose=self.rule.whose)

    def again(self, calendar: Calendar, added: int) -> datetime:
        """Its due time counted again from its start."""
        return due(self.rule, self.started_at, calendar, added)

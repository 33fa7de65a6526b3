"""A ticket's life rebuilt from its events alone: state, owners, assignments and duties. The record is the original, the
rows are copies. Pure.

The rules of the moves stand here a second time on purpose: where the two differ one of them is wrong, and `audit
verify` reports it (ADR 0010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.base.event import RecordedEvent
from hotline.ticket import OTHER_ENDS, WITH_DEPARTMENT, Duty, DutyState, State, duties_on_end


@dataclass(slots=True)
class RebuiltAssignment:
    """A department's part, from dispatch to its end."""

    id: int
    department: int
    part: str
    assigned_at: datetime
    acknowledged_at: datetime | None = None
    signed_at: datetime | None = None
    contacted_at: datetime | None = None
    safe_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None


@dataclass(slots=True)
class OwnerSpan:
    """An owner, from when to when, and how it came."""

    user: int
    how: str
    from_at: datetime
    to_at: datetime | None = None


@dataclass(slots=True)
class Life:
    """A ticket as it stands after some of its events. `duties`: state, and number and time of the event that closed it.

    `held`: times at which an event was recorded later than it was made, because the record never runs backwards.
    """

    row: dict[str, Any] = field(default_factory=dict)
    parts: dict[int, RebuiltAssignment] = field(default_factory=dict)
    owners: list[OwnerSpan] = field(default_factory=list)
    duties: dict[Duty, tuple[DutyState, int | None, datetime | None]] = field(default_factory=dict)
    held: set[datetime] = field(default_factory=set)
    last_at: datetime | None = None
    waits: set[tuple[str, int]] = field(default_factory=set)

    def lead(self) -> RebuiltAssignment | None:
        """The open lead."""
        return next((p for p in self.parts.values() if p.part == "lead" and p.ended_at is None), None)

    def close(self, event: RecordedEvent, states: Mapping[Duty, DutyState]) -> None:
        for duty, state in states.items():
            if self.duties.get(duty, (None,))[0] is DutyState.OPEN:
                self.duties[duty] = (state, event.seq, event.at)

    def reopen(self, *which: Duty) -> None:
        for duty in which:
            if self.duties[duty][0] is DutyState.DONE:
                self.duties[duty] = (DutyState.OPEN, None, None)

    def end_parts(self, at: datetime, reason: str, part: str | None = None) -> None:
        for p in self.parts.values():
            if p.ended_at is None and part in {None, p.part}:
                p.ended_at, p.end_reason = at, reason


def lived(events: Iterable[RecordedEvent]) -> Life:
    """A ticket's life from all its events, in order. Raises KeyError where an event lacks what it must say."""
    life = Life()
    for event in events:
        if event.at == life.last_at:
            life.held.add(event.at)
        life.last_at = event.at
        lived_on(life, event)
    return life


def lived_on(life: Life, event: RecordedEvent) -> None:
    """What one more event makes of a ticket. Raises KeyError where it lacks what it must say."""
    step = _STEPS.get(event.kind)
    if step is not None:
        step(life, event)
    elif "state" in event.detail:
        life.row["state"] = event.detail["state"]


def _received(life: Life, e: RecordedEvent) -> None:
    d = e.detail
    life.row = {
        "number": d["number"],
        "state": State.RECEIVED,
        "channel": d["channel"],
        "category": d["category"],
        "urgency": d["urgency"],
        "confidential": d["confidential"],
        "owner_id": d["owner"],
        "department_id": None,
        "concerned_id": d.get("concerned"),
        "after_id": d.get("after"),
        "parent_id": None,
        "received_at": e.at,
        "ended_at": None,
        "filed_at": None,
    }
    life.owners = [OwnerSpan(d["owner"], d["how"], e.at)]
    life.duties = dict.fromkeys(Duty, (DutyState.OPEN, None, None))


def _corrected(life: Life, e: RecordedEvent) -> None:
    for name in ("category", "urgency", "confidential"):
        if name in e.detail:
            life.row[name] = e.detail[name][1]


def _assigned(life: Life, e: RecordedEvent, part: str) -> RebuiltAssignment:
    made = RebuiltAssignment(e.detail["assignment"], e.detail["department"], part, e.at)
    life.parts[made.id] = made
    if part == "lead":
        life.row["department_id"] = made.department
        life.row["state"] = State.DISPATCHED
    return made


def _recalled(life: Life, e: RecordedEvent) -> None:
    life.end_parts(e.at, "recalled")
    life.row |= {"department_id": None, "state": State.RECEIVED}
    life.reopen(*(Duty.LIAISE, Duty.COORDINATE, Duty.SUPERVISE)[: 3 if e.detail.get("named") else 1])


def _signed(life: Life, e: RecordedEvent) -> None:
    part = life.parts[e.detail["assignment"]]
    part.signed_at = e.at
    part.acknowledged_at = part.acknowledged_at or e.at
    if part.part == "lead":
        life.row["state"] = State.SIGNED
        life.close(e, {Duty.LIAISE: DutyState.DONE})


def _acknowledged(life: Life, e: RecordedEvent) -> None:
    part = life.parts[e.detail["assignment"]]
    part.acknowledged_at = part.acknowledged_at or e.at


def _first_contact(life: Life, e: RecordedEvent) -> None:
    part = life.parts[e.detail["assignment"]]
    part.contacted_at = part.contacted_at or e.at


def _made_safe(life: Life, e: RecordedEvent) -> None:
    part = life.parts[e.detail["assignment"]]
    part.safe_at = part.safe_at or e.at


def _returned(life: Life, e: RecordedEvent) -> None:
    life.row["state"] = State.RETURNED
    life.reopen(Duty.COORDINATE)


def _ruled(life: Life, e: RecordedEvent) -> None:
    if e.detail["overruled"]:
        lead = life.lead()
        life.row["state"] = State.SIGNED if lead is not None and lead.signed_at else State.DISPATCHED
        return
    life.end_parts(e.at, "ruled", "lead")
    for part in life.parts.values():
        if part.ended_at is None and part.department == e.detail["department"]:  # the co-handler that becomes the lead
            part.ended_at, part.end_reason = e.at, "ruled"
    _assigned(life, e, "lead")
    life.reopen(Duty.LIAISE)


def _co_ruled(life: Life, e: RecordedEvent) -> None:
    if e.detail["released"]:
        part = life.parts[e.detail["assignment"]]
        part.ended_at, part.end_reason = e.at, "ruled"
    if not e.detail.get("named"):
        _decided(life, e, ("refusal", e.detail["refusal"]))


def _waits(life: Life, what: tuple[str, int]) -> None:
    """The centre owes a word to a co-handler, or on one: coordinate is not decided."""
    life.waits.add(what)
    life.reopen(Duty.COORDINATE)


def _decided(life: Life, e: RecordedEvent, what: tuple[str, int]) -> None:
    life.waits.discard(what)
    if not life.waits and not e.detail.get("granted") and life.row["state"] not in {*WITH_DEPARTMENT, State.RETURNED}:
        life.close(e, {Duty.COORDINATE: DutyState.DONE})


def _replied(life: Life, e: RecordedEvent) -> None:
    life.row["state"] = State.REPLIED
    life.close(
        e,
        {Duty.SUPERVISE: DutyState.DONE}
        if life.waits
        else {Duty.COORDINATE: DutyState.DONE, Duty.SUPERVISE: DutyState.DONE},
    )


def _sent_back(life: Life, e: RecordedEvent) -> None:
    life.row["state"] = State.SIGNED
    life.reopen(Duty.COORDINATE, Duty.SUPERVISE)


def _told(life: Life, e: RecordedEvent) -> None:
    life.row["state"] = State.TOLD
    life.close(e, {Duty.REPORT_BACK: DutyState.DONE})


def _reworked(life: Life, e: RecordedEvent) -> None:
    life.row["state"] = State.SIGNED
    life.reopen(Duty.COORDINATE, Duty.SUPERVISE, Duty.REPORT_BACK, Duty.FILE)


def _archived(life: Life, e: RecordedEvent) -> None:
    life.end_parts(e.at, "ended")
    life.close(e, {Duty.FILE: DutyState.DONE})
    life.row |= {"state": e.detail["state"], "filed_at": e.at}


def _ended(life: Life, e: RecordedEvent) -> None:
    reason = {"merged": "merged", "withdrawn": "withdrawn"}.get(e.kind, "ended")
    life.end_parts(e.at, reason)
    life.row |= {"state": e.kind, "ended_at": e.at}
    if "parent" in e.detail:
        life.row["parent_id"] = e.detail["parent"]
    life.close(e, duties_on_end(State(e.kind)))


def _handed_over(life: Life, e: RecordedEvent) -> None:
    life.owners[-1].to_at = e.at
    life.owners.append(OwnerSpan(e.detail["to"], e.detail["how"], e.at))
    life.row["owner_id"] = e.detail["to"]


def _waived(life: Life, e: RecordedEvent) -> None:
    life.close(e, {Duty(e.detail["duty"]): DutyState.WAIVED})


def _moved_to(state: State) -> Callable[[Life, RecordedEvent], None]:
    def step(life: Life, e: RecordedEvent) -> None:
        life.row["state"] = state

    return step


_STEPS: dict[str, Callable[[Life, RecordedEvent], object]] = {
    "received": _received,
    "corrected": _corrected,
    "recalled": _recalled,
    "signed": _signed,
    "dispatched": lambda life, e: _assigned(life, e, "lead"),
    "co_handler": lambda life, e: _assigned(life, e, "co"),
    "acknowledged": _acknowledged,
    "first_contact": _first_contact,
    "made_safe": _made_safe,
    "returned": _returned,
    "ruled": _ruled,
    "replied": _replied,
    "co_handler_ruled": _co_ruled,
    "co_handler_refused": lambda life, e: _waits(life, ("refusal", e.detail["refusal"])),
    "co_handler_asked": lambda life, e: _waits(life, ("request", e.detail["request"])),
    "co_handler_decided": lambda life, e: _decided(life, e, ("request", e.detail["request"])),
    "sent_back": _sent_back,
    "told": _told,
    "reworked": _reworked,
    "followed_up": _moved_to(State.FOLLOWED_UP),
    "long_term": _moved_to(State.LONG_TERM),
    "set_aside": _moved_to(State.SET_ASIDE),
    "archived": _archived,
    "handed_over": _handed_over,
    "waived": _waived,
    **{state.value: _ended for state in OTHER_ENDS},
}

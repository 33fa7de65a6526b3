"""The rules of findings, from events and clocks alone: the same record gives the same findings, each citing events.
Pure.

Each has its row in `table.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.base.event import RecordedEvent

#: Working days after which a ruling that nobody signed for is not followed.
UNFOLLOWED_DAYS = 3
REPEATED_DAYS, DEFIED_DAYS, UNANSWERED = 3, 10, 2
_NIGHT_FROM, _NIGHT_TO, _MORNING = time(21), time(8), time(10)


@dataclass(frozen=True, slots=True)
class SuspectedFault:
    """A suspected fault of a department on a ticket. `key` is the same whenever the same fault is found."""

    rule: str
    department: int
    key: str
    seqs: tuple[int, ...]
    at: datetime


#: `stood(department, at)`: whether the ticket's matter stood in the catalogue under the department on the day of `at`.
Stood = Callable[[int, datetime], bool]


def late_sign_at(started_at: datetime, due_at: datetime, urgency: str, zone: ZoneInfo) -> datetime:
    """The last moment at which a signature prevents the finding.

    Dispatched between 21:00 and 08:00 a normal ticket is a finding only if it is unsigned at 10:00 (rulebook §6).
    """
    local = started_at.astimezone(zone)
    if urgency != "normal" or _NIGHT_TO <= local.time() < _NIGHT_FROM:
        return due_at
    day = local.date() + timedelta(days=1 if local.time() >= _NIGHT_FROM else 0)
    return max(due_at, datetime.combine(day, _MORNING, zone))


@dataclass(frozen=True, slots=True)
class _Case:
    """A return and its ruling."""

    department: int
    returned: RecordedEvent
    ruled: RecordedEvent

    @property
    def overruled(self) -> bool:
        return bool(self.ruled.detail.get("overruled"))


def _cases(events: Iterable[RecordedEvent]) -> list[_Case]:
    waiting: dict[object, RecordedEvent] = {}
    cases = []
    for e in events:
        if e.kind == "returned":
            waiting[e.detail.get("case")] = e
        elif e.kind == "ruled" and e.detail.get("case") in waiting:
            returned = waiting.pop(e.detail["case"])
            cases.append(_Case(int(returned.detail["department"]), returned, e))
    return cases


def groundless(events: Sequence[RecordedEvent], stood: Stood) -> list[SuspectedFault]:
    """Overruled, and the matter stood in the catalogue that day."""
    return [
        SuspectedFault(
            "groundless_return",
            c.department,
            f"groundless_return:{c.returned.detail['case']}",
            (c.returned.seq, c.ruled.seq),
            c.returned.at,
        )
        for c in _cases(events)
        if c.overruled and stood(c.department, c.returned.at)
    ]


def ping_pong(events: Sequence[RecordedEvent], stood: Stood) -> list[SuspectedFault]:
    """Two overruled returns or more; or back to who had it first, A → B → A, with A in the catalogue."""
    cases = _cases(events)
    overruled = [c for c in cases if c.overruled]
    found = []
    if len(overruled) >= 2:
        seqs = tuple(n for c in overruled for n in (c.returned.seq, c.ruled.seq))
        for department in dict.fromkeys(c.department for c in overruled):
            found.append(
                SuspectedFault("ping_pong", department, f"ping_pong:{department}", seqs, overruled[1].returned.at)
            )
    for first in cases:
        back = next(
            (
                c
                for c in cases
                if c.returned.seq > first.ruled.seq
                and not c.overruled
                and not first.overruled
                and c.ruled.detail.get("department") == first.department
            ),
            None,
        )
        if back is not None and stood(first.department, first.returned.at):
            seqs = (first.returned.seq, first.ruled.seq, back.returned.seq, back.ruled.seq)
            found.append(
                SuspectedFault("ping_pong", first.department, f"ping_pong:{first.department}", seqs, first.returned.at)
            )
    return found


def late_returns(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    """After the return clock, and nothing new was told since the dispatch, nor with the return itself."""
    found = []
    given: RecordedEvent | None = None
    for e in events:
        if e.kind in {"dispatched", "ruled"}:
            given = e
        elif e.kind == "returned" and e.detail.get("late"):
            news = bool(e.detail.get("facts")) or any(
                x.kind in {"added", "attached", "joined"} and given is not None and given.seq < x.seq < e.seq
                for x in events
            )
            if not news:
                cited = (given.seq, e.seq) if given is not None else (e.seq,)
                found.append(
                    SuspectedFault(
                        "late_return",
                        int(e.detail["department"]),
                        f"late_return:{e.detail['case']}",
                        cited,
                        e.at,
                    )
                )
    return found


def sham(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    """“Solved” said the reply, “not solved” the person, and the rework found the person right: something was done after all."""
    found = []
    reply = refused = again = None
    for e in events:
        if e.kind == "replied" and again is not None and reply is not None and refused is not None:
            if e.detail.get("outcome") == "solved":
                seqs = (reply.seq, refused.seq, again.seq, e.seq)
                found.append(
                    SuspectedFault(
                        "sham_reply", int(reply.detail["department"]), f"sham_reply:{reply.seq}", seqs, reply.at
                    )
                )
            reply, refused, again = e if e.detail.get("outcome") == "solved" else None, None, None
        elif e.kind == "replied":
            reply = e if e.detail.get("outcome") == "solved" else None
        elif e.kind == "sent_back" and again is None:
            reply = None
        elif e.kind == "follow_up_tried" and e.detail.get("solved") is False:
            refused = e
        elif e.kind == "reworked" and refused is not None:
            again = e
    return found


def repeated(events: Sequence[RecordedEvent], zone: ZoneInfo) -> list[SuspectedFault]:
    """The person came back on three days or more after a reply, and the reply was found wrong (sent back or done again)."""
    found = []
    reply: RecordedEvent | None = None
    came: list[RecordedEvent] = []
    for e in events:
        if e.kind == "replied":
            reply, came = e, []
        elif e.kind == "added" and e.actor == "person" and reply is not None:
            came.append(e)
        elif e.kind in {"sent_back", "reworked"} and reply is not None:
            days = {c.at.astimezone(zone).date() for c in came}
            if len(days) >= REPEATED_DAYS:
                seqs = (reply.seq, *(c.seq for c in came), e.seq)
                found.append(
                    SuspectedFault(
                        "repeated_matter",
                        int(reply.detail["department"]),
                        f"repeated_matter:{reply.seq}",
                        seqs,
                        reply.at,
                    )
                )
            reply = None
    return found

"""The responsibility ledger: every second of a ticket belongs to exactly one party (rulebook §5). Pure.

Parties: `owner` (the centre), `department:CODE`, `person` (waiting for them), `consultation` (waiting for its decision, and
long-term matters, which it put there), `outside`. A co-handler works beside the lead, who holds the ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

CENTRE, PERSON, CONSULTATION, OUTSIDE = "owner", "person", "consultation", "outside"
_TO_CENTRE = frozenset(
    {
        "received",
        "recalled",
        "returned",
        "replied",
        "told",
        "followed_up",
        "answered",
        "declined",
        "withdrawn",
        "merged",
    }
)
_TO_DEPARTMENT = frozenset({"dispatched", "ruled", "sent_back", "reworked"})
_WAITING = {"set_aside": PERSON, "long_term": CONSULTATION, "in_consultation": CONSULTATION}
#: The events that the ledger reads; others change nobody's hold.
KINDS = _TO_CENTRE | _TO_DEPARTMENT | _WAITING.keys() | {"transferred", "paused", "resumed", "archived"}


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """An event as the ledger reads it."""

    at: datetime
    kind: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Interval:
    """A party held the ticket from … to (UTC)."""

    party: str
    from_at: datetime
    to_at: datetime

    @property
    def seconds(self) -> int | float:
        """How long, exact to the microsecond; whole seconds are an int."""
        length = self.to_at - self.from_at
        return length.total_seconds() if length.microseconds else length // timedelta(seconds=1)


def intervals(recorded: Iterable[LedgerEvent], codes: Mapping[int, str], until: datetime) -> list[Interval]:
    """Who held the ticket from its first event to its archive, or to `until` where it is still open.

    They tile the time: no gap, no overlap; neighbours differ; pieces without length are left out. `codes`: the code of
    each department by its id.
    """
    turns = list(_turns(recorded, codes))
    found: list[Interval] = []
    ends = [at for at, _ in turns[1:]] + [until]
    for (since, party), end in zip(turns, ends, strict=True):
        stop = min(end, until)
        if party is None:
            break
        if stop <= since:
            continue
        if found and found[-1].party == party:
            since = found.pop().from_at
        found.append(Interval(party, since, stop))
    return found


def _turns(recorded: Iterable[LedgerEvent], codes: Mapping[int, str]) -> Iterator[tuple[datetime, str | None]]:
    """From when on which party has the ticket, in the order of time; None: it is archived.

    A pause, or a plan, that ends by itself gives the ticket back at its end, whenever that is recorded.
    """
    holder, back_at = CENTRE, None
    for h in recorded:
        if back_at is not None and back_at <= h.at:
            yield back_at, holder
            back_at = None
        if h.kind == "archived":
            yield h.at, None
            return
        if h.kind == "paused":
            back_at = datetime.fromisoformat(h.detail["until"])
            yield h.at, CONSULTATION if h.detail.get("reason") == CONSULTATION else PERSON
            continue
        waits = _WAITING.get(h.kind)
        after = waits or _holder(h, holder, codes)
        if after is None:
            continue
        if waits is None:
            holder = after
        back_at = datetime.fromisoformat(h.detail["end"]) if "end" in h.detail else None
        yield h.at, after
    if back_at is not None:
        yield back_at, holder


def _holder(h: LedgerEvent, holder: str, codes: Mapping[int, str]) -> str | None:
    """Who holds the ticket after an event; None where it changes nothing."""
    if h.kind in _TO_CENTRE:
        return CENTRE
    if h.kind == "transferred":
        return OUTSIDE
    if h.kind in _TO_DEPARTMENT or (h.kind == "resumed" and "department" in h.detail):
        return f"department:{codes[h.detail['department']]}"
    if h.kind == "resumed":
        return holder
    return None


def total_time(parts: Sequence[Interval]) -> float:
    """The seconds of all parts, added up exactly."""
    return sum((i.to_at - i.from_at for i in parts), timedelta()).total_seconds()

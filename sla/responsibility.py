"""The responsibility ledger: every second of a ticket belongs to exactly one party (domain.md §5). Pure but for the load.

Parties: `owner` (the centre), `department:CODE`, `person` (waiting for them), `consultation`, `outside`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hotline.base.db import Conn, queries
from hotline.base.ids import TicketId

T = queries("hotline.tickets")
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


@dataclass(frozen=True, slots=True)
class Happening:
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


def intervals(happenings: Iterable[Happening], codes: Mapping[int, str], until: datetime) -> list[Interval]:
    """Who held the ticket from its first event to its archive, or to `until` where it is still open.

    They tile the time: no gap, no overlap; neighbours differ; pieces without length are left out.
    """
    party: str | None = None
    since = until
    paused_until: datetime | None = None
    before_pause = CENTRE
    last_department = CENTRE
    found: list[Interval] = []

    def turn(to: str, at: datetime) -> None:
        nonlocal party, since
        if party is not None and at > since:
            if found and found[-1].party == party:
                found[-1] = Interval(party, found[-1].from_at, at)
            else:
                found.append(Interval(party, since, at))
        party, since = to, at

    def settle(at: datetime) -> None:
        """A pause that ended by itself gives the ticket back at its end."""
        nonlocal paused_until
        if paused_until is not None and at >= paused_until:
            turn(before_pause, paused_until)
            paused_until = None

    for h in happenings:
        settle(h.at)
        if h.kind in {"dispatched", "ruled"} or (h.kind in {"sent_back", "reworked"}):
            last_department = f"department:{codes.get(h.detail.get('department', 0), '?')}"
            paused_until = None
            turn(last_department, h.at)
        elif h.kind in _TO_CENTRE:
            paused_until = None
            turn(CENTRE, h.at)
        elif h.kind == "transferred":
            paused_until = None
            turn(OUTSIDE, h.at)
        elif h.kind == "paused" and party is not None:
            before_pause = party
            paused_until = datetime.fromisoformat(h.detail["until"])
            turn(PERSON, h.at)
        elif h.kind in {"pause_ended", "resumed"}:
            paused_until = None
            turn(last_department, h.at)
        elif h.kind in {"consulted", "long_term"}:
            paused_until = None
            turn(CONSULTATION, h.at)
        elif h.kind == "archived":
            until = h.at
            break
    settle(until)
    turn(CENTRE, until)
    return found


async def load_intervals(conn: Conn, ticket: TicketId, until: datetime) -> list[Interval]:
    """The ledger of one ticket, from its record."""
    rows = await conn.fetch(T["timeline"], ticket, 0, 1_000_000)
    happenings = [Happening(r["at"], r["kind"], orjson.loads(r["detail"])) for r in rows if r["at"] <= until]
    ids = {h.detail["department"] for h in happenings if isinstance(h.detail.get("department"), int)}
    codes = {row["id"]: row["code"] for row in await conn.fetch(T["department_ids"], list(ids))}
    return intervals(happenings, codes, max(until, happenings[-1].at))


def whole(parts: Sequence[Interval]) -> float:
    """The seconds of all parts."""
    return sum((i.to_at - i.from_at).total_seconds() for i in parts)

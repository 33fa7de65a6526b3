"""The transfer history of a ticket: from, to, when, why, who; made from its record alone (rulebook §7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, assert_never, cast, get_args

import orjson

from hotline.base.db.connection import Conn
from hotline.base.services import departments_read
from hotline.ids import TicketId
from routing.returns import transfers_sql

#: The centre, as a party of a transfer.
CENTRE = None
#: The kinds of events by which a ticket changes hands.
TransferKind = Literal[
    "received",
    "dispatched",
    "recalled",
    "returned",
    "ruled",
    "co_handler",
    "department_merged",
    "answered",
    "declined",
    "transferred",
    "withdrawn",
    "merged",
]
KINDS: tuple[TransferKind, ...] = get_args(TransferKind)


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """An event of a ticket as the history reads it."""

    at: datetime
    kind: TransferKind
    actor: str
    detail: Mapping[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """From one party to another (a department's id, or None: the centre). `part`: lead or co."""

    at: datetime
    kind: str
    from_id: int | None
    to_id: int | None
    part: str
    actor: str
    why: str


def transfers(recorded: Iterable[HistoryEvent]) -> list[Transfer]:
    """Each change of hands, oldest first. An overruled return goes back to the department that returned it. Pure."""
    found: list[Transfer] = []
    lead: int | None = CENTRE
    for h in recorded:
        to, part = h.detail.get("department"), "lead"
        match h.kind:
            case "received":
                continue
            case "co_handler":
                found.append(Transfer(h.at, h.kind, lead, to, "co", h.actor, h.why))
                continue
            case "recalled" | "returned":
                to = CENTRE
            case "dispatched" | "ruled" | "department_merged":
                pass
            case "answered" | "declined" | "transferred" | "withdrawn" | "merged":
                if lead is CENTRE:
                    continue  # it ended with the centre, where it was
                to = CENTRE
            case _:
                assert_never(h.kind)
        found.append(Transfer(h.at, h.kind, lead, to, part, h.actor, h.why))
        lead = to
    return found


def held(history: Sequence[Transfer], received_at: datetime, until: datetime) -> list[tuple[int | None, float]]:
    """Who had the ticket in hand how long (seconds), longest first: the parts add up to the whole. Pure."""
    spent: dict[int | None, float] = defaultdict(float)
    party, since = CENTRE, received_at
    for change in history:
        if change.part == "lead":
            spent[party] += (change.at - since).total_seconds()
            party, since = change.to_id, change.at
    spent[party] += max((until - since).total_seconds(), 0.0)
    return sorted(spent.items(), key=lambda item: -item[1])


async def load(conn: Conn, ids: Sequence[TicketId]) -> dict[TicketId, list[Transfer]]:
    """The transfers of tickets, from their records."""
    rows: dict[TicketId, list[HistoryEvent]] = {i: [] for i in ids}
    for row in await transfers_sql.happenings(conn, list(ids), list(KINDS)):
        rows[TicketId(row.ticket_id)].append(
            HistoryEvent(row.at, cast(TransferKind, row.kind), row.actor, orjson.loads(row.detail), row.why or "")
        )
    return {ticket: transfers(happened) for ticket, happened in rows.items()}


#: What departments read of it.
READ = departments_read(
    "at", "kind", "part", "why", "who", "who_name", "from", "from_name", "from_name_en", "to", "to_name", "to_name_en"
)


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The history of tickets as the page and the API show it."""
    found = await load(conn, ids)
    changes = [change for history in found.values() for change in history]
    departments = {i for c in changes for i in (c.from_id, c.to_id) if i is not None}
    named = {r.id: r for r in await transfers_sql.names(conn, list(departments))}
    actors = {int(c.actor[5:]) for c in changes if c.actor.startswith("user:")}
    people = {f"user:{r.id}": r.shown_name for r in await transfers_sql.people(conn, list(actors))}
    return {ticket: [_shown(c, named, people) for c in history] for ticket, history in found.items()}


def _shown(
    change: Transfer, named: Mapping[int, transfers_sql.TransfersNamesRow], people: Mapping[str, str]
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "at": change.at,
        "kind": change.kind,
        "part": change.part,
        "why": change.why,
        "who": change.actor,
        "who_name": people.get(change.actor, change.actor),
    }
    for side, party in (("from", change.from_id), ("to", change.to_id)):
        row = named.get(party) if party is not None else None
        shown[side] = row.code if row is not None else None
        shown[f"{side}_name"] = row.name if row is not None else None
        shown[f"{side}_name_en"] = row.name_en if row is not None else None
    return shown

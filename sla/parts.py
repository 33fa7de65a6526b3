"""What this package brings: clocks, their ladder, what is asked of time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.base.command import Command
from hotline.base.db import Conn
from hotline.base.events import Subscriber
from hotline.base.house import Guard, Section
from hotline.base.ids import TicketId
from hotline.base.jobs import Job, Sweep
from hotline.base.web import Route
from hotline.work.move import Move
from sla import audit, handlers, running
from sla.moves import MOVES
from sla.running import on_call_back, promises
from sla.store import Q, seed
from sla.sweep import climb, still_running

__all__ = [
    "commands",
    "guards",
    "jobs",
    "moves",
    "on_call_back",
    "promises",
    "routes",
    "sections",
    "seeds",
    "subscribers",
]


def routes() -> list[Route]:
    return handlers.routes()


def commands() -> list[Command]:
    return list(audit.COMMANDS)


def moves() -> list[Move]:
    return list(MOVES)


def subscribers() -> list[Subscriber]:
    return list(running.SUBSCRIBERS)


def jobs() -> list[Job]:
    return [Sweep("ladder", timedelta(seconds=2), climb)]


def guards() -> dict[str, Guard]:
    return {"chase": still_running, "order": still_running}


def seeds() -> list[Callable[[Conn], Awaitable[None]]]:
    return [seed]


async def _clocks(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The clocks of tickets; what is past due shows as breached though no sweep has seen it yet."""
    found: dict[TicketId, list[dict[str, Any]]] = {i: [] for i in ids}
    for row in await conn.fetch(Q["clocks_of"], list(ids)):
        late = row["state"] == "running" and row["due_at"] < now
        found[row["ticket_id"]].append(
            {
                "clock": row["clock"], "state": row["state"], "due_at": row["due_at"],
                "breached_at": row["breached_at"] or (row["due_at"] if late else None), "started_at": row["started_at"],
                "stopped_at": row["stopped_at"], "whose": row["whose"], "department": row["department"],
                "assignment": row["assignment_id"],
            }
        )  # fmt: skip
    return found


async def _extensions(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    found: dict[TicketId, list[dict[str, Any]]] = {i: [] for i in ids}
    for row in await conn.fetch(Q["extensions_of"], list(ids)):
        found[row["ticket_id"]].append(
            {"id": row["id"], "until": row["until_on"], "reason": row["reason"], "granted": row["granted"],
             "asked_at": row["asked_at"], "decided_at": row["decided_at"]}
        )  # fmt: skip
    return found


async def _orders(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    found: dict[TicketId, list[dict[str, Any]]] = {i: [] for i in ids}
    for row in await conn.fetch(Q["orders_of"], list(ids)):
        found[row["ticket_id"]].append(
            {"number": row["number"], "department": row["department_name"], "due_at": row["due_at"],
             "issued_at": row["issued_at"], "received_at": row["received_at"], "reason": row["reason"]}
        )  # fmt: skip
    return found


def sections() -> list[Section]:
    return [Section("clocks", _clocks), Section("extensions", _extensions), Section("orders", _orders)]

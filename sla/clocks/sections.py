"""Sections of a ticket's page and JSON: clocks, extensions, pauses, orders, the total time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock, WaitingExtension
from hotline.base.services import Section, by_ticket, departments_read
from hotline.ids import TicketId
from sla.clocks import clocks_sql, extensions_sql, pauses_sql
from sla.ladder import orders_sql
from sla.ledger.ticket_ledgers import SECTION

Found = Mapping[TicketId, Any]


def shown_clock(row: clocks_sql.ClocksOfRow, now: datetime) -> ShownClock:
    """A clock as it stands at `now`, though no sweep has touched it yet. Pure.

    A pause whose end has come is over; what is past due is breached. The last moment to return is only over when it has
    passed: nobody had to return.
    """
    state, breached_at = row.state, row.breached_at
    if state == "paused" and row.resumes_at is not None and row.resumes_at <= now:
        state = "running"
    if state == "running" and row.due_at < now:
        if row.whose == "none":
            state = "superseded"
        else:
            breached_at = breached_at or row.due_at
    return ShownClock(
        row.clock,
        state,
        row.due_at,
        breached_at,
        row.started_at,
        row.stopped_at,
        row.resumes_at,
        row.excused,
        row.whose,
        row.department,
        row.assignment_id,
        row.policy_version,
    )


async def clocks_of(conn: Conn, tickets: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Sequence[ShownClock]]:
    """The clocks of each ticket as they stand at `now`, in the order in which they started."""
    ids = sorted(set(tickets))
    return by_ticket(await clocks_sql.clocks_of(conn, ids), ids, lambda row: shown_clock(row, now))


async def call_back_clocks(conn: Conn, call_backs: Sequence[int], now: datetime) -> Mapping[int, ShownClock]:
    """Hook: the clock of each owed call as it stands at `now`."""
    rows = await clocks_sql.clocks_of_call_backs(conn, list(call_backs))
    return {row.call_back_id: shown_clock(row, now) for row in rows if row.call_back_id is not None}


async def extensions_waiting(conn: Conn, limit: int) -> Sequence[WaitingExtension]:
    """The requests for more time that wait for the manager's word, the oldest first."""
    return [
        WaitingExtension(row.id, row.number, row.until_on, row.reason, row.asked_at)
        for row in await extensions_sql.extensions_waiting(conn, limit)
    ]


async def _extensions(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Found:
    """The extensions of some tickets, as the section shows them."""
    rows = await extensions_sql.extensions_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "id": row.id,
            "until": row.until_on,
            "reason": row.reason,
            "granted": row.granted,
            "asked_at": row.asked_at,
            "decided_at": row.decided_at,
            "decision": row.decision,
            "department": row.department,
        },
    )


async def _pauses(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Found:
    """The pauses of some tickets, as the section shows them."""
    rows = await pauses_sql.pauses_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "id": row.id,
            "kind": row.kind,
            "from": row.from_at,
            "until": row.until_at,
            "days": row.days,
            "reason": row.reason,
            "by": row.by_actor,
            "ended_at": row.ended_at,
            "ended_by": row.end_reason,
        },
    )


async def _orders(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Found:
    """The supervise orders of some tickets, as the section shows them."""
    rows = await orders_sql.orders_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "id": row.id,
            "number": row.number,
            "department": row.department_name,
            "due_at": row.due_at,
            "issued_at": row.issued_at,
            "received_at": row.received_at,
            "reason": row.reason,
        },
    )


async def _whole(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Found:
    """The total time, from the first contact to the report back; it is never reset."""
    return {
        TicketId(row.id): {
            "started_at": row.started_at,
            "told_at": row.told_at,
            "seconds": ((row.told_at or now) - row.started_at).total_seconds(),
        }
        for row in await clocks_sql.whole_of(conn, list(ids))
    }


SECTIONS = (
    Section(
        "extensions",
        _extensions,
        departments=departments_read(
            "id", "until", "reason", "granted", "asked_at", "decided_at", "decision", "department"
        ),
    ),
    Section(
        "pauses",
        _pauses,
        departments=departments_read("id", "kind", "from", "until", "days", "reason", "by", "ended_at", "ended_by"),
    ),
    Section(
        "orders",
        _orders,
        departments=departments_read("id", "number", "department", "due_at", "issued_at", "received_at", "reason"),
    ),
    Section("whole", _whole, departments=departments_read("started_at", "told_at", "seconds")),
    SECTION,
)

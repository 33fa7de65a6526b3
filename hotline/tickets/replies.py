"""Replies of departments in the database: one at a time waits for the centre, which accepts it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.ids import AssignmentId, TicketId
from hotline.tickets import replies_sql


async def submit(
    conn: Conn,
    ticket: TicketId,
    assignment: AssignmentId,
    outcome: str,
    public: str,
    internal: str,
    by: str,
    now: datetime,
) -> int:
    """The department's result, open for the owner's review; returns its id."""
    made: int = await replies_sql.insert_reply(conn, ticket, assignment, outcome, public, internal, by, now)
    return made


async def submit_many(
    conn: Conn,
    tickets: Sequence[TicketId],
    assignments: Sequence[AssignmentId],
    ats: Sequence[datetime],
    outcomes: Sequence[str],
    texts: Sequence[str],
    by: str,
) -> dict[int, int]:
    """Results of many tickets, each at its own moment; the id of each by its ticket."""
    rows = await replies_sql.reply_many(conn, tickets, assignments, ats, outcomes, texts, by)
    return {int(row.ticket_id): int(row.id) for row in rows}


async def waiting(conn: Conn, ticket: TicketId) -> int | None:
    """The reply that waits for review."""
    row = await replies_sql.open_reply(conn, ticket)
    return int(row.id) if row is not None else None


async def accept(conn: Conn, ticket: TicketId, now: datetime) -> int | None:
    """Telling the person accepts the reply that waits; returns which."""
    row = await replies_sql.accept_reply(conn, ticket, now)
    return int(row.id) if row is not None else None


async def accept_many(conn: Conn, tickets: Sequence[TicketId], ats: Sequence[datetime]) -> None:
    """Telling people, each at a moment of its own, accepts the replies that wait."""
    await replies_sql.accept_many(conn, tickets, ats)


async def send_back(conn: Conn, ticket: TicketId, reason: str, now: datetime) -> int | None:
    """The owner sends the reply back that waits; returns which."""
    row = await replies_sql.send_back_reply(conn, ticket, now, reason)
    return int(row.id) if row is not None else None


async def close(conn: Conn, ticket: TicketId, reason: str, now: datetime) -> None:
    """The reply of a unit that the tipoff turned out to name is judged by nobody any more."""
    await replies_sql.close_reply(conn, ticket, now, reason)

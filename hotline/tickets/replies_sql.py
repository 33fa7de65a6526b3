"""The queries of replies.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value
from hotline.ids import AssignmentId, DepartmentId, TicketId

SQL = queries(__package__, "replies.sql")


async def insert_reply(
    conn: Conn | Pool,
    ticket_id: int,
    assignment_id: int,
    outcome: str,
    public_text: str,
    internal_text: str,
    submitted_by: str,
    now: datetime,
) -> int:
    """The department's result, open for the owner's review."""
    found: int = await fetch_value(
        conn, SQL["insert_reply"], ticket_id, assignment_id, outcome, public_text, internal_text, submitted_by, now
    )
    return found


class OpenReplyRow(TypedRow):
    """A row of `open_reply`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    outcome: str
    public_text: str
    internal_text: str
    submitted_by: str
    submitted_at: datetime
    accepted_at: datetime | None
    sent_back_at: datetime | None
    reason: str


async def open_reply(conn: Conn | Pool, ticket_id: int) -> OpenReplyRow | None:
    """The reply that waits for review."""
    return await fetch_one_or_none(conn, OpenReplyRow, SQL["open_reply"], ticket_id)


class AcceptReplyRow(TypedRow):
    """A row of `accept_reply`."""

    id: int
    submitted_at: datetime


async def accept_reply(conn: Conn | Pool, ticket_id: int, now: datetime) -> AcceptReplyRow | None:
    """Telling the person accepts the reply."""
    return await fetch_one_or_none(conn, AcceptReplyRow, SQL["accept_reply"], ticket_id, now)


class SendBackReplyRow(TypedRow):
    """A row of `send_back_reply`."""

    id: int
    submitted_at: datetime


async def send_back_reply(conn: Conn | Pool, ticket_id: int, now: datetime, reason: str) -> SendBackReplyRow | None:
    """The owner sends it back with a reason."""
    return await fetch_one_or_none(conn, SendBackReplyRow, SQL["send_back_reply"], ticket_id, now, reason)


class RepliesRow(TypedRow):
    """A row of `replies`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    outcome: str
    public_text: str
    internal_text: str
    submitted_by: str
    submitted_at: datetime
    accepted_at: datetime | None
    sent_back_at: datetime | None
    reason: str
    department_id: DepartmentId


async def replies(conn: Conn | Pool, ticket_id: int) -> list[RepliesRow]:
    """All replies of a ticket, oldest first."""
    return await fetch_many(conn, RepliesRow, SQL["replies"], ticket_id)


class ReplyManyRow(TypedRow):
    """A row of `reply_many`."""

    id: int
    ticket_id: TicketId


async def reply_many(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    assignments: Collection[int | None],
    times: Collection[datetime | None],
    outcomes: Collection[str | None],
    texts: Collection[str | None],
    by: str,
) -> list[ReplyManyRow]:
    """Results of departments, accepted as they are told at the same moment."""
    return await fetch_many(conn, ReplyManyRow, SQL["reply_many"], tickets, assignments, times, outcomes, texts, by)


async def close_reply(conn: Conn | Pool, ticket_id: int, now: datetime, reason: str) -> None:
    """The reply of a unit that the tipoff turned out to name is judged by nobody any more."""
    await execute(conn, SQL["close_reply"], ticket_id, now, reason)


async def accept_many(conn: Conn | Pool, tickets: Collection[int | None], times: Collection[datetime | None]) -> None:
    """Telling people, each at its own moment, accepts the replies that wait."""
    await execute(conn, SQL["accept_many"], tickets, times)

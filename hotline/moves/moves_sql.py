"""The queries of moves.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import TicketId, UserId

SQL = queries(__package__, "moves.sql")


async def department_had(conn: Conn | Pool, ticket_id: int, department_id: int | None) -> bool:
    """Whether a department, or one merged into it, has or had a part in a ticket; never in a tipoff that names it."""
    found: bool = await fetch_value(conn, SQL["department_had"], ticket_id, department_id)
    return found


async def insert_report_back(
    conn: Conn | Pool,
    ticket_id: int,
    via: str,
    text: str,
    by_id: int,
    now: datetime,
    told_at: datetime | None,
    due_by: datetime | None,
) -> int:
    """The person is being told."""
    found: int = await fetch_value(conn, SQL["insert_report_back"], ticket_id, via, text, by_id, now, told_at, due_by)
    return found


class ReportBackTicketRow(TypedRow):
    """A row of `report_back_ticket`."""

    id: int
    ticket_id: TicketId
    told_at: datetime | None
    failed_at: datetime | None


async def report_back_ticket(conn: Conn | Pool, report_back: int) -> ReportBackTicketRow | None:
    """One telling with its ticket."""
    return await fetch_one_or_none(conn, ReportBackTicketRow, SQL["report_back_ticket"], report_back)


async def has_waiting_report_back(conn: Conn | Pool, ticket_id: int) -> bool:
    """Whether an SMS to the person is on its way."""
    found: bool = await fetch_value(conn, SQL["has_waiting_report_back"], ticket_id)
    return found


async def expect_receipt(conn: Conn | Pool, made: int, due_by: datetime) -> None:
    """Until when the receipt of an SMS is awaited."""
    await execute(conn, SQL["expect_receipt"], made, due_by)


async def told_at(conn: Conn | Pool, ticket_id: int) -> datetime | None:
    """When the person was last told."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["told_at"], ticket_id)
    return found


async def ask_rating(conn: Conn | Pool, ticket_id: int, person_id: int, now: datetime) -> int | None:
    """The person is asked to rate, once a ticket."""
    found: int | None = await fetch_value_or_none(conn, SQL["ask_rating"], ticket_id, person_id, now)
    return found


async def told(conn: Conn | Pool, report: int, now: datetime) -> None:
    """The person was told."""
    await execute(conn, SQL["told"], report, now)


async def telling_failed(conn: Conn | Pool, report: int, now: datetime) -> TicketId | None:
    """The person was not reached this way."""
    found: TicketId | None = await fetch_value_or_none(conn, SQL["telling_failed"], report, now)
    return found


class OverdueTellingsRow(TypedRow):
    """A row of `overdue_tellings`."""

    id: int
    ticket_id: TicketId


async def overdue_tellings(conn: Conn | Pool, now: datetime, limit: int) -> list[OverdueTellingsRow]:
    """SMS without a receipt for too long."""
    return await fetch_many(conn, OverdueTellingsRow, SQL["overdue_tellings"], now, limit)


class ReportBacksRow(TypedRow):
    """A row of `report_backs`."""

    id: int
    ticket_id: TicketId
    via: str
    text: str
    by_id: int
    at: datetime
    told_at: datetime | None
    failed_at: datetime | None
    due_by: datetime | None


async def report_backs(conn: Conn | Pool, ticket_id: int) -> list[ReportBacksRow]:
    """All tellings of a ticket, oldest first."""
    return await fetch_many(conn, ReportBacksRow, SQL["report_backs"], ticket_id)


async def insert_follow_up(
    conn: Conn | Pool, ticket_id: int, by_id: int, now: datetime, reached: bool, solved: bool | None, rating: int | None
) -> None:
    """One try to follow up."""
    await execute(conn, SQL["insert_follow_up"], ticket_id, by_id, now, reached, solved, rating)


async def failed_tries(conn: Conn | Pool, ticket_id: int, told: datetime | None) -> list[datetime]:
    """Tries that reached nobody since the person was told."""
    return await fetch_values(conn, SQL["failed_tries"], ticket_id, told)


class FollowUpsRow(TypedRow):
    """A row of `follow_ups`."""

    id: int
    ticket_id: TicketId
    by_id: int
    at: datetime
    reached: bool
    solved: bool | None
    rating: int | None


async def follow_ups(conn: Conn | Pool, ticket_id: int) -> list[FollowUpsRow]:
    """All tries of a ticket."""
    return await fetch_many(conn, FollowUpsRow, SQL["follow_ups"], ticket_id)


class OwnershipsRow(TypedRow):
    """A row of `ownerships`."""

    id: int
    ticket_id: TicketId
    user_id: UserId
    how: str
    reason: str
    from_at: datetime
    to_at: datetime | None
    shown_name: str


async def ownerships(conn: Conn | Pool, ticket_id: int) -> list[OwnershipsRow]:
    """All owners a ticket had."""
    return await fetch_many(conn, OwnershipsRow, SQL["ownerships"], ticket_id)


async def insert_hand_over(
    conn: Conn | Pool, ticket_id: int, from_id: int, to_id: int, reason: str, asked_by: int, now: datetime
) -> int:
    """A hand-over is asked for."""
    found: int = await fetch_value(conn, SQL["insert_hand_over"], ticket_id, from_id, to_id, reason, asked_by, now)
    return found


class OpenHandOverRow(TypedRow):
    """A row of `open_hand_over`."""

    id: int
    ticket_id: TicketId
    from_id: int
    to_id: int
    reason: str
    asked_by: int
    asked_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    to_name: str


async def open_hand_over(conn: Conn | Pool, ticket_id: int) -> list[OpenHandOverRow]:
    """The hand-over that waits for the receiver."""
    return await fetch_many(conn, OpenHandOverRow, SQL["open_hand_over"], ticket_id)


async def accept_hand_over(conn: Conn | Pool, made: int, now: datetime) -> None:
    """The receiver accepts."""
    await execute(conn, SQL["accept_hand_over"], made, now)


async def end_hand_overs(conn: Conn | Pool, ticket_id: int, now: datetime) -> None:
    """An order overtakes what was asked."""
    await execute(conn, SQL["end_hand_overs"], ticket_id, now)


class FindOperatorRow(TypedRow):
    """A row of `find_operator`."""

    id: int
    role: str
    shown_name: str


async def find_operator(conn: Conn | Pool, shown_name: str) -> FindOperatorRow | None:
    """An operator or manager by name or shown name."""
    return await fetch_one_or_none(conn, FindOperatorRow, SQL["find_operator"], shown_name)


async def insert_attachment(
    conn: Conn | Pool,
    ticket_id: int,
    name: str,
    media_type: str,
    size: int,
    digest: bytes,
    content: bytes,
    added_by: str,
    now: datetime,
) -> int:
    """A file that belongs to a ticket."""
    found: int = await fetch_value(
        conn, SQL["insert_attachment"], ticket_id, name, media_type, size, digest, content, added_by, now
    )
    return found


class AttachmentsRow(TypedRow):
    """A row of `attachments`."""

    id: int
    name: str
    media_type: str
    size: int
    added_by: str
    at: datetime


async def attachments(conn: Conn | Pool, ticket_id: int) -> list[AttachmentsRow]:
    """The files of a ticket, without their content."""
    return await fetch_many(conn, AttachmentsRow, SQL["attachments"], ticket_id)


class AttachmentRow(TypedRow):
    """A row of `attachment`."""

    id: int
    ticket_id: TicketId
    name: str
    media_type: str
    size: int
    digest: bytes
    content: bytes | None
    added_by: str
    at: datetime


async def attachment(conn: Conn | Pool, ticket_id: int, ident: int) -> AttachmentRow | None:
    """One file."""
    return await fetch_one_or_none(conn, AttachmentRow, SQL["attachment"], ticket_id, ident)


class ReachOwnerRow(TypedRow):
    """A row of `reach_owner`."""

    phone_enc: bytes | None
    language: str
    department: str


async def reach_owner(conn: Conn | Pool, ticket_id: int) -> ReachOwnerRow | None:
    """How to reach a ticket's owner, and which department has the ticket."""
    return await fetch_one_or_none(conn, ReachOwnerRow, SQL["reach_owner"], ticket_id)


async def was_involved(conn: Conn | Pool, ticket_id: int, user_id: int, actor: str) -> bool:
    """Whether a user owned the ticket or acted on it."""
    found: bool = await fetch_value(conn, SQL["was_involved"], ticket_id, user_id, actor)
    return found


async def desk_tickets(conn: Conn | Pool, owner_id: int, limit: int) -> list[TicketId]:
    """The open tickets of the duty desk, oldest first."""
    return await fetch_values(conn, SQL["desk_tickets"], owner_id, limit)


async def turns(conn: Conn | Pool, amount: int) -> list[int]:
    """The next places in the rotation, one for each of so many tickets."""
    return await fetch_values(conn, SQL["turns"], amount)


async def contact_tries(conn: Conn | Pool, ticket_id: int, assignment_id: str) -> list[datetime]:
    """When an assignment's department tried to reach the person in vain."""
    return await fetch_values(conn, SQL["contact_tries"], ticket_id, assignment_id)


async def part_done(conn: Conn | Pool, ticket_id: int, own_id: str) -> bool:
    """Whether a co-handler gave its result since the ticket was last sent back or done again."""
    found: bool = await fetch_value(conn, SQL["part_done"], ticket_id, own_id)
    return found

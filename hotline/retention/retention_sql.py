"""The queries of retention.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, execute_count, fetch_many, fetch_value_or_none, fetch_values
from hotline.ids import TicketId

SQL = queries(__package__, "retention.sql")


class RetentionPeriodsRow(TypedRow):
    """A row of `periods`."""

    what: str
    days: int


async def periods(conn: Conn | Pool) -> list[RetentionPeriodsRow]:
    """How many days each kind is kept."""
    return await fetch_many(conn, RetentionPeriodsRow, SQL["periods"])


class DueTicketsRow(TypedRow):
    """A row of `due_tickets`."""

    id: int
    number: str


async def due_tickets(conn: Conn | Pool, before: datetime, limit: int) -> list[DueTicketsRow]:
    """Filed tickets whose words are past retention and not held, locked, the oldest first."""
    return await fetch_many(conn, DueTicketsRow, SQL["due_tickets"], before, limit)


async def erase_words(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """The words of tickets, with what was made of them to find them."""
    await execute(conn, SQL["erase_words"], ticket_ids)


async def erase_redactions(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """The words that departments read in their place."""
    await execute(conn, SQL["erase_redactions"], ticket_ids)


async def erase_partings(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """Where they were, as former departments read it."""
    await execute(conn, SQL["erase_partings"], ticket_ids)


async def erase_notes(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """What was noted on tickets."""
    await execute(conn, SQL["erase_notes"], ticket_ids)


async def erase_files(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """What was attached to tickets; that there was something stays, with its digest."""
    await execute(conn, SQL["erase_files"], ticket_ids)


async def erase_replies(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """The words of replies."""
    await execute(conn, SQL["erase_replies"], ticket_ids)


async def erase_proposals(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """The words of replies that were proposed."""
    await execute(conn, SQL["erase_proposals"], ticket_ids)


async def erase_report_backs(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """The words by which the person was told."""
    await execute(conn, SQL["erase_report_backs"], ticket_ids)


async def erase_call_backs(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """What was noted of calls."""
    await execute(conn, SQL["erase_call_backs"], ticket_ids)


async def erase_messages(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """What was sent to people about tickets, and to which number."""
    await execute(conn, SQL["erase_messages"], ticket_ids)


async def erase_contact_words(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """What was said in the contacts of tickets."""
    await execute(conn, SQL["erase_contact_words"], ticket_ids)


async def erase_deliveries(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """The raw deliveries of these contacts."""
    await execute(conn, SQL["erase_deliveries"], ticket_ids)


async def recordings_of_tickets(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[int]:
    """What was recorded in calls of tickets, locked; not of a call that a ticket has whose words are kept."""
    return await fetch_values(conn, SQL["recordings_of_tickets"], ticket_ids)


async def loose_recordings(conn: Conn | Pool, before: datetime, limit: int) -> list[int]:
    """What was recorded in calls that no ticket has, begun before a moment, locked; what others hold is passed by."""
    return await fetch_values(conn, SQL["loose_recordings"], before, limit)


async def recordings_of_persons(conn: Conn | Pool, person_ids: Collection[int | None]) -> list[int]:
    """What was recorded in calls of persons that no ticket has, locked."""
    return await fetch_values(conn, SQL["recordings_of_persons"], person_ids)


async def erase_recordings(conn: Conn | Pool, recording_ids: Collection[int | None], now: datetime) -> None:
    """The keys of recordings (locked by the caller), without which nobody hears them; how loud they were, and their words."""
    await execute(conn, SQL["erase_recordings"], recording_ids, now)


async def erase_inspection_words(conn: Conn | Pool, before: datetime) -> int:
    """What inspectors, the inspected and who decided wrote before a moment; the points stay."""
    return await execute_count(conn, SQL["erase_inspection_words"], before)


async def mark_tickets(conn: Conn | Pool, idents: Collection[int | None], now: datetime) -> None:
    """Their words are gone."""
    await execute(conn, SQL["mark_tickets"], idents, now)


class DuePersonsRow(TypedRow):
    """A row of `due_persons`."""

    id: int
    phone_hash: bytes | None
    used_until: datetime


async def due_persons(
    conn: Conn | Pool, before: datetime, limit: int, now: datetime, held_until: datetime
) -> list[DuePersonsRow]:
    """Persons last known to be in use before a moment, locked, the oldest first, with what is known of their latest use."""
    return await fetch_many(conn, DuePersonsRow, SQL["due_persons"], before, limit, now, held_until)


async def in_use(conn: Conn | Pool, idents: Collection[int | None], untils: Collection[datetime | None]) -> None:
    """Until when persons are known to be in use."""
    await execute(conn, SQL["in_use"], idents, untils)


async def erase_persons(conn: Conn | Pool, idents: Collection[int | None], now: datetime) -> None:
    """Names, numbers and what was remembered of people; the ids stay."""
    await execute(conn, SQL["erase_persons"], idents, now)


async def erase_persons_words(conn: Conn | Pool, person_ids: Collection[int | None]) -> None:
    """What they said without a ticket."""
    await execute(conn, SQL["erase_persons_words"], person_ids)


async def erase_persons_deliveries(conn: Conn | Pool, person_ids: Collection[int | None]) -> None:
    """The raw deliveries from them."""
    await execute(conn, SQL["erase_persons_deliveries"], person_ids)


async def erase_persons_messages(conn: Conn | Pool, to_hashes: Collection[bytes | None]) -> None:
    """What was sent to their numbers."""
    await execute(conn, SQL["erase_persons_messages"], to_hashes)


async def erase_persons_objections(conn: Conn | Pool, person_ids: Collection[int | None]) -> None:
    """What they said against a restriction of their voice."""
    await execute(conn, SQL["erase_persons_objections"], person_ids)


async def erase_drafts(conn: Conn | Pool, before: datetime, limit: int) -> list[int]:
    """Forms of the operator's page that nobody went on with since a moment."""
    return await fetch_values(conn, SQL["erase_drafts"], before, limit)


async def erase_persons_drafts(conn: Conn | Pool, person_ids: Collection[int | None]) -> None:
    """What was typed while they spoke."""
    await execute(conn, SQL["erase_persons_drafts"], person_ids)


async def tickets_of(conn: Conn | Pool, person_ids: Collection[int | None]) -> list[int]:
    """The tickets of persons, in order."""
    return await fetch_values(conn, SQL["tickets_of"], person_ids)


async def insert_hold(conn: Conn | Pool, ticket_id: int, reason: str, by_id: int, now: datetime) -> int | None:
    """A ticket is kept for proceedings; once at a time."""
    found: int | None = await fetch_value_or_none(conn, SQL["insert_hold"], ticket_id, reason, by_id, now)
    return found


async def end_hold(conn: Conn | Pool, item: int | None, ticket_id: int, now: datetime, ended_by: int) -> int | None:
    """The proceedings are over."""
    found: int | None = await fetch_value_or_none(conn, SQL["end_hold"], item, ticket_id, now, ended_by)
    return found


class HoldsOfRow(TypedRow):
    """A row of `holds_of`."""

    id: int
    ticket_id: TicketId
    reason: str
    from_at: datetime


async def holds_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[HoldsOfRow]:
    """Why tickets are kept for now."""
    return await fetch_many(conn, HoldsOfRow, SQL["holds_of"], ticket_ids)

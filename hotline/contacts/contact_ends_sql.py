"""The queries of contact_ends.sql, as functions. Made by `make queries`; change the .sql file instead."""

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
from hotline.ids import ContactId, PersonId, TicketId

SQL = queries(__package__, "contact_ends.sql")


class ContactRow(TypedRow):
    """A row of `contact`."""

    id: int
    channel: str
    person_id: PersonId | None
    operator_id: int | None
    ticket_id: TicketId | None
    outcome: str | None
    at: datetime
    phone_enc: bytes | None
    line: str | None
    flags: list[str] | None
    opted_out_at: datetime | None


async def contact(conn: Conn | Pool, contact: int) -> ContactRow | None:
    """One contact with the person behind it."""
    return await fetch_one_or_none(conn, ContactRow, SQL["contact"], contact)


class ContactLockedRow(TypedRow):
    """A row of `contact_locked`."""

    id: int
    channel: str
    person_id: PersonId | None
    operator_id: int | None
    outcome: str | None
    at: datetime


async def contact_locked(conn: Conn | Pool, contact: int) -> ContactLockedRow | None:
    """One contact, held: it ends once."""
    return await fetch_one_or_none(conn, ContactLockedRow, SQL["contact_locked"], contact)


class EndlessRow(TypedRow):
    """A row of `endless`."""

    id: int
    channel: str
    at: datetime
    operator_id: int | None
    phone_enc: bytes | None
    shown_name: str | None


async def endless(conn: Conn | Pool, operator_id: int | None, cursor: int, limit: int) -> list[EndlessRow]:
    """Contacts without an end, the oldest first: all, or those of an operator and of nobody."""
    return await fetch_many(conn, EndlessRow, SQL["endless"], operator_id, cursor, limit)


async def end_contact(
    conn: Conn | Pool,
    contact_id: int,
    outcome: str,
    body_code: str | None,
    ticket: int | None,
    now: datetime,
    seq: int | None,
    text: str,
) -> None:
    """A contact ends: with a code for no action, or as an addition to a ticket, an answer, a call-back; with what was said, if anything."""
    await execute(conn, SQL["end_contact"], contact_id, outcome, body_code, ticket, now, seq, text)


async def insert_ended(conn: Conn | Pool, channel: str, person_id: int | None, operator_id: int, now: datetime) -> int:
    """A contact that was taken without the line (a visit, a letter, a telephone of its own): as it comes it has no end yet."""
    found: int = await fetch_value(conn, SQL["insert_ended"], channel, person_id, operator_id, now)
    return found


async def owe_silent(conn: Conn | Pool, ident: int, now: datetime) -> int | None:
    """A silent call is called back once: not again where that was done for this person in the last day."""
    found: int | None = await fetch_value_or_none(conn, SQL["owe_silent"], ident, now)
    return found


async def owe(conn: Conn | Pool, contact_id: int, now: datetime, ticket_id: int | None) -> int | None:
    """Somebody owes a call for this contact."""
    found: int | None = await fetch_value_or_none(conn, SQL["owe"], contact_id, now, ticket_id)
    return found


async def keep_unended(
    conn: Conn | Pool, contact_id: int, reason: str, now: datetime, ticket: int | None
) -> int | None:
    """The call that was owed because the contact had no end is owed for another reason; a silent one once a day."""
    found: int | None = await fetch_value_or_none(conn, SQL["keep_unended"], contact_id, reason, now, ticket)
    return found


async def end_unended(conn: Conn | Pool, contact_id: int, now: datetime, done_by: int) -> list[int]:
    """The contact has its end after all."""
    return await fetch_values(conn, SQL["end_unended"], contact_id, now, done_by)


async def owed_of(conn: Conn | Pool, contact_id: int) -> int | None:
    """The call that is owed for a contact."""
    found: int | None = await fetch_value_or_none(conn, SQL["owed_of"], contact_id)
    return found


class CallBackRow(TypedRow):
    """A row of `call_back`."""

    id: int
    contact_id: ContactId | None
    ticket_id: TicketId | None
    reason: str
    news: str
    done_at: datetime | None
    person_id: PersonId | None


async def call_back(conn: Conn | Pool, call_back: int) -> CallBackRow | None:
    """One call that is owed or was made."""
    return await fetch_one_or_none(conn, CallBackRow, SQL["call_back"], call_back)


class CallBacksRow(TypedRow):
    """A row of `call_backs`."""

    id: int
    contact_id: ContactId | None
    reason: str
    asked_at: datetime
    recording_sid: str | None
    phone_enc: bytes | None
    number: str | None
    parent: str | None
    tries: int


async def call_backs(conn: Conn | Pool, cursor: int, limit: int) -> list[CallBacksRow]:
    """Calls that are owed, the oldest first."""
    return await fetch_many(conn, CallBacksRow, SQL["call_backs"], cursor, limit)


async def call_back_tried(conn: Conn | Pool, ident: int, now: datetime) -> int:
    """The call was made, and nobody was reached; how often that is."""
    found: int = await fetch_value(conn, SQL["call_back_tried"], ident, now)
    return found


async def number_of_call_back(conn: Conn | Pool, call_back: int) -> bytes | None:
    """The number of whoever is owed a call."""
    found: bytes | None = await fetch_value_or_none(conn, SQL["number_of_call_back"], call_back)
    return found


async def call_back_done(
    conn: Conn | Pool, ident: int, now: datetime, done_by: int, note: str, ticket: int | None
) -> None:
    """The call was made."""
    await execute(conn, SQL["call_back_done"], ident, now, done_by, note, ticket)

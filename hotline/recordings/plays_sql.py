"""The queries of plays.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one, fetch_value, fetch_value_or_none
from hotline.ids import ContactId, TicketId

SQL = queries(__package__, "plays.sql")


class ShownRecordingsRow(TypedRow):
    """A row of `shown_recordings`."""

    ticket_id: TicketId | None
    id: int
    call_id: int
    kind: str
    media_type: str
    begun_at: datetime
    closed_at: datetime | None
    digest: bytes | None
    ms: int
    citizen_levels: bytes | None
    operator_levels: bytes | None
    silence_ms: int | None
    talk_over_ms: int | None
    erased_at: datetime | None
    operator_id: int | None
    operator_name: str | None
    plays: int
    words: str | None


async def shown_recordings(
    conn: Conn | Pool, ticket_ids: Collection[int | None], call_ids: Collection[int | None]
) -> list[ShownRecordingsRow]:
    """The recordings of the calls of tickets, and of calls (those without a ticket here), oldest first."""
    return await fetch_many(conn, ShownRecordingsRow, SQL["shown_recordings"], ticket_ids, call_ids)


class NewestRecordingsRow(TypedRow):
    """A row of `newest_recordings`."""

    id: int
    call_id: int


async def newest_recordings(
    conn: Conn | Pool, before: int | None, operator_id: int | None, limit: int
) -> list[NewestRecordingsRow]:
    """Calls that were recorded, newest first: all, or those of an operator."""
    return await fetch_many(conn, NewestRecordingsRow, SQL["newest_recordings"], before, operator_id, limit)


class CallsOfContactsRow(TypedRow):
    """A row of `calls_of_contacts`."""

    contact_id: ContactId
    id: int


async def calls_of_contacts(conn: Conn | Pool, contact_ids: Collection[int | None]) -> list[CallsOfContactsRow]:
    """The calls of contacts, as where a voicemail was left."""
    return await fetch_many(conn, CallsOfContactsRow, SQL["calls_of_contacts"], contact_ids)


class HearingGroundsRow(TypedRow):
    """A row of `hearing_grounds`."""

    inspects: bool
    owed: bool


async def hearing_grounds(conn: Conn | Pool, call_id: int, user_id: int) -> HearingGroundsRow:
    """Why somebody may hear a call in which they did not speak: they inspect it, a call is owed to the person."""
    return await fetch_one(conn, HearingGroundsRow, SQL["hearing_grounds"], call_id, user_id)


class TicketsOfCallRow(TypedRow):
    """A row of `tickets_of_call`."""

    id: int
    number: str


async def tickets_of_call(conn: Conn | Pool, call_id: int) -> list[TicketsOfCallRow]:
    """The tickets of a call."""
    return await fetch_many(conn, TicketsOfCallRow, SQL["tickets_of_call"], call_id)


async def insert_play(conn: Conn | Pool, recording_id: int, user_id: int, now: datetime) -> int:
    """Somebody listens."""
    found: int = await fetch_value(conn, SQL["insert_play"], recording_id, user_id, now)
    return found


async def play_of(conn: Conn | Pool, play_id: int, recording_id: int, user_id: int) -> datetime | None:
    """When somebody pressed play, by the number that they were given."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["play_of"], play_id, recording_id, user_id)
    return found


class PlaysOfRow(TypedRow):
    """A row of `plays_of`."""

    id: int
    at: datetime
    shown_name: str
    name: str


async def plays_of(conn: Conn | Pool, recording_id: int, limit: int) -> list[PlaysOfRow]:
    """Who listened, newest first."""
    return await fetch_many(conn, PlaysOfRow, SQL["plays_of"], recording_id, limit)


async def insert_further(conn: Conn | Pool, ticket_id: int, contact_id: int) -> None:
    """Another matter came up in the call of a contact."""
    await execute(conn, SQL["insert_further"], ticket_id, contact_id)


async def insert_further_of_call_back(conn: Conn | Pool, ticket_id: int, call_back_id: int) -> None:
    """Another matter came up in the newest call by which an owed call was made."""
    await execute(conn, SQL["insert_further_of_call_back"], ticket_id, call_back_id)

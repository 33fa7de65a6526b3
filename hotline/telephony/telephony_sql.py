"""The queries of telephony.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import TicketId, UserId

SQL = queries(__package__, "telephony.sql")


async def insert_simulated(
    conn: Conn | Pool,
    sid: str,
    direction: str,
    way: str,
    phone: str,
    body: str,
    callback: str,
    twiml: str,
    now: datetime,
    channel: str,
    news: str,
) -> None:
    """A message that the simulated carrier holds; pages that show phones hear of it when it is committed."""
    await execute(conn, SQL["insert_simulated"], sid, direction, way, phone, body, callback, twiml, now, channel, news)


async def simulated_picture(conn: Conn | Pool, sid: str, place: int) -> bytes | None:
    """A picture that the simulated carrier holds."""
    found: bytes | None = await fetch_value_or_none(conn, SQL["simulated_picture"], sid, place)
    return found


async def hold_picture(conn: Conn | Pool, sid: str, place: int, content: bytes) -> None:
    """A picture that a simulated phone sent."""
    await execute(conn, SQL["hold_picture"], sid, place, content)


async def find_simulated(conn: Conn | Pool, phone: str, body: str, since: datetime, channel: str) -> list[str]:
    """Messages to a phone with these words, newest first."""
    return await fetch_values(conn, SQL["find_simulated"], phone, body, since, channel)


class TakeReceiptsRow(TypedRow):
    """A row of `take_receipts`."""

    sid: str
    channel: str
    phone: str
    callback: str


async def take_receipts(conn: Conn | Pool, now: datetime) -> list[TakeReceiptsRow]:
    """Messages whose receipt is due; taken once. A call through the relay lasts until it is answered on the simulator's page."""
    return await fetch_many(conn, TakeReceiptsRow, SQL["take_receipts"], now)


async def return_receipt(conn: Conn | Pool, sid: str) -> None:
    """The receipt could not be posted: later again."""
    await execute(conn, SQL["return_receipt"], sid)


class MessagesOfRow(TypedRow):
    """A row of `messages_of`."""

    sid: str
    direction: str
    channel: str
    body: str
    twiml: str
    at: datetime


async def messages_of(conn: Conn | Pool, phone: str) -> list[MessagesOfRow]:
    """What a simulated phone shows, oldest first."""
    return await fetch_many(conn, MessagesOfRow, SQL["messages_of"], phone)


class TelephonyLiaisonPhonesRow(TypedRow):
    """A row of `liaison_phones`."""

    id: int
    shown_name: str
    phone_enc: bytes
    department: str


async def liaison_phones(conn: Conn | Pool) -> list[TelephonyLiaisonPhonesRow]:
    """Liaisons with a number, for the simulator's second phone."""
    return await fetch_many(conn, TelephonyLiaisonPhonesRow, SQL["liaison_phones"])


class LastPageRow(TypedRow):
    """A row of `last_page`."""

    user_id: UserId | None
    to_enc: bytes


async def last_page(conn: Conn | Pool) -> LastPageRow | None:
    """The phone that was last paged."""
    return await fetch_one_or_none(conn, LastPageRow, SQL["last_page"])


async def count(conn: Conn | Pool, name: str, day: date, more: int) -> None:
    """So many more of something, nothing else kept."""
    await execute(conn, SQL["count"], name, day, more)


class PageWordsRow(TypedRow):
    """A row of `page_words`."""

    id: int
    body: str
    kind: str
    ticket_id: TicketId | None
    user_id: UserId | None
    about: Any
    language: str


async def page_words(conn: Conn | Pool, outbox: int) -> PageWordsRow | None:
    """The words of a call that we made, in whose language."""
    return await fetch_one_or_none(conn, PageWordsRow, SQL["page_words"], outbox)


class LegRow(TypedRow):
    """A row of `insert_leg`."""

    id: int
    call_id: int
    role: str
    user_id: UserId | None
    party_id: int | None
    sid: str | None
    asked_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


async def insert_leg(
    conn: Conn | Pool,
    call_id: int,
    command_id: int,
    role: str,
    user_id: int | None,
    party_id: int | None,
    now: datetime,
) -> LegRow | None:
    """A leg that the carrier is asked for; one for a command and role."""
    return await fetch_one_or_none(conn, LegRow, SQL["insert_leg"], call_id, command_id, role, user_id, party_id, now)


async def leg_of_command(conn: Conn | Pool, command_id: int, role: str) -> LegRow:
    """The leg that was asked for by a command before."""
    return await fetch_one(conn, LegRow, SQL["leg_of_command"], command_id, role)


async def leg(conn: Conn | Pool, ident: int) -> LegRow | None:
    """A leg."""
    return await fetch_one_or_none(conn, LegRow, SQL["leg"], ident)


async def legs_of(conn: Conn | Pool, call_id: int) -> list[LegRow]:
    """The legs of a call that are not over, in order."""
    return await fetch_many(conn, LegRow, SQL["legs_of"], call_id)


async def leg_of_sid(conn: Conn | Pool, sid: str) -> LegRow | None:
    """The leg that the carrier names so."""
    return await fetch_one_or_none(conn, LegRow, SQL["leg_of_sid"], sid)


async def known_legs(conn: Conn | Pool, sids: Collection[str | None]) -> list[str]:
    """Which of these legs of the carrier's are known."""
    return await fetch_values(conn, SQL["known_legs"], sids)


async def name_leg(conn: Conn | Pool, ident: int, sid: str) -> None:
    """The carrier's name of a leg."""
    await execute(conn, SQL["name_leg"], ident, sid)


async def answer_leg(conn: Conn | Pool, ident: int, party_id: int | None, now: datetime) -> None:
    """Somebody took a leg, as whom."""
    await execute(conn, SQL["answer_leg"], ident, party_id, now)


async def end_leg(conn: Conn | Pool, ident: int, now: datetime) -> int | None:
    """A leg is over; once."""
    found: int | None = await fetch_value_or_none(conn, SQL["end_leg"], ident, now)
    return found


class DueForALookRow(TypedRow):
    """A row of `due_for_a_look`."""

    id: int
    carrier: str
    carrier_ref: str
    arrived_at: datetime


async def due_for_a_look(
    conn: Conn | Pool, carriers: Collection[str | None], before: datetime, limit: int
) -> list[DueForALookRow]:
    """Calls at a carrier that began or were answered before a moment and are not over: was their end ever said?"""
    return await fetch_many(conn, DueForALookRow, SQL["due_for_a_look"], carriers, before, limit)


class CommandOfCallRow(TypedRow):
    """A row of `command_of_call`."""

    id: int
    call_id: int
    kind: str
    detail: Any


async def command_of_call(conn: Conn | Pool, ident: int) -> CommandOfCallRow | None:
    """A command, for the words or keys that its document says."""
    return await fetch_one_or_none(conn, CommandOfCallRow, SQL["command_of_call"], ident)


async def keep_fetch(conn: Conn | Pool, sid: str, call_id: int, kind: str, now: datetime) -> None:
    """A recording at the carrier is to be fetched; once."""
    await execute(conn, SQL["keep_fetch"], sid, call_id, kind, now)


class ClaimFetchRow(TypedRow):
    """A row of `claim_fetch`."""

    sid: str
    call_id: int
    kind: str
    tries: int


async def claim_fetch(conn: Conn | Pool, now: datetime, lease: datetime) -> ClaimFetchRow | None:
    """A recording that is due to be fetched; nobody else does it until `lease`."""
    return await fetch_one_or_none(conn, ClaimFetchRow, SQL["claim_fetch"], now, lease)


async def fetch_done(conn: Conn | Pool, sid: str, now: datetime, failed: str | None) -> None:
    """A recording is here, or never will be, for a reason."""
    await execute(conn, SQL["fetch_done"], sid, now, failed)


async def fetch_later(conn: Conn | Pool, sid: str, next_at: datetime, failed: str) -> None:
    """A recording is fetched later."""
    await execute(conn, SQL["fetch_later"], sid, next_at, failed)


async def dialled_until(conn: Conn | Pool, carrier: str, until: datetime, limit: int) -> list[int]:
    """Calls at a carrier whose ring would be missed by then."""
    return await fetch_values(conn, SQL["dialled_until"], carrier, until, limit)

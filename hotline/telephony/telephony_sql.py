"""The queries of telephony.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value_or_none, fetch_values
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

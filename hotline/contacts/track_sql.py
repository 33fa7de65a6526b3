"""The queries of track.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, execute_count, fetch_one_or_none, fetch_value, fetch_value_or_none

SQL = queries(__package__, "track.sql")


async def hold_tries(conn: Conn | Pool, from_bytes: Collection[int | None]) -> None:
    """Tries on a number and from a source are judged one after the other, so that many at once do not outrun the count."""
    await execute(conn, SQL["hold_tries"], from_bytes)


class LastResultRow(TypedRow):
    """A row of `last_result`."""

    text: str
    at: datetime
    via: str


async def last_result(conn: Conn | Pool, ticket_id: int) -> LastResultRow | None:
    """What the person of a ticket was last told, how and when."""
    return await fetch_one_or_none(conn, LastResultRow, SQL["last_result"], ticket_id)


async def end_words(conn: Conn | Pool, ticket_id: int) -> LastResultRow | None:
    """What an end other than the archive said."""
    return await fetch_one_or_none(conn, LastResultRow, SQL["end_words"], ticket_id)


class LastNewsRow(TypedRow):
    """A row of `last_news`."""

    text: str
    at: datetime


async def last_news(conn: Conn | Pool, ticket_id: int) -> LastNewsRow | None:
    """The last interim word that the person was told."""
    return await fetch_one_or_none(conn, LastNewsRow, SQL["last_news"], ticket_id)


class LastRatingRow(TypedRow):
    """A row of `last_rating`."""

    score: int
    at: datetime


async def last_rating(conn: Conn | Pool, ticket_id: int) -> LastRatingRow | None:
    """The rating that counts."""
    return await fetch_one_or_none(conn, LastRatingRow, SQL["last_rating"], ticket_id)


async def insert_web_contact(
    conn: Conn | Pool, person_id: int | None, ticket_id: int, outcome: str, now: datetime, text: str
) -> int | None:
    """A message or request through the page, with its words and how it ended."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["insert_web_contact"], person_id, ticket_id, outcome, now, text
    )
    return found


async def web_contacts(conn: Conn | Pool, ticket_id: int, since: datetime) -> int:
    """How often a ticket was written to through the page since a moment."""
    found: int = await fetch_value(conn, SQL["web_contacts"], ticket_id, since)
    return found


async def open_call_back(conn: Conn | Pool, ticket_id: int) -> int | None:
    """Whether a call is owed on a ticket."""
    found: int | None = await fetch_value_or_none(conn, SQL["open_call_back"], ticket_id)
    return found


async def ask_call_back(conn: Conn | Pool, contact_id: int | None, ticket_id: int, now: datetime) -> int:
    """The person asked to be called."""
    found: int = await fetch_value(conn, SQL["ask_call_back"], contact_id, ticket_id, now)
    return found


async def forget_misses(conn: Conn | Pool, until: datetime) -> int:
    """Wrong tries count for an hour; a day later they are forgotten."""
    return await execute_count(conn, SQL["forget_misses"], until)

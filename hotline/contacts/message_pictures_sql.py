"""The queries of message_pictures.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value_or_none
from hotline.ids import TicketId

SQL = queries(__package__, "message_pictures.sql")


class ClaimPicturesRow(TypedRow):
    """A row of `claim_pictures`."""

    inbound_id: int
    place: int
    attempts: int
    payload_enc: bytes | None


async def claim_pictures(conn: Conn | Pool, now: datetime, next_at: datetime, limit: int) -> list[ClaimPicturesRow]:
    """Pictures that are due, each held by its next time: a process that dies leaves it to the next."""
    return await fetch_many(conn, ClaimPicturesRow, SQL["claim_pictures"], now, next_at, limit)


async def ticket_of_message(conn: Conn | Pool, inbound_id: int) -> TicketId | None:
    """The ticket to which a message went."""
    found: TicketId | None = await fetch_value_or_none(conn, SQL["ticket_of_message"], inbound_id)
    return found


class HoldPicturesRow(TypedRow):
    """A row of `hold_pictures`."""

    place: int
    done_at: datetime | None
    why: str | None


async def hold_pictures(conn: Conn | Pool, inbound_id: int) -> list[HoldPicturesRow]:
    """The pictures of a message, held, so that what came of them is said once."""
    return await fetch_many(conn, HoldPicturesRow, SQL["hold_pictures"], inbound_id)


async def settle_picture(
    conn: Conn | Pool, inbound_id: int, place: int, now: datetime, attachment_id: int | None, why: str | None
) -> None:
    """What came of a picture, once."""
    await execute(conn, SQL["settle_picture"], inbound_id, place, now, attachment_id, why)


async def later_picture(conn: Conn | Pool, inbound_id: int, place: int, next_at: datetime) -> None:
    """It is tried again."""
    await execute(conn, SQL["later_picture"], inbound_id, place, next_at)


async def keep_pictures(conn: Conn | Pool, inbound_id: int, number: int, now: datetime) -> None:
    """The pictures of a message, each to be fetched from the carrier."""
    await execute(conn, SQL["keep_pictures"], inbound_id, number, now)

"""The queries of queue.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_values
from hotline.ids import UserId

SQL = queries(__package__, "queue.sql")


async def hold_queue(conn: Conn | Pool, key: int) -> None:
    """Whoever gives calls out does it alone, until the end of the transaction."""
    await execute(conn, SQL["hold_queue"], key)


class WaitingCallsRow(TypedRow):
    """A row of `waiting_calls`."""

    id: int
    carrier: str
    skill: str | None
    wanted_id: int | None
    state: str


async def waiting_calls(conn: Conn | Pool, limit: int) -> list[WaitingCallsRow]:
    """Calls that wait and ring nowhere, in the order of the queue, held. A kept place whose call was made by hand waits no more (asked so that a place which
    is kept at this very moment stays in the list: what was written meanwhile is not seen)."""
    return await fetch_many(conn, WaitingCallsRow, SQL["waiting_calls"], limit)


class FreeOperatorsRow(TypedRow):
    """A row of `free_operators`."""

    user_id: UserId
    line: str
    idle_since: datetime
    skills: list[str]


async def free_operators(conn: Conn | Pool, alive_since: datetime) -> list[FreeOperatorsRow]:
    """Operators who are ready and whose line is alive, held; `idle_since`: the end of what they last did but wait."""
    return await fetch_many(conn, FreeOperatorsRow, SQL["free_operators"], alive_since)


async def skills_there(conn: Conn | Pool) -> list[str]:
    """The skills that somebody at the telephone has, whatever they do now."""
    return await fetch_values(conn, SQL["skills_there"])


async def calls_before(conn: Conn | Pool, call_id: int) -> int:
    """How many wait before a call."""
    found: int = await fetch_value(conn, SQL["calls_before"], call_id)
    return found


async def insert_ring(conn: Conn | Pool, call_id: int, user_id: int, now: datetime, until: datetime) -> int:
    """An operator's line rings for a call."""
    found: int = await fetch_value(conn, SQL["insert_ring"], call_id, user_id, now, until)
    return found


class OpenRingRow(TypedRow):
    """A row of `open_ring`."""

    id: int
    user_id: UserId
    at: datetime
    until: datetime


async def open_ring(conn: Conn | Pool, call_id: int) -> OpenRingRow | None:
    """The ring of a call, held."""
    return await fetch_one_or_none(conn, OpenRingRow, SQL["open_ring"], call_id)


async def prolong_ring(conn: Conn | Pool, ring: int, until: datetime) -> None:
    """A document of the carrier's dials the line until then; it counts as missed later."""
    await execute(conn, SQL["prolong_ring"], ring, until)


async def end_ring(conn: Conn | Pool, ring: int, outcome: str, now: datetime) -> None:
    """What came of a ring."""
    await execute(conn, SQL["end_ring"], ring, outcome, now)


async def rings_over(conn: Conn | Pool, now: datetime, limit: int) -> list[int]:
    """Calls whose ring has lasted its time."""
    return await fetch_values(conn, SQL["rings_over"], now, limit)


async def waited_too_long(conn: Conn | Pool, before: datetime, limit: int) -> list[int]:
    """Calls that were queued before a moment and ring nowhere."""
    return await fetch_values(conn, SQL["waited_too_long"], before, limit)


async def kept_and_done(conn: Conn | Pool, limit: int) -> list[int]:
    """Kept places whose call was made by hand."""
    return await fetch_values(conn, SQL["kept_and_done"], limit)

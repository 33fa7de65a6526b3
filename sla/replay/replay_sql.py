"""The queries of replay.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value, fetch_value_or_none
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "replay.sql")


async def insert_requests(
    conn: Conn | Pool,
    idents: Collection[str | None],
    lines: Collection[int | None],
    department_ids: Collection[int | None],
    opened_times: Collection[datetime | None],
    target_times: Collection[datetime | None],
    closed_times: Collection[datetime | None],
) -> None:
    """The requests of the file, once."""
    await execute(conn, SQL["insert_requests"], idents, lines, department_ids, opened_times, target_times, closed_times)


class RequestsRow(TypedRow):
    """A row of `requests`."""

    id: str
    department_id: DepartmentId
    ticket_id: TicketId | None
    done_at: datetime | None


async def requests(conn: Conn | Pool) -> list[RequestsRow]:
    """How far the replay is."""
    return await fetch_many(conn, RequestsRow, SQL["requests"])


async def opened(conn: Conn | Pool, idents: Collection[str | None], tickets: Collection[int | None]) -> None:
    """The tickets that requests became."""
    await execute(conn, SQL["opened"], idents, tickets)


async def closed(conn: Conn | Pool, idents: Collection[str | None], times: Collection[datetime | None]) -> None:
    """Requests whose closing was replayed."""
    await execute(conn, SQL["closed"], idents, times)


class OutcomesRow(TypedRow):
    """A row of `outcomes`."""

    id: str
    due_at: datetime
    stopped_at: datetime | None
    breached_at: datetime | None


async def outcomes(conn: Conn | Pool, end: datetime) -> list[OutcomesRow]:
    """What became of each request: the clock by which the result was promised. Past due is breached whether a sweep saw it or not."""
    return await fetch_many(conn, OutcomesRow, SQL["outcomes"], end)


async def is_loaded(conn: Conn | Pool) -> bool:
    """Whether the requests of the file are in."""
    found: bool = await fetch_value(conn, SQL["is_loaded"])
    return found


async def try_lock(conn: Conn | Pool, lock: int) -> bool | None:
    """One process replays a file at a time."""
    found: bool | None = await fetch_value_or_none(conn, SQL["try_lock"], lock)
    return found


async def database_exists(conn: Conn | Pool, datname: str) -> bool:
    """Whether a replay of this file was begun."""
    found: bool = await fetch_value(conn, SQL["database_exists"], datname)
    return found

"""The queries of promises.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none
from hotline.ids import TicketId

SQL = queries(__package__, "promises.sql")


async def give_promises(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    kinds: Collection[str | None],
    languages: Collection[str | None],
    sentences: Collection[str | None],
    due_times: Collection[datetime | None],
    call_bies: Collection[datetime | None],
    call_withins: Collection[timedelta | None],
    safe_by_times: Collection[datetime | None],
    times: Collection[datetime | None],
    news: Collection[str | None],
    heard_times: Collection[datetime | None],
) -> None:
    """What some persons are promised, as it was said; news that was told already is not told again."""
    await execute(
        conn,
        SQL["give_promises"],
        ticket_ids,
        kinds,
        languages,
        sentences,
        due_times,
        call_bies,
        call_withins,
        safe_by_times,
        times,
        news,
        heard_times,
    )


class LatestPromiseRow(TypedRow):
    """A row of `latest_promise`."""

    id: int
    ticket_id: TicketId
    kind: str
    language: str
    sentence: str
    due_at: datetime | None
    call_by: datetime | None
    call_within: timedelta | None
    safe_by: datetime | None
    at: datetime
    news: str
    heard_at: datetime | None


async def latest_promise(conn: Conn | Pool, ticket_id: int) -> LatestPromiseRow | None:
    """The promise that holds for a ticket."""
    return await fetch_one_or_none(conn, LatestPromiseRow, SQL["latest_promise"], ticket_id)


async def promises_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[LatestPromiseRow]:
    """All promises of some tickets, the oldest first."""
    return await fetch_many(conn, LatestPromiseRow, SQL["promises_of"], ticket_ids)


async def promise_heard(conn: Conn | Pool, ticket_id: int, news: str, now: datetime) -> None:
    """The person knows of a promise."""
    await execute(conn, SQL["promise_heard"], ticket_id, news, now)


class PartKeptRow(TypedRow):
    """A row of `part_kept`."""

    contacted_at: datetime | None
    safe_at: datetime | None


async def part_kept(conn: Conn | Pool, ticket_id: int) -> PartKeptRow | None:
    """When the department that has a ticket spoke to the person and made the place safe."""
    return await fetch_one_or_none(conn, PartKeptRow, SQL["part_kept"], ticket_id)

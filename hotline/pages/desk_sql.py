"""The queries of desk.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_values

SQL = queries(__package__, "desk.sql")


class ColleaguesRow(TypedRow):
    """A row of `colleagues`."""

    name: str
    shown_name: str
    on_shift: bool


async def colleagues(conn: Conn | Pool) -> list[ColleaguesRow]:
    """Operators and managers who may be given a ticket; those on shift first."""
    return await fetch_many(conn, ColleaguesRow, SQL["colleagues"])


class AskedOfRow(TypedRow):
    """A row of `asked_of`."""

    id: int
    number: str
    from_name: str
    reason: str
    asked_at: datetime


async def asked_of(conn: Conn | Pool, to_id: int) -> list[AskedOfRow]:
    """Hand-overs that wait for a receiver's yes."""
    return await fetch_many(conn, AskedOfRow, SQL["asked_of"], to_id)


class CoRequestsOpenRow(TypedRow):
    """A row of `co_requests_open`."""

    id: int
    number: str
    wanted: str
    department: str
    reason: str
    asked_at: datetime


async def co_requests_open(conn: Conn | Pool, limit: int) -> list[CoRequestsOpenRow]:
    """Requests for a co-handler that wait for the centre, the oldest first."""
    return await fetch_many(conn, CoRequestsOpenRow, SQL["co_requests_open"], limit)


class OnShiftRow(TypedRow):
    """A row of `on_shift`."""

    id: int
    name: str
    shown_name: str
    role: str
    on_at: datetime
    state: str | None
    reason: str | None
    since: datetime | None
    open: int


async def on_shift(conn: Conn | Pool) -> list[OnShiftRow]:
    """Who is on shift, since when, what they do at the telephone, and how many open tickets they own."""
    return await fetch_many(conn, OnShiftRow, SQL["on_shift"])


class OpenCountsRow(TypedRow):
    """A row of `open_counts`."""

    state: str
    n: int


async def open_counts(conn: Conn | Pool) -> list[OpenCountsRow]:
    """How many tickets are in each state and not filed."""
    return await fetch_many(conn, OpenCountsRow, SQL["open_counts"])


class HandOversOpenRow(TypedRow):
    """A row of `hand_overs_open`."""

    id: int
    number: str
    from_name: str
    to_name: str
    reason: str
    asked_at: datetime


async def hand_overs_open(conn: Conn | Pool, limit: int) -> list[HandOversOpenRow]:
    """Hand-overs that wait for their receiver."""
    return await fetch_many(conn, HandOversOpenRow, SQL["hand_overs_open"], limit)


async def split_off(conn: Conn | Pool, ticket_id: int, owner_id: int) -> list[str]:
    """The tickets that were split off one and are not filed, in order: they came with it."""
    return await fetch_values(conn, SQL["split_off"], ticket_id, owner_id)


class OpenedSinceRow(TypedRow):
    """A row of `opened_since`."""

    id: int
    number: str
    department_name: str | None


async def opened_since(
    conn: Conn | Pool, person_id: int | None, owner_id: int, since: datetime, ticket: int | None
) -> list[OpenedSinceRow]:
    """The ticket of a call, and those that its operator opened for the same person after it, in order."""
    return await fetch_many(conn, OpenedSinceRow, SQL["opened_since"], person_id, owner_id, since, ticket)

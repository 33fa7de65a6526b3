"""The queries of surprise_pages.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value, fetch_value_or_none, fetch_values
from hotline.ids import DepartmentId, UserId

SQL = queries(__package__, "surprise_pages.sql")


async def departments(conn: Conn | Pool) -> list[int]:
    """The departments in force that have people."""
    return await fetch_values(conn, SQL["departments"])


async def plan(
    conn: Conn | Pool, departments: Collection[int | None], month: date, due_times: Collection[datetime | None]
) -> None:
    """A moment of the month for each department, once."""
    await execute(conn, SQL["plan"], departments, month, due_times)


class SurprisePagesDueRow(TypedRow):
    """A row of `due`."""

    id: int
    department_id: DepartmentId


async def due(conn: Conn | Pool, now: datetime) -> list[SurprisePagesDueRow]:
    """Surprise pages whose moment has come; others pass them by."""
    return await fetch_many(conn, SurprisePagesDueRow, SQL["due"], now)


async def paged(conn: Conn | Pool, ident: int, user_id: int | None, now: datetime, code: str) -> None:
    """Who was paged, with which code; nobody where none was on duty."""
    await execute(conn, SQL["paged"], ident, user_id, now, code)


async def answered(conn: Conn | Pool, user_id: int, code: str, now: datetime, how: str, since: datetime) -> int | None:
    """The code came back from whom it paged; the first answer counts."""
    found: int | None = await fetch_value_or_none(conn, SQL["answered"], user_id, code, now, how, since)
    return found


async def answered_by_key(conn: Conn | Pool, surprise: int, now: datetime, since: datetime) -> None:
    """The key was pressed in the call."""
    await execute(conn, SQL["answered_by_key"], surprise, now, since)


async def wanted(conn: Conn | Pool, surprise: int, since: datetime) -> bool:
    """Whether a page still waits for its answer, and in time."""
    found: bool = await fetch_value(conn, SQL["wanted"], surprise, since)
    return found


class ResultsRow(TypedRow):
    """A row of `results`."""

    id: int
    department_id: DepartmentId
    month: date
    due_at: datetime
    paged_at: datetime
    user_id: UserId | None
    code: str | None
    answered_at: datetime | None
    how: str | None
    department: str
    name: str
    name_en: str
    shown_name: str | None
    left_us: bool


async def results(conn: Conn | Pool, month: date, department_id: int | None) -> list[ResultsRow]:
    """The surprise pages of a month that went out."""
    return await fetch_many(conn, ResultsRow, SQL["results"], month, department_id)

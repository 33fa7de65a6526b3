"""The queries of shifts.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_one_or_none, fetch_value, fetch_values
from hotline.ids import UserId

SQL = queries(__package__, "shifts.sql")


async def shift_on(conn: Conn | Pool, user_id: int, now: datetime) -> None:
    """An operator comes to the desk."""
    await execute(conn, SQL["shift_on"], user_id, now)


async def shift_off(conn: Conn | Pool, user_id: int, now: datetime) -> None:
    """An operator leaves the desk."""
    await execute(conn, SQL["shift_off"], user_id, now)


class OwnShiftRow(TypedRow):
    """A row of `own_shift`."""

    on_at: datetime


async def own_shift(conn: Conn | Pool, user_id: int) -> OwnShiftRow | None:
    """A user's open shift."""
    return await fetch_one_or_none(conn, OwnShiftRow, SQL["own_shift"], user_id)


async def is_on_shift(conn: Conn | Pool, user_id: int) -> bool:
    """Whether a user is on shift."""
    found: bool = await fetch_value(conn, SQL["is_on_shift"], user_id)
    return found


async def operators_on_shift(conn: Conn | Pool, before: datetime | None) -> list[UserId]:
    """Operators on shift, or only those whose shift began before a moment."""
    return await fetch_values(conn, SQL["operators_on_shift"], before)

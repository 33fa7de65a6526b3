"""The queries of absences.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import execute, fetch_value, fetch_value_or_none

SQL = queries(__package__, "absences.sql")


async def end_absence(conn: Conn | Pool, user_id: int, now: datetime) -> None:
    """Somebody is back, or says another day."""
    await execute(conn, SQL["end_absence"], user_id, now)


async def insert_absence(conn: Conn | Pool, user_id: int, now: datetime, until: datetime) -> int:
    """Somebody is on leave."""
    found: int = await fetch_value(conn, SQL["insert_absence"], user_id, now, until)
    return found


async def absent_until(conn: Conn | Pool, user_id: int, now: datetime) -> datetime | None:
    """Until when somebody is on leave."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["absent_until"], user_id, now)
    return found

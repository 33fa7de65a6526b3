"""The queries of runs.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import fetch_value_or_none

SQL = queries(__package__, "runs.sql")


async def insert_job_run(conn: Conn | Pool, name: str, due_at: datetime, ran_at: datetime) -> str | None:
    """Take one occurrence of a calendar job; no row where it was taken before."""
    found: str | None = await fetch_value_or_none(conn, SQL["insert_job_run"], name, due_at, ran_at)
    return found


async def last_job_run(conn: Conn | Pool, job_name: str) -> datetime | None:
    """The latest occurrence that ran."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["last_job_run"], job_name)
    return found

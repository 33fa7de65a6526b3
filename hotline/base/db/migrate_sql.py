"""The queries of migrate.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import execute, fetch_value, fetch_value_or_none, fetch_values

SQL = queries(__package__, "migrate.sql")


async def take_lock(conn: Conn | Pool, lock: int) -> bool | None:
    """One migrates at a time, whichever process comes first; whether it is us."""
    found: bool | None = await fetch_value_or_none(conn, SQL["take_lock"], lock)
    return found


async def free_lock(conn: Conn | Pool, lock: int) -> None:
    """The next may look."""
    await execute(conn, SQL["free_lock"], lock)


async def has_versions(conn: Conn | Pool) -> bool | None:
    """Whether this database was ever built."""
    found: bool | None = await fetch_value_or_none(conn, SQL["has_versions"])
    return found


async def version(conn: Conn | Pool) -> int:
    """The newest step that ran."""
    found: int = await fetch_value(conn, SQL["version"])
    return found


async def stamp(conn: Conn | Pool, version: int, step_name: str, now: datetime) -> None:
    """A step was done."""
    await execute(conn, SQL["stamp"], version, step_name, now)


async def own(conn: Conn | Pool, key_fingerprint: str, now: datetime) -> None:
    """The keys that this database is written with."""
    await execute(conn, SQL["own"], key_fingerprint, now)


async def fingerprint(conn: Conn | Pool) -> str | None:
    """The fingerprint of those keys."""
    found: str | None = await fetch_value_or_none(conn, SQL["fingerprint"])
    return found


async def half_built(conn: Conn | Pool) -> list[str]:
    """How to drop the indexes whose building was interrupted."""
    return await fetch_values(conn, SQL["half_built"])

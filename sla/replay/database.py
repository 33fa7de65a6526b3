"""The database of a replay: made beside the current one, with its policy and calendar; dropped when it is over."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from hotline.base.command import CommandError, Runtime
from hotline.base.db.connection import Conn, Pool, connect, open_pool
from hotline.base.db.migrate import migrate
from sla.replay import replay_sql

_LOCK = 1890_0311
#: What the replay's clocks are counted by, in the order in which rows refer to each other.
_RULES = ("office_hours", "calendar_day", "closure", "policy_version", "policy_rule", "statutory_procedure")


def beside(dsn: str, name: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(path=f"/{name}"))


@asynccontextmanager
async def place(runtime: Runtime, name: str, now: datetime) -> AsyncIterator[Pool]:
    """A pool on the replay's own database, which is made where it is not there yet. Raises CommandError where another holds it."""
    async with runtime.pool.acquire() as conn:
        if not await replay_sql.database_exists(conn, name):
            await conn.execute(f'CREATE DATABASE "{name}"')
    dsn = beside(runtime.dsn, name)
    holder = await connect(dsn)
    try:
        if not await replay_sql.try_lock(holder, _LOCK):
            raise CommandError("this file is being replayed already")
        await migrate(holder, runtime.services.keys, now)
        if not await replay_sql.is_loaded(holder):
            async with runtime.pool.acquire() as conn:
                await _copy_rules(conn, holder)
        pool = await open_pool(dsn, size=4, name="hotline replay")
        try:
            yield pool
        finally:
            await pool.close()
    finally:
        await holder.close()


async def _copy_rules(source: Conn, target: Conn) -> None:
    """The policy and calendar in force here are those of the replay."""
    async with target.transaction():
        for table in reversed(_RULES):
            await target.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        for table in _RULES:
            rows = io.BytesIO()
            await source.copy_from_table(table, output=rows, format="binary")
            rows.seek(0)
            await target.copy_to_table(table, source=rows, format="binary")


async def drop(runtime: Runtime, name: str) -> None:
    """The replay is over and its outcome written."""
    async with runtime.pool.acquire() as conn:
        await conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

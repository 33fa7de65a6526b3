"""The queries of commands.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_one, fetch_one_or_none, fetch_values

SQL = queries(__package__, "commands.sql")


class InsertCommandRow(TypedRow):
    """A row of `insert_command`."""

    id: int
    said: str


async def insert_command(
    conn: Conn | Pool, call_id: int, party_id: int | None, kind: str, detail: object, now: datetime, channel: str
) -> InsertCommandRow:
    """The carrier must be told this; every process hears of it when it is committed."""
    return await fetch_one(conn, InsertCommandRow, SQL["insert_command"], call_id, party_id, kind, detail, now, channel)


class ClaimCommandRow(TypedRow):
    """A row of `claim_command`."""

    id: int
    call_id: int
    party_id: int | None
    kind: str
    detail: Any
    tries: int
    at: datetime


async def claim_command(conn: Conn | Pool, call_id: int, now: datetime, lease: datetime) -> ClaimCommandRow | None:
    """The first of a call's commands that is not done, where it is due: nobody else carries it out until `lease`."""
    return await fetch_one_or_none(conn, ClaimCommandRow, SQL["claim_command"], call_id, now, lease)


async def command_done(conn: Conn | Pool, ident: int, now: datetime, failed: str | None) -> None:
    """A command was carried out, or never will be, for a reason."""
    await execute(conn, SQL["command_done"], ident, now, failed)


async def command_later(conn: Conn | Pool, ident: int, next_at: datetime, failed: str) -> None:
    """A command is tried again later."""
    await execute(conn, SQL["command_later"], ident, next_at, failed)


async def calls_with_commands(conn: Conn | Pool, now: datetime, limit: int) -> list[int]:
    """Calls whose first command that is not done is due."""
    return await fetch_values(conn, SQL["calls_with_commands"], now, limit)

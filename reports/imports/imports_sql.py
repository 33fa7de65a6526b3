"""The queries of imports.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many

SQL = queries(__package__, "imports.sql")


class KnownRow(TypedRow):
    """A row of `known`."""

    sid: str
    payload_enc: bytes | None


async def known(conn: Conn | Pool, kind: str, sids: Collection[str | None]) -> list[KnownRow]:
    """Which of these lines of imported files were taken before, and what they said."""
    return await fetch_many(conn, KnownRow, SQL["known"], kind, sids)


async def count_again(conn: Conn | Pool) -> None:
    """Let the database learn how large the tables have become that an import fills."""
    await execute(conn, SQL["count_again"])

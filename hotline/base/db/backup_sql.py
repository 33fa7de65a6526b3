"""The queries of backup.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_value

SQL = queries(__package__, "backup.sql")


class TablesRow(TypedRow):
    """A row of `tables`."""

    name: str
    columns: list[str]


async def tables(conn: Conn | Pool) -> list[TablesRow]:
    """Every table of ours with its columns, in order."""
    return await fetch_many(conn, TablesRow, SQL["tables"])


class SequencesRow(TypedRow):
    """A row of `sequences`."""

    name: str
    last_value: int | None


async def sequences(conn: Conn | Pool) -> list[SequencesRow]:
    """Where every sequence stands; empty where it was never used."""
    return await fetch_many(conn, SequencesRow, SQL["sequences"])


class ForeignKeysRow(TypedRow):
    """A row of `foreign_keys`."""

    table: str
    name: str
    definition: str


async def foreign_keys(conn: Conn | Pool) -> list[ForeignKeysRow]:
    """Constraints between tables, to be set aside while rows are loaded."""
    return await fetch_many(conn, ForeignKeysRow, SQL["foreign_keys"])


async def others(conn: Conn | Pool) -> int:
    """Other connections to this database."""
    found: int = await fetch_value(conn, SQL["others"])
    return found


async def has_content(conn: Conn | Pool) -> bool:
    """Whether anything beyond what migrate seeds is in the database."""
    found: bool = await fetch_value(conn, SQL["has_content"])
    return found
